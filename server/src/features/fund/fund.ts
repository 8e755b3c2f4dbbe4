import { newId } from '@huiquan/domain/ids.ts';
import type { Plan, PlanFunder, SourceClass } from '@huiquan/domain/plan/effective-plan.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Reach } from '@huiquan/domain/access.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import type { Keys } from '../../keys.ts';
import { currentPlan, requireRunning } from '../programme/load-plan.ts';
import type { ChannelsSeen } from './channels-seen.ts';

const sql = twin(import.meta.url);

/** One funder's money of one source class in one pool, in one channel's account where prefunded. */
export type Fund = {
  readonly fundId: string;
  readonly programmeId: string;
  readonly pool: string;
  readonly funderId: string;
  readonly funderName: string;
  readonly funderPath: string;
  readonly sourceClass: SourceClass;
  /** Empty where the plan's channels are not paid ahead. */
  readonly channel: string;
  /** The plan's order of use of its funder; lower is spent first. */
  readonly position: number;
  readonly hasReturnAccount: boolean;
};

export type BankAccount = {
  readonly name: string;
  readonly number: string;
  readonly bank: string;
};

/** A bank account that only its key opens. */
export type SealedAccount = { readonly sealed: Buffer; readonly keyId: number };

/** Seals an account for storage; before the transaction. */
export function sealAccount(keys: Keys, account: BankAccount): SealedAccount {
  return { sealed: keys.seal(JSON.stringify(account)), keyId: keys.currentId };
}

/** Kinds of organisation that may open a fund of their own in a programme funded per branch. */
const branchKinds: ReadonlySet<string> = new Set(['branch_union', 'enterprise']);

type NewFund = {
  readonly pool: string;
  readonly funderId: string;
  readonly funder: PlanFunder;
  readonly channel: string;
  readonly returnAccount: SealedAccount | undefined;
};

async function insertFunds(
  tx: Tx,
  programmeId: string,
  funds: readonly NewFund[],
): Promise<readonly string[]> {
  type Row = Pick<Fund, 'fundId' | 'pool' | 'funderId' | 'sourceClass' | 'channel'>;
  const opened = await tx.rows<Row>(sql('insertFunds'), {
    programmeId,
    fundIds: funds.map(() => newId()),
    pools: funds.map((fund) => fund.pool),
    funderIds: funds.map((fund) => fund.funderId),
    sourceClasses: funds.map((fund) => fund.funder.source),
    channels: funds.map((fund) => fund.channel),
    returnAccounts: funds.map((fund) => fund.returnAccount?.sealed ?? null),
    returnKeyIds: funds.map((fund) => fund.returnAccount?.keyId ?? null),
    positions: funds.map((fund) => fund.funder.orderOfUse),
    now: tx.now,
  });
  if (opened.length > 0) {
    const subject = { kind: 'programme', id: programmeId };
    await record(tx, { kind: 'fund.opened', subject, programmeId, items: opened });
  }
  return opened.map((row) => row.fundId);
}

function channelsOf(plan: Plan): readonly string[] {
  const prefunded = plan.channels.filter((channel) => channel.prefunded);
  return prefunded.length === 0 ? [''] : prefunded.map((channel) => channel.id);
}

/**
 * Opens the funds that the plan in force names: one per pool, funder's organisation, source class
 * and prefunded channel. Funders "per branch" open their own (`openFund`). Calling it again opens
 * only what is missing. Answers how many were opened. Refuses `programme_not_running`,
 * `programme_closed`.
 * @policy SM23 十一(一), requirements F0, F2
 */
export async function openPlannedFunds(
  tx: Tx,
  input: { readonly programmeId: string; readonly keys: Keys },
): Promise<number> {
  const { programmeId, keys } = input;
  const current = await currentPlan(tx, programmeId);
  requireRunning(current);
  const { plan } = current;
  const funds: NewFund[] = [];
  for (const funder of plan.funders.filter((one) => !one.perBranch)) {
    const pools = plan.pools.filter((pool) => pool.funders.includes(funder.id));
    const values = { programmeId, party: funder.party };
    const rows = await tx.rows<{ organisationId: string }>(sql('findOrganisations'), values);
    const { returnAccount: stated } = funder;
    const returnAccount = typeof stated === 'string' ? undefined : sealAccount(keys, stated);
    const places = pools.flatMap((pool) =>
      channelsOf(plan).map((channel) => ({ pool: pool.id, channel })),
    );
    for (const { organisationId: funderId } of rows) {
      funds.push(...places.map((place) => ({ ...place, funderId, funder, returnAccount })));
    }
  }
  return (await insertFunds(tx, programmeId, funds)).length;
}

/**
 * Opens one organisation's fund in a pool: a branch union or enterprise where the plan lets each
 * branch fund its own people, else an organisation that plays the funder's party. Opening again
 * answers the same fund. Refuses `programme_not_running`, `programme_closed`; `invalid_rule` for a
 * pool, funder or channel the plan does not have; `not_eligible` for an organisation that may not
 * fund it.
 * @policy SX20 一(二): every branch union pays for its own members; requirement F0
 */
