import { type Fen, fen } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { refusals } from '@huiquan/domain/refusals.ts';
import { type Actor, transact } from '../server/src/db/transact.ts';
import { openFund, sealAccount } from '../server/src/features/fund/fund.ts';
import { prepareFundingOrder } from '../server/src/features/fund/funding-order.ts';
import { bindAndIssue } from '../server/src/features/issuing/run.ts';
import { createOrganisation } from '../server/src/features/people/organisation.ts';
import { ensureAccount, verifyPerson } from '../server/src/features/people/person.ts';
import { decideRedemptions } from '../server/src/features/redemption/decide.ts';
import { tryRedemptions } from '../server/src/features/redemption/try.ts';
import { confirmRoster } from '../server/src/features/roster/roster.ts';
import { issuePaymentCode } from '../server/src/features/wallet/payment-code.ts';
import { givenIssuedBatch } from '../server/src/given/issuing.ts';
import { someStaff } from '../server/src/given/organisation.ts';
import { type GivenProgramme, givenProgramme } from '../server/src/given/programme.ts';
import { confirmAll, importPayments, type Payment } from './sx20e-money.ts';
import { handIn } from './sx20e-people.ts';
import type { Till } from './sx20e-spending.ts';
import { at, type Stage } from './sx20e-stage.ts';
import { faceFen } from './sx20e-volumes.ts';

export type Member = { readonly name: string; readonly phone: string };

/** A member's row of a list with one voucher of 300元. */
export const rowOf = ({ name, phone }: Member) => `${name},${phone},300,300`;

/** The plan of 2020, published by the provincial union. */
export async function givenUnionProgramme(stage: Stage): Promise<GivenProgramme> {
  const provincial = { name: '山西省总工会', kind: 'province_union', level: 'province' } as const;
  const organiserId = await transact(stage.db, someStaff(), (tx) =>
    createOrganisation(tx, provincial),
  );
  return givenProgramme(stage.db, {
    file: 'shanxi-union-2020',
    organiserId,
    parties: { provincial_union: organiserId },
  });
}

export type BranchUnion = {
  readonly organisationId: string;
  readonly name: string;
  /** By the plan's name of the funder. */
  readonly funds: Readonly<Record<string, string>>;
  readonly payments: readonly Payment[];
};

/** A branch union that has stated what it will pay, source by source; nothing is paid yet. */
export async function givenBranch(
  stage: Stage,
  programme: GivenProgramme,
  branch: { readonly name: string; readonly pays: Readonly<Record<string, Fen>> },
): Promise<BranchUnion> {
  const { programmeId, organiserId: parentId } = programme;
  const { name } = branch;
  return transact(stage.db, someStaff(), async (tx) => {
    const kind = 'branch_union';
    const organisationId = await createOrganisation(tx, { name, kind, parentId, level: 'county' });
    const account = { name, number: '6228480402564890018', bank: '中国银行' };
    const returnAccount = sealAccount(stage.keys, account);
    const funds: Record<string, string> = {};
    const payments: Payment[] = [];
    for (const [funder, amountFen] of Object.entries(branch.pays)) {
      const place = { programmeId, pool: 'voucher', channel: 'unionpay_app' };
      const { fundId } = await openFund(tx, {
        ...place,
        funderId: organisationId,
        funder,
        returnAccount,
      });
      funds[funder] = fundId;
      const lines = [{ fundId, amountFen }];
      const order = await prepareFundingOrder(tx, { lines, keys: stage.keys });
      payments.push({ ...order, payer: name });
    }
    return { organisationId, name, funds, payments };
  });
}

/** A branch union whose money for one voucher per member has come and is confirmed. */
export async function givenPaidBranch(
  stage: Stage,
  programme: GivenProgramme,
  branch: { readonly name: string; readonly members: number },
): Promise<BranchUnion> {
  const pays = { dues: fen(faceFen * BigInt(branch.members)) };
  const made = await givenBranch(stage, programme, { name: branch.name, pays });
  await importPayments(stage, programme.programmeId, made.payments);
  await confirmAll(stage, programme.programmeId);
  return made;
}

