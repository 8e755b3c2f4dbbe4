import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { residentIdCheckDigit } from '@huiquan/domain/identity/resident-id.ts';
import type { Db } from '../db/pool.ts';
import type { Actor } from '../db/transact.ts';
import { importRoster, type RosterReport } from '../features/roster/import.ts';
import type { Keys } from '../keys.ts';
import { someKeys } from './fund.ts';
import { someStaff } from './organisation.ts';
import type { GivenProgramme } from './programme.ts';

/** The `n`th of a hundred million valid ID numbers. */
export function someResidentId(n: number): string {
  const day = Math.floor(n / 1000) % 28;
  const month = Math.floor(n / 28_000) % 12;
  const year = Math.floor(n / 336_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const birth = `${1930 + year}${two(1 + month)}${two(1 + day)}`;
  const first17 = `610881${birth}${String(n % 1000).padStart(3, '0')}`;
  return first17 + residentIdCheckDigit(first17);
}

const surnames = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗';
const givenNames = '伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂';

/** A name for the `n`th person; some share one. */
export function someName(n: number): string {
  const of = (characters: string, at: number) => characters[at % characters.length] ?? '';
  return of(surnames, n) + of(givenNames, n * 7) + of(givenNames, Math.floor(n / 20) * 13 + 3);
}

/** The text of a list of record of `count` residents, piece by piece. */
export function* residentList(count: number): Generator<string> {
  let piece = '姓名,身份证号,手机号\r\n';
  for (let n = 0; n < count; n += 1) {
    piece += `${someName(n)},${someResidentId(n)},13${String(n).padStart(9, '0')}\r\n`;
    if (piece.length < 65_536) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

/** A folder for files that are handed in; removed with all of them. */
export async function rosterFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'roster-'));
  return {
    folder,
    remove: () => rm(folder, { recursive: true, force: true }),
    writeLong: async (name: string, pieces: Iterable<string>) => {
      const path = join(folder, name);
      await pipeline(Readable.from(pieces), createWriteStream(path));
      return path;
    },
  };
}

export type HandedIn = {
  readonly programme: GivenProgramme;
  readonly content: Buffer | string;
  readonly fileName?: string;
  readonly source?: string;
  readonly organisationId?: string;
  readonly actor?: Actor;
  readonly keys?: Keys;
};

/** Hands a file in as a clerk does, from the bytes as they lie on a disk. */
export async function handInRoster(db: Db, handed: HandedIn): Promise<RosterReport> {
  const { programme, source = 'resident', fileName = '名单.csv' } = handed;
  const files = await rosterFolder();
  const content = Buffer.from(handed.content);
  const digest = createHash('sha256').update(content).digest();
  const path = join(files.folder, 'handed-in');
  await writeFile(path, content);
  try {
    return await importRoster({ db, keys: handed.keys ?? someKeys }, handed.actor ?? someStaff(), {
      programmeId: programme.programmeId,
      organisationId: handed.organisationId ?? programme.organiserId,
      source,
      path,
      fileName,
      digest,
    });
  } finally {
    await files.remove();
  }
}