export async function openFund(
  tx: Tx,
  input: {
    readonly programmeId: string;
    readonly pool: string;
    readonly funderId: string;
    /** The plan's name of the funder; the pool's only one where nothing is said. */
    readonly funder?: string | undefined;
    readonly channel?: string | undefined;
    readonly returnAccount?: SealedAccount | undefined;
  },
): Promise<{ readonly fundId: string; readonly isNew: boolean }> {
  const { programmeId, pool, funderId, returnAccount } = input;
  const current = await currentPlan(tx, programmeId);
  requireRunning(current);
  const funder = funderOf(current.plan, pool, input.funder);
  const channel = input.channel ?? '';
  if (!channelsOf(current.plan).includes(channel)) refuse('invalid_rule', { channel });
  await requireFunder(tx, { programmeId, funderId, funder });
  const [opened] = await insertFunds(tx, programmeId, [
    { pool, funderId, funder, channel, returnAccount },
  ]);
  if (opened !== undefined) return { fundId: opened, isNew: true };
  const values = { programmeId, pool, funderId, channel, sourceClass: funder.source };
  const { fundId } = await tx.one<{ fundId: string }>(sql('findFundByNature'), values);
  return { fundId, isNew: false };
}

function funderOf(plan: Plan, poolId: string, name: string | undefined): PlanFunder {
  const pool = plan.pools.find((one) => one.id === poolId);
  if (pool === undefined) refuse('invalid_rule', { pool: poolId });
  const ids = name === undefined ? pool.funders : pool.funders.filter((id) => id === name);
  const [id] = ids;
  const funder = plan.funders.find((one) => one.id === id);
  if (funder === undefined || ids.length > 1) {
    refuse('invalid_rule', { pool: poolId, funders: pool.funders });
  }
  return funder;
}

async function requireFunder(
  tx: Tx,
  asked: {
    readonly programmeId: string;
    readonly funderId: string;
    readonly funder: PlanFunder;
  },
): Promise<void> {
  const { programmeId, funderId, funder } = asked;
  type Row = { kind: string; isParty: boolean; isBelowOrganiser: boolean };
  const values = { programmeId, funderId, party: funder.party };
  const found = await tx.maybe<Row>(sql('findFunder'), values);
  if (found === undefined) refuse('not_found');
  if (found.isParty) return;
  const mayJoin = funder.perBranch && branchKinds.has(found.kind) && found.isBelowOrganiser;
  if (!mayJoin) refuse('not_eligible', { party: funder.party });
  const admitted = { programmeId, party: funder.party, organisationId: funderId };
  await tx.execute(sql('admitParty'), admitted);
}

/** A fund. Refuses `not_found`. */
export async function getFund(tx: Tx, fundId: string): Promise<Fund> {
  return (await tx.maybe<Fund>(sql('findFund'), { fundId })) ?? refuse('not_found');
}

/** Where a page of funds continues. */
export type FundPosition = {
  readonly pool: string;
  readonly position: number;
  readonly fundId: string;
};

const beforeAll: FundPosition = {
  pool: '',
  position: 0,
  fundId: '00000000-0000-0000-0000-000000000000',
};

/** A page of a programme's funds in the order of use, of those within `reach`. */
export async function listFunds(
  tx: Tx,
  asked: {
    readonly programmeId: string;
    readonly pool?: string | undefined;
    readonly reach?: Pick<Reach, 'everything' | 'organisationPaths' | 'programmeIds'>;
    /** Bounds what the reach opens by programme. */
    readonly channels?: ChannelsSeen;
    readonly after?: FundPosition | undefined;
    readonly limit: number;
  },
): Promise<readonly Fund[]> {
  const after = asked.after ?? beforeAll;
  return tx.rows<Fund>(sql('listFunds'), {
    programmeId: asked.programmeId,
    pool: asked.pool ?? null,
    everything: asked.reach === undefined || asked.reach.everything,
    programmeIds: asked.reach?.programmeIds ?? [],
    paths: asked.reach?.organisationPaths ?? [],
    channels: asked.channels ?? null,
    afterPool: after.pool,
    afterPosition: after.position,
    afterId: after.fundId,
    limit: asked.limit,
  });
}

/** Sets where a fund's unspent money goes back to. Refuses `not_found`. */
export async function setReturnAccount(
  tx: Tx,
  input: { readonly fundId: string; readonly account: SealedAccount },
): Promise<void> {
  const { fundId, account } = input;
  const values = { fundId, sealed: account.sealed, keyId: account.keyId };
  const row = await tx.maybe<{ programmeId: string }>(sql('setReturnAccount'), values);
  if (row === undefined) refuse('not_found');
  const subject = { kind: 'fund', id: fundId };
  await record(tx, { kind: 'fund.return_account_set', subject, programmeId: row.programmeId });
}
