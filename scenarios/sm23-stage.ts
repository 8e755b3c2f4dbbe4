import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fen, sumFen, type Fen } from '@huiquan/domain/fen.ts';
import { instantFromText } from '@huiquan/domain/instant.ts';
import { residentIdCheckDigit } from '@huiquan/domain/identity/resident-id.ts';
import { features } from '../server/src/app.ts';
import { transact } from '../server/src/db/transact.ts';
import { verify } from '../server/src/features/audit/verify.ts';
import { listFunds, openPlannedFunds } from '../server/src/features/fund/fund.ts';
import { prepareFundingOrder } from '../server/src/features/fund/funding-order.ts';
import { ensurePerson } from '../server/src/features/people/person.ts';
import * as redemption from '../server/src/features/redemption/redemption.contract.ts';
import { importRoster, type RosterReport } from '../server/src/features/roster/import.ts';
import { confirmRoster } from '../server/src/features/roster/roster.ts';
import { issueCodeRoute } from '../server/src/features/wallet/code.contract.ts';
import { givenConfirmed } from '../server/src/given/fund.ts';
import { givenIssuedBatch } from '../server/src/given/issuing.ts';
import { someStaff } from '../server/src/given/organisation.ts';
import { givenProgramme, type GivenProgramme } from '../server/src/given/programme.ts';
import {
  testApp,
  type Got,
  type TestApp,
  type TestResident,
  type TestTill,
} from '../server/src/http/test-app.ts';
import { balancesOf } from '../server/src/ledger/post.ts';

/** The programme as published on 18 January 2023, and the fund of each bank; no money yet. */
export type Shenmu = {
  readonly t: TestApp;
  readonly programme: GivenProgramme;
  readonly folder: string;
  /** The residents' fund by channel: `spd`, `abc`. */
  readonly funds: Readonly<Record<string, string>>;
};

/** The clock of the scenario stands at `text`, in Beijing time. */
export function at(t: TestApp, text: string): Promise<void> {
  return t.setClock(instantFromText(`${text}+08:00`) ?? assert.fail(text));
}

/** Publishes the programme and opens the special account of each of the two banks. */
export async function openShenmu(): Promise<Shenmu> {
  const t = await testApp(features);
  await at(t, '2023-01-18T09:00:00');
  const programme = await givenProgramme(t.db, { file: 'shenmu-2023' });
  const { programmeId } = programme;
  const { keys } = t;
  await transact(t.db, someStaff(), (tx) => openPlannedFunds(tx, { programmeId, keys }));
  const page = { programmeId, pool: 'residents', limit: 10 };
  const listed = await transact(t.db, someStaff(), (tx) => listFunds(tx, page));
  const funds = Object.fromEntries(listed.map((fund) => [fund.channel, fund.fundId]));
  return { t, programme, folder: await mkdtemp(join(tmpdir(), 'sm23-')), funds };
}

/** Ends the scenario: everything that happened in it must prove. */
export async function closeShenmu({ t, folder }: Shenmu): Promise<void> {
  const report = await verify(t.db);
  await t.drop();
  await rm(folder, { recursive: true });
  assert.equal(report.firstBad, null);
}

/** 市财政局 orders `amountFen` into a bank's special account; confirmed where `paid`. */
export async function prefund(
  { t, funds }: Shenmu,
  bank: { readonly channel: string; readonly amountFen: Fen; readonly paid: boolean },
): Promise<{ readonly confirm: () => Promise<void> }> {
  const clerk = someStaff();
  const fundId = funds[bank.channel] ?? assert.fail(bank.channel);
  const payTo = { name: '神木市消费券专用账户', number: '6200610881000011', bank: bank.channel };
  const lines = [{ fundId, amountFen: bank.amountFen }];
  const { fundingOrderId } = await transact(t.db, clerk, (tx) =>
    prepareFundingOrder(tx, { lines, keys: t.keys, payTo }),
  );
  const confirm = () => givenConfirmed(t.db, { fundingOrderId, clerk });
  if (bank.paid) await confirm();
  return { confirm };
}

/** A resident as the medical-insurance list has him. */
export type Listed = { readonly name: string; readonly idNumber: string; readonly phone: string };

