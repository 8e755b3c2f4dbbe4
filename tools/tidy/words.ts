import { bareCode, isForTests, isTypeScript, placeOf, type Source } from './source.ts';

type Ban = {
  readonly pattern: RegExp;
  /** What to write instead. */
  readonly instead: string;
  /** Where it may stand. */
  readonly except?: RegExp;
  readonly alsoInTests?: boolean;
};

const clockEdges = new RegExp(
  [
    '^domain/src/(?:instant|ids)',
    '^server/src/(?:db|http|main|serve|cli)',
    '^tools/',
    '^web/src/ui/clock',
    '^web/e2e/',
  ].join('|'),
);

const bans: readonly Ban[] = [
  {
    pattern: /\bDate\.now\(|\bnew Date\(|\bTemporal\.Now\b/g,
    instead: 'tx.now, or an Instant passed in',
    except: clockEdges,
  },
  { pattern: /\bparseFloat\(/g, instead: 'fenFromYuanText, or a bigint', alsoInTests: true },
  {
    pattern: /\bMath\.random\(/g,
    instead: 'randomInt of node:crypto, or the seeded chance of a sandbox',
    alsoInTests: true,
  },
  {
    pattern: /\bconsole\.\w+\(/g,
    instead: 'the logger',
    except: /^(?:tools\/|scenarios\/|server\/src\/(?:main|cli)|server\/bin\/)/,
  },
  {
    pattern: /\.toLocale\w*String\(|\bIntl\.DateTimeFormat\(/g,
    instead: 'instantText or dayOf',
    except: /^(?:domain\/src\/instant|web\/src\/ui\/figures)\.ts$/,
  },
  {
    pattern: /\b(?:statusCode|status)\s*[:=(]\s*[1-5]\d\d\b|\.code\(\s*[1-5]\d\d\b/g,
    instead: 'a refusal; its kind becomes a status in server/src/http',
    except: /^(?:server\/src\/(?:http|ports)|tools|scenarios)\//,
  },
  {
    pattern: /\b(?:test|it|describe|suite)\.only\(/g,
    instead: 'the test without .only',
    alsoInTests: true,
  },
];

function bansIn(file: Source, ban: Ban): string[] {
  if (ban.except?.test(file.path) === true) return [];
  if (isForTests(file) && ban.alsoInTests !== true) return [];
  return Array.from(bareCode(file.text).matchAll(ban.pattern), (match) => {
    return `${placeOf(file, match.index)} has ${match[0]}: write ${ban.instead}`;
  });
}

/** Calls that have a better replacement, named in the message. */
export function bannedCalls(files: readonly Source[]): string[] {
  return files.filter(isTypeScript).flatMap((file) => bans.flatMap((ban) => bansIn(file, ban)));
}

const synonyms: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  { pattern: /coupon|daijinquan|xiaofeiquan/gi, instead: 'voucher' },
  { pattern: /\bticket(?!ed)|Ticket/g, instead: 'voucher, pass or request' },
  { pattern: /verify[-_ ]?off|write[-_ ]?off|hexiao/gi, instead: 'redeem' },
  { pattern: /shanghu|\bvendor/gi, instead: 'merchant' },
  { pattern: /jiesuan/gi, instead: 'settlement' },
  { pattern: /mingdan|namelist/gi, instead: 'roster' },
];

const mayNameThem = /^(?:GLOSSARY|STYLE|CONTRIBUTING)\.md$|^tools\/tidy/;

/** Words for which the glossary has another one, in names, comments and prose. */
export function bannedSynonyms(files: readonly Source[]): string[] {
  return files
    .filter((file) => !mayNameThem.test(file.path))
    .flatMap((file) =>
      synonyms.flatMap(({ pattern, instead }) =>
        Array.from(file.text.matchAll(pattern), (match) => {
          return `${placeOf(file, match.index)} says ${match[0]}: the glossary says ${instead}`;
        }),
      ),
    );
}

const code = /\.(?:ts|tsx|cjs|mjs|sql)$/;
const linesMax = 400;
const columnsMax = 100;

/** Files above 400 lines and lines above 100 columns. */
export function oversized(files: readonly Source[]): string[] {
  return files
    .filter((file) => code.test(file.path))
    .flatMap((file) => {
      const lines = file.text.replace(/\n$/, '').split('\n');
      const long = lines.flatMap((line, index) => {
        const columns = Array.from(line).length;
        return columns > columnsMax ? [`${file.path}:${index + 1} has ${columns} columns`] : [];
      });
      const tall = lines.length > linesMax ? [`${file.path} has ${lines.length} lines`] : [];
      return [...tall, ...long];
    });
}

const nobodysRoom = /(?:^|\/)(?:utils?|helpers?|common|lib|libs|misc|shared)(?:\/|\.[^/]*$)/;

/** Places that belong to nobody: code goes to its narrowest owner. */
export function roomsOfNobody(files: readonly Source[]): string[] {
  return files.map((file) => file.path).filter((path) => nobodysRoom.test(path));
}

/** Remarks that stand for work not done, and comments that silence a checker. */
export function unfinished(files: readonly Source[]): string[] {
  const pattern = /\b(?:TODO|FIXME|XXX|HACK)\b|@ts-ignore|@ts-nocheck|eslint-disable/g;
  return files
    .filter((file) => code.test(file.path) && !file.path.startsWith('tools/tidy'))
    .flatMap((file) =>
      Array.from(
        file.text.matchAll(pattern),
        (match) => `${placeOf(file, match.index)} has ${match[0]}`,
      ),
    );
}
