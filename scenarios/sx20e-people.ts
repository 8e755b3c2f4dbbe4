import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@huiquan/domain/ids.ts';
import { transact } from '../server/src/db/transact.ts';
import { importRoster, type RosterReport } from '../server/src/features/roster/import.ts';
import { confirmRoster } from '../server/src/features/roster/roster.ts';
import { givenIssuedBatch } from '../server/src/given/issuing.ts';
import { someStaff } from '../server/src/given/organisation.ts';
import type { FundedBranch } from './sx20e-money.ts';
import { at, type Stage } from './sx20e-stage.ts';

type Member = { readonly name: string; readonly phone: string; readonly idNumber: string };

const surnames = '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗';
const given = '建国秀英桂兰玉梅海燕志强丽娟永红晓东春花文军';
const rowsPerInsert = 5_000;

/** The `n`-th of as many members as one likes: name, phone and identity of their own. */
function memberOf(n: number): Member {
  const pick = (from: string, at: number) => from[at % from.length] ?? '';
  const name =
    pick(surnames, n) + pick(given, Math.floor(n / 20)) + pick(given, Math.floor(n / 400));
  return { name, phone: `13${String(n).padStart(9, '0')}`, idNumber: `sx20e ${n}` };
}

/**
 * Members who registered in April: an account with phone and name, its person verified. They come
 * one by one in life; here the same rows are written set by set.
 */
async function register(stage: Stage, members: readonly Member[]): Promise<void> {
  const { keys } = stage;
  const sealed = keys.seal('{}');
  for (let from = 0; from < members.length; from += rowsPerInsert) {
    const chunk = members.slice(from, from + rowsPerInsert);
    const personIds = chunk.map(() => newId());
    await stage.db.pool.query(
      `insert into person (person_id, envelope, key_id, identity_index, identity_basis, created_at)
       select p.person_id, $3, $4, p.identity_index, 'verified', business_now()
       from unnest($1::uuid[], $2::bytea[]) as p(person_id, identity_index)`,
      [
        personIds,
        chunk.map((one) => keys.index('identity-index', one.idNumber)),
        sealed,
        keys.currentId,
      ],
    );
    await stage.db.pool.query(
      `insert into resident_account (resident_account_id, phone_index, envelope, key_id, person_id,
         name_index, verified_at, created_at)
       select a.account_id, a.phone_index, $5, $6, a.person_id, a.name_index, business_now(),
         business_now()
       from unnest($1::uuid[], $2::bytea[], $3::uuid[], $4::bytea[])
         as a(account_id, phone_index, person_id, name_index)`,
      [
        chunk.map(() => newId()),
        chunk.map((one) => keys.index('phone-index', one.phone)),
        personIds,
        chunk.map((one) => keys.index('name-index', one.name)),
        sealed,
        keys.currentId,
      ],
    );
  }
}

/** A branch union hands in its list: rows as `姓名,手机号,消费券面值,发放金额`. */
export async function handIn(
  stage: Stage,
  programmeId: string,
  list: {
    readonly organisationId: string;
    readonly name: string;
    readonly rows: readonly string[];
  },
): Promise<RosterReport> {
  const bytes = Buffer.from(['姓名,手机号,消费券面值,发放金额', ...list.rows, ''].join('\n'));
  const digest = createHash('sha256').update(bytes).digest();
  const path = join(stage.folder, '消费券发放名单.csv');
  await writeFile(path, bytes);
  const { organisationId, name } = list;
  const contact = { name: '经办人', phone: '0351-7833561', email: 'ysfsx@unionpay.com' };
  const file = { programmeId, organisationId, source: 'electronic', path, digest, contact };
  return importRoster(stage, someStaff(), { ...file, fileName: `${name}.csv` });
}

async function confirmedList(stage: Stage, programmeId: string, list: List): Promise<string> {
  const { branch, members } = list;
  const rows = members.map((one) => `${one.name},${one.phone},300,300`);
  const report = await handIn(stage, programmeId, { ...branch, rows });
  if (report.rowsAccepted !== members.length) {
    throw new Error(
      `${report.rowsAccepted} of ${members.length} rows of ${branch.name} were taken`,
    );
  }
  const { rosterId } = report;
  const contentHash = report.contentHash.toString('hex');
  await transact(stage.db, someStaff(), (tx) => confirmRoster(tx, { rosterId, contentHash }));
  return rosterId;
}

type List = { readonly branch: FundedBranch; readonly members: readonly Member[] };

function listsOf(branches: readonly FundedBranch[]): readonly List[] {
  let from = 0;
  return branches
    .filter((one) => one.electronic > 0)
    .map((branch) => {
      const start = from;
      from += branch.electronic;
      const members = Array.from({ length: branch.electronic }, (_, n) => memberOf(start + n));
      return { branch, members };
    });
}

/** The planner's figures of tables that fill within seconds: in life autovacuum keeps them. */
async function lookAgain(stage: Stage): Promise<void> {
  await stage.owner.query('analyze person, resident_account, entitlement, voucher');
}

/**
 * Every branch union hands in its 《消费券发放名单》, a second person confirms it, and its batch is
 * prepared, approved by another and issued: one voucher of 300元 to each member's account.
 * @policy SX20 一(二)2–4
 */
export async function issueElectronic(
  stage: Stage,
  programmeId: string,
  branches: readonly FundedBranch[],
): Promise<number> {
  const lists = listsOf(branches);
  let known = 0;
  await at(stage, '2020-04-30T09:00:00+08:00');
  for (const { members } of lists) await register(stage, members);
  await at(stage, '2020-05-08T10:00:00+08:00');
  let issued = 0;
  for (const list of lists) {
    if (issued >= known) {
      await lookAgain(stage);
      known = issued * 2 + 1;
    }
    await givenIssuedBatch(stage.db, await confirmedList(stage, programmeId, list));
    issued += list.members.length;
  }
  return issued;
}