let met = 0;

/** Residents of 神木市 nobody has met before. */
export function someResidents(count: number): readonly Listed[] {
  return Array.from({ length: count }, () => {
    met += 1;
    const first17 = `61088119800101${String(met).padStart(3, '0')}`;
    const idNumber = first17 + residentIdCheckDigit(first17);
    return { name: '参保居民', idNumber, phone: `137${String(met).padStart(8, '0')}` };
  });
}

/** The insurance bureau hands in a list of people, as the programme file names its columns. */
export async function handIn(
  { t, programme, folder }: Shenmu,
  list: {
    readonly people: readonly Listed[];
    readonly source?: string;
    readonly party?: string;
  },
): Promise<RosterReport> {
  const { source = 'residents', party = 'medical_insurance_bureau' } = list;
  const rows = list.people.map((one) => `${one.name},${one.idNumber},${one.phone}`);
  const bytes = Buffer.from(['姓名,身份证号,手机号', ...rows, ''].join('\n'));
  const digest = createHash('sha256').update(bytes).digest();
  const path = join(folder, '参保人员名单.csv');
  await writeFile(path, bytes);
  const organisationId = programme.parties[party] ?? assert.fail(party);
  const { programmeId } = programme;
  const contact = { name: '经办人', phone: '0912-8332222', email: 'yb@shenmu.gov.cn' };
  const file = { programmeId, organisationId, source, path, digest, contact };
  const where = { db: t.db, keys: t.keys };
  return importRoster(where, someStaff(), { ...file, fileName: '参保人员名单.csv' });
}

/** The list, confirmed by a second person. */
export async function confirmed({ t }: Shenmu, report: RosterReport): Promise<string> {
  const { rosterId } = report;
  const seen = { rosterId, contentHash: report.contentHash.toString('hex') };
  await transact(t.db, someStaff(), (tx) => confirmRoster(tx, seen));
  return rosterId;
}

/** Each of `people` is known by the list of record and has his pack. */
export async function issuePacks(stage: Shenmu, people: readonly Listed[]): Promise<string[]> {
  const { t } = stage;
  const personIds: string[] = [];
  for (const { name, idNumber } of people) {
    const known = { identity: { name, idNumber }, basis: 'list_of_record' } as const;
    personIds.push(await transact(t.db, someStaff(), (tx) => ensurePerson(tx, t.keys, known)));
  }
  await givenIssuedBatch(t.db, await confirmed(stage, await handIn(stage, { people })));
  return personIds;
}

/** The vouchers of a person in the order of their numbers. */
export async function packOf({ t }: Shenmu, personId: string) {
  type Row = { kind: string; face_fen: bigint; channel: string; valid_to: Date; state: string };
  const { rows } = await t.db.pool.query<Row>(
    'select kind, face_fen, channel, valid_to, state from voucher where person_id = $1 order by n',
    [personId],
  );
  return rows;
}

/** A scan and, where it is taken, its commit. */
export async function pay(
  { t }: Shenmu,
  as: TestResident,
  order: { readonly till: TestTill; readonly orderFen: number; readonly goods?: string[] },
): Promise<Got> {
  const { till, ...rest } = order;
  const issued = await t.request(issueCodeRoute, { body: {} }, as);
  assert.equal(issued.status, 201, issued.text);
  const body = { code: issued.json.code, payment: 'merchant', ...rest };
  const tried = await t.request(redemption.tryRoute, { body }, till);
  if (tried.status !== 201) return tried;
  const { redemptionId } = tried.json;
  const sent = { params: { redemptionId }, body: { orderFen: order.orderFen } };
  return t.request(redemption.commitRoute, sent, till);
}

/** What an account holds over the funds of both banks, or of one. */
export async function balance(stage: Shenmu, kind: string, channel?: string): Promise<Fen> {
  const { t, funds } = stage;
  const fundIds = channel === undefined ? Object.values(funds) : [funds[channel] ?? ''];
  const rows = await transact(t.db, someStaff(), (tx) => balancesOf(tx, fundIds));
  return sumFen(rows.filter((row) => row.kind === kind).map((row) => fen(row.balanceFen)));
}