/** The branch's list, handed in by one person and confirmed by another. */
export async function givenConfirmedList(
  stage: Stage,
  programmeId: string,
  list: { readonly branch: BranchUnion; readonly members: readonly Member[] },
): Promise<string> {
  const rows = list.members.map(rowOf);
  const { rosterId, contentHash } = await handIn(stage, programmeId, { ...list.branch, rows });
  const seen = { rosterId, contentHash: contentHash.toString('hex') };
  await transact(stage.db, someStaff(), (tx) => confirmRoster(tx, seen));
  return rosterId;
}

/** A member registers in the wallet: phone code, real name, and whatever then waits for him. */
export async function registerMember(stage: Stage, member: Member): Promise<string> {
  const { db, keys } = stage;
  const actor: Actor = { kind: 'public', id: 'wallet' };
  return transact(db, actor, async (tx) => {
    const residentAccountId = await ensureAccount(tx, keys, member.phone);
    const identity = { name: member.name, idNumber: `sx20 ${member.phone}` };
    return verifyPerson(tx, keys, { residentAccountId, identity, onVerified: [bindAndIssue] });
  });
}

/** A scan at a till and, where it is taken, its commit. Answers what the cashier is told. */
export async function payAt(
  stage: Stage,
  till: Till,
  order: {
    readonly personId: string;
    readonly orderFen: bigint;
    readonly goods?: readonly string[];
    readonly voucherIds?: readonly string[];
  },
): Promise<{
  readonly refused?: string;
  readonly cashier?: string;
  readonly deductionFen?: Fen;
  readonly cashFen?: Fen;
}> {
  const { db, keys } = stage;
  const { personId, orderFen, ...rest } = order;
  const resident: Actor = { kind: 'resident', id: personId };
  const actor: Actor = { kind: 'terminal', id: till.terminalId };
  const request = { personId, sessionId: newId(), requestId: newId() };
  const { digits: code } = await transact(db, resident, (tx) =>
    issuePaymentCode(tx, keys, request),
  );
  const scan = { ...till, ...rest, code, orderFen: fen(orderFen), payment: 'merchant' as const };
  const [outcome] = await transact(db, actor, (tx) => tryRedemptions(tx, keys, [scan]));
  if (outcome === undefined) throw new Error('no outcome');
  if (outcome.refused !== undefined) {
    const { refused } = outcome;
    const words = refusals[refused];
    return { refused, cashier: 'cashier' in words ? words.cashier : words.text };
  }
  const { redemptionId, deductionFen, cashFen } = outcome.tried;
  const { terminalId } = till;
  const decision = { redemptionId, terminalId, orderFen: scan.orderFen } as const;
  await transact(db, actor, (tx) =>
    decideRedemptions(tx, [{ ...decision, to: 'committed', by: 'till' }]),
  );
  return { deductionFen, cashFen };
}

let membersMet = 0;

/** Members nobody has met before. */
export function someMembers(count: number): readonly Member[] {
  return Array.from({ length: count }, () => {
    membersMet += 1;
    return { name: '会员', phone: `139${String(membersMet).padStart(8, '0')}` };
  });
}

/** The vouchers of a person: 我的票券. */
export async function findWallet(stage: Stage, personId: string) {
  type Row = { voucher_id: string; face_fen: bigint; fund_id: string; valid_to: Instant };
  const { rows } = await stage.db.pool.query<Row>(
    'select voucher_id, face_fen, fund_id, valid_to from voucher where person_id = $1',
    [personId],
  );
  return rows;
}

/** A member with the voucher in his wallet. */
export type Wallet = { readonly personId: string; readonly voucherId: string };

/** Members of a branch union that paid, with their vouchers, issued on 8 May. */
export async function givenWalletsOf(
  stage: Stage,
  programme: GivenProgramme,
  count: number,
): Promise<readonly Wallet[]> {
  await at(stage, '2020-05-08T10:00:00+08:00');
  const members = someMembers(count);
  const name = `第${membersMet}基层工会`;
  const branch = await givenPaidBranch(stage, programme, { name, members: count });
  const personIds: string[] = [];
  for (const member of members) personIds.push(await registerMember(stage, member));
  const list = { branch, members };
  await givenIssuedBatch(stage.db, await givenConfirmedList(stage, programme.programmeId, list));
  const wallets: Wallet[] = [];
  for (const personId of personIds) {
    const [voucher] = await findWallet(stage, personId);
    wallets.push({ personId, voucherId: voucher?.voucher_id ?? '' });
  }
  return wallets;
}
