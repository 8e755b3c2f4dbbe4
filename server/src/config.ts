import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** How the installation runs. `demo` brings sandboxes for every outside party. */
export type Mode = 'demo' | 'production';

/** Everything the environment decides, read once. */
export type Config = {
  readonly mode: Mode;
  readonly port: number;
  /** The address to listen on. */
  readonly listen: string;
  /** Host names under which requests are answered, without port. */
  readonly hosts: readonly string[];
  /** The address people use, for links and cookies; never taken from a request. */
  readonly publicUrl: string;
  /** Proxies whose forwarded address is believed. */
  readonly trustedProxies: readonly string[];
  readonly dataFolder: string;
  /** Where signed heads of the chain are laid down, outside the database. */
  readonly headsFolder: string;
  /** A PostgreSQL of one's own; the embedded one where undefined. */
  readonly databaseUrl: string | undefined;
  readonly migratorUrl: string | undefined;
  readonly poolMax: number;
  /** How fast one person or device may claim, in one process. */
  readonly claimPace: { readonly perSecond: number; readonly perMinute: number };
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Master keys of 32 bytes by id; the first seals. */
  readonly masterKeys: ReadonlyMap<number, Buffer>;
  readonly nextKeyId: number | undefined;
  /** Secrets of 32 bytes, by id, with which the payment network signs its callbacks. */
  readonly networkKeys: ReadonlyMap<number, Buffer>;
};

/** The settings an administrator may give, with what they mean. Printed by `huiquan config`. */
export const settings = {
  HUIQUAN_MODE: 'demo (sandboxes, demo data) or production',
  HUIQUAN_PORT: 'TCP port, default 8080',
  HUIQUAN_LISTEN: 'address to listen on, default 127.0.0.1',
  HUIQUAN_PUBLIC_URL: 'the address people use, default http://localhost:<port>',
  HUIQUAN_HOSTS: 'more host names to answer under, with commas',
  HUIQUAN_TRUSTED_PROXIES: 'addresses of proxies in front, with commas',
  HUIQUAN_DATA: 'data folder, default data/ of the clone',
  HUIQUAN_HEADS: 'folder of the signed heads of the chain, default <data>/heads',
  HUIQUAN_MASTER_KEY_FILE: 'file of master keys, default <data>/master-keys',
  HUIQUAN_NEXT_KEY: 'id of the master key a rotation moves to',
  HUIQUAN_NETWORK_KEY_FILE: 'secrets of the payment network, default <data>/network-keys',
  HUIQUAN_POOL: 'database connections, default 10',
  HUIQUAN_PROCESSES: 'server processes on one port, default 1; also --processes N',
  HUIQUAN_CLAIMS_PER_SECOND: 'claims of one person or device a second, default 1',
  HUIQUAN_CLAIMS_PER_MINUTE: 'claims of one person or device a minute, default 10',
  HUIQUAN_LOG: 'debug, info, warn, error or silent; default info',
  DATABASE_URL: 'PostgreSQL ≥ 15 of one’s own, as the app role; embedded where absent',
  HUIQUAN_MIGRATOR_URL: 'the same database as the role that owns the tables',
} as const;

/** Why the server does not start: one clear line each. */
export class WeakConfig extends Error {
  readonly problems: readonly string[];
  override readonly name = 'WeakConfig';

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

const knownWeakKeys = new Set(['00', 'ff', '61', '41'].map((byte) => byte.repeat(32)));

function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function wholeNumber(text: string | undefined, range: { or: number; max: number }): number {
  if (text === undefined || text === '') return range.or;
  return /^\d{1,6}$/.test(text) && Number(text) >= 1 && Number(text) <= range.max
    ? Number(text)
    : Number.NaN;
}

type KeyFile = { readonly file: string; readonly of: 'master' | 'network' };

/** Lines `id hex`: the first is the current key. Made on the first start outside production. */
function readKeys({ file, of }: KeyFile, mode: Mode, problems: string[]): Map<number, Buffer> {
  const keys = new Map<number, Buffer>();
  if (!existsSync(file)) {
    if (mode === 'production') {
      problems.push(`no ${of} keys: create ${file} with lines "1 <64 hex digits>", mode 600`);
      return keys;
    }
    mkdirSync(resolve(file, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(file, `1 ${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  }
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    problems.push(`${file} can be read by other users: chmod 600 it`);
  }
  for (const line of readFileSync(file, 'utf8')
    .split('\n')
    .filter((text) => text.trim() !== '')) {
    const match = /^(\d{1,4}) ([0-9a-f]{64})$/.exec(line.trim());
    if (match?.[1] === undefined || match[2] === undefined) {
      problems.push(`${file} has a line that is not "id hex64"`);
    } else if (knownWeakKeys.has(match[2])) {
      problems.push(`${of} key ${match[1]} is a default, not a secret`);
    } else keys.set(Number(match[1]), Buffer.from(match[2], 'hex'));
  }
  if (keys.size === 0) problems.push(`${file} holds no usable ${of} key`);
  return keys;
}

function modeOf(text: string | undefined, problems: string[]): Mode {
  if (text === undefined || text === '' || text === 'demo') return 'demo';
  if (text !== 'production') problems.push(`HUIQUAN_MODE is ${text}: demo or production`);
  return 'production';
}

function publicUrlOf(text: string | undefined, port: number, problems: string[]): URL {
  const fallback = new URL(`http://localhost:${Number.isNaN(port) ? 80 : port}`);
  if (text === undefined || text === '') return fallback;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
  problems.push('HUIQUAN_PUBLIC_URL is no http(s) address');
  return fallback;
}

function logLevelOf(text: string | undefined, problems: string[]): Config['logLevel'] {
  const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
  const level = levels.find((known) => known === (text ?? 'info'));
  if (level === undefined) problems.push(`HUIQUAN_LOG is ${text}: ${levels.join(', ')}`);
  return level ?? 'info';
}

function productionProblems(environment: Environment, publicUrl: URL): string[] {
  const problems: string[] = [];
  if (publicUrl.protocol !== 'https:')
    problems.push('production needs an https HUIQUAN_PUBLIC_URL');
  if (environment['HUIQUAN_LOG'] === 'debug') problems.push('production does not log at debug');
  if (environment['NODE_OPTIONS']?.includes('--inspect')) {
    problems.push('production does not run with a debugger open');
  }
  if (/:(postgres|password|huiquan|secret)?@/.test(environment['DATABASE_URL'] ?? '')) {
    problems.push('DATABASE_URL has a default password');
  }
  return problems;
}

/**
 * Reads the environment. Outside production it makes the master key file on the first start.
 * @throws WeakConfig with every problem found, one line each.
 */
export function readConfig(environment: Environment): Config {
  const problems: string[] = [];
  const mode = modeOf(environment['HUIQUAN_MODE'], problems);
  const port = wholeNumber(environment['HUIQUAN_PORT'], { or: 8080, max: 65_535 });
  const poolMax = wholeNumber(environment['HUIQUAN_POOL'], { or: 10, max: 500 });
  if (Number.isNaN(port)) problems.push('HUIQUAN_PORT is no port');
  if (Number.isNaN(poolMax)) problems.push('HUIQUAN_POOL is no number from 1 to 500');
  const perSecond = wholeNumber(environment['HUIQUAN_CLAIMS_PER_SECOND'], { or: 1, max: 1_000 });
  const perMinute = wholeNumber(environment['HUIQUAN_CLAIMS_PER_MINUTE'], { or: 10, max: 60_000 });
  if (Number.isNaN(perSecond + perMinute)) problems.push('HUIQUAN_CLAIMS_PER_… is no number');
  const publicUrl = publicUrlOf(environment['HUIQUAN_PUBLIC_URL'], port, problems);
  if (mode === 'production') problems.push(...productionProblems(environment, publicUrl));
  const dataFolder = resolve(
    environment['HUIQUAN_DATA'] ?? join(import.meta.dirname, '../../data'),
  );
  const keyFile = environment['HUIQUAN_MASTER_KEY_FILE'] ?? join(dataFolder, 'master-keys');
  const masterKeys = readKeys({ file: keyFile, of: 'master' }, mode, problems);
  const networkFile = environment['HUIQUAN_NETWORK_KEY_FILE'] ?? join(dataFolder, 'network-keys');
  const networkKeys = readKeys({ file: networkFile, of: 'network' }, mode, problems);
  const nextKeyId = environment['HUIQUAN_NEXT_KEY'];
  if (nextKeyId !== undefined && !masterKeys.has(Number(nextKeyId))) {
    problems.push('HUIQUAN_NEXT_KEY names no master key');
  }
  const logLevel = logLevelOf(environment['HUIQUAN_LOG'], problems);
  if (problems.length > 0) throw new WeakConfig(problems);
  return {
    mode,
    port,
    listen: environment['HUIQUAN_LISTEN'] ?? '127.0.0.1',
    hosts: [
      ...new Set([publicUrl.hostname, 'localhost', '127.0.0.1', '[::1]']),
      ...listOf(environment['HUIQUAN_HOSTS']),
    ],
    publicUrl: publicUrl.origin,
    trustedProxies: listOf(environment['HUIQUAN_TRUSTED_PROXIES']),
    dataFolder,
    headsFolder: resolve(environment['HUIQUAN_HEADS'] ?? join(dataFolder, 'heads')),
    databaseUrl: environment['DATABASE_URL'] || undefined,
    migratorUrl: environment['HUIQUAN_MIGRATOR_URL'] || undefined,
    poolMax,
    claimPace: { perSecond, perMinute },
    logLevel,
    masterKeys,
    nextKeyId: nextKeyId === undefined ? undefined : Number(nextKeyId),
    networkKeys,
  };
}
