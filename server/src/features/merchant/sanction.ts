import { creditCodeProblem, normalizeCreditCode } from '@huiquan/domain/identity/credit-code.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import { getMerchant } from './application.ts';

const sql = twin(import.meta.url);

export type SanctionKind = 'suspend' | 'disqualify' | 'restore';

export type Sanction = {
  readonly sanctionId: string;
  readonly merchantId: string;
  /** Null: in all programmes. */
  readonly programmeId: string | null;
  readonly kind: SanctionKind;
  readonly state: 'prepared' | 'approved' | 'rejected';
  readonly preparedBy: string;
};

type Asked = {
  readonly merchantId: string;
  /** Undefined: in all programmes. */
  readonly programmeId?: string | undefined;
  readonly evidence: string;
};

const moves = {
  suspend: { everywhere: 'suspended', here: 'suspended', from: ['active', 'approved'] },
  disqualify: {
    everywhere: 'disqualified',
    here: 'disqualified',
    from: ['active', 'suspended', 'applied', 'approved', 'rejected'],
  },
  restore: { everywhere: 'active', here: 'approved', from: ['suspended', 'disqualified'] },
} as const;

async function carryOut(
  tx: Tx,
  sanction: Pick<Sanction, 'merchantId' | 'programmeId' | 'kind'>,
): Promise<void> {
  const { merchantId, programmeId, kind } = sanction;
  const move = moves[kind];
  const values = { merchantId, fromStates: move.from };
  const moved =
    programmeId === null
      ? await tx.execute(sql('setMerchantState'), { ...values, state: move.everywhere })
      : await tx.execute(sql('setAdmissionState'), { ...values, programmeId, state: move.here });
  if (moved === 0) refuse('state_conflict');
}

async function insertSanction(
  tx: Tx,
  asked: Asked & { readonly kind: SanctionKind; readonly state: Sanction['state'] },
): Promise<string> {
  const sanctionId = newId(tx.now);
  const { merchantId, evidence, kind, state, programmeId = null } = asked;
  const preparedBy = tx.actor.id;
  const values = { sanctionId, merchantId, programmeId, evidence, kind, state, preparedBy };
  await tx.execute(sql('insertSanction'), { ...values, now: tx.now });
  return sanctionId;
}

function recordSanction(
  tx: Tx,
  act: string,
  sanction: Pick<Sanction, 'sanctionId' | 'merchantId' | 'programmeId' | 'kind'>,
): Promise<bigint> {
  const { sanctionId, merchantId, programmeId, kind } = sanction;
  return record(tx, {
    kind: act,
    subject: { kind: 'merchant', id: merchantId },
    ...(programmeId === null ? {} : { programmeId }),
    body: { sanctionId, sanction: kind },
  });
}

/**
 * Stops a merchant at once, in one programme or in all: an emergency that one person may decide,
 * effective at the next scan. Refuses `not_found`, `state_conflict` where it does not accept.
 * Takes the merchant's lock, so redemptions under way end first.
 * @policy SM23 十一(二), spec access 5.1(7); M4
 */
export async function suspendMerchant(tx: Tx, asked: Asked): Promise<string> {
  const { merchantId, programmeId = null } = asked;
  await tx.rows(sql('lockMerchant'), { merchantId });
  await getMerchant(tx, merchantId);
  const sanctionId = await insertSanction(tx, { ...asked, kind: 'suspend', state: 'approved' });
  const sanction = { sanctionId, merchantId, programmeId, kind: 'suspend' } as const;
  await carryOut(tx, sanction);
  await recordSanction(tx, 'merchant.suspended', sanction);
  return sanctionId;
}

/** Prepares what needs a second person: to disqualify a merchant, or to let it accept again. */
export async function prepareSanction(
  tx: Tx,
  asked: Asked & { readonly kind: 'disqualify' | 'restore' },
): Promise<string> {
  const { merchantId, programmeId = null, kind } = asked;
  await getMerchant(tx, merchantId);
  const sanctionId = await insertSanction(tx, { ...asked, state: 'prepared' });
  await recordSanction(tx, 'merchant.sanction_prepared', {
    sanctionId,
    merchantId,
    programmeId,
    kind,
  });
  return sanctionId;
}

/** The sanction. Refuses `not_found`. */
export async function getSanction(tx: Tx, sanctionId: string): Promise<Sanction> {
  return (await tx.maybe<Sanction>(sql('findSanction'), { sanctionId })) ?? refuse('not_found');
}

/**
 * The second person decides. Refuses `not_found`, `already_decided`, `separation_of_duties`,
 * `state_conflict` where the merchant stands otherwise by now. Takes the merchant's lock.
 * @policy spec access 5.1(1)(7)
 */
export async function decideSanction(
  tx: Tx,
  input: { readonly sanctionId: string; readonly decision: 'approved' | 'rejected' },
): Promise<void> {
  const { sanctionId, decision } = input;
  const { merchantId } = await getSanction(tx, sanctionId);
  await tx.rows(sql('lockMerchant'), { merchantId });
  const sanction = await getSanction(tx, sanctionId);
  if (sanction.preparedBy === tx.actor.id) refuse('separation_of_duties');
  const decided = await tx.execute(sql('decideSanction'), {
    sanctionId,
    state: decision,
    approvedBy: tx.actor.id,
  });
  if (decided === 0) refuse('already_decided');
  if (decision === 'approved') await carryOut(tx, sanction);
  await recordSanction(tx, `merchant.sanction_${decision}`, sanction);
}

/**
 * Prepares an entry on the dishonesty list, with its evidence; it bars nobody until a second person
 * approved it. Refuses `invalid_uscc` for a code of wrong form.
 * @policy SM23 十一(二), XN23 二(七)
 */
export async function listDishonest(
  tx: Tx,
  input: { readonly uscc: string; readonly evidence: string },
): Promise<string> {
  const uscc = normalizeCreditCode(input.uscc);
  if (creditCodeProblem(uscc) === 'credit_code_malformed') refuse('invalid_uscc');
  const listingId = newId(tx.now);
  const { evidence } = input;
  const values = { listingId, uscc, evidence, listedBy: tx.actor.id, now: tx.now };
  await tx.execute(sql('insertListing'), values);
  const subject = { kind: 'dishonesty_listing', id: listingId };
  await record(tx, { kind: 'dishonesty.prepared', subject, body: { uscc } });
  return listingId;
}

type Listing = {
  readonly uscc: string;
  readonly listedBy: string;
  readonly approvedBy: string | null;
};

/**
 * The second person approves the entry: from the next scan on the code bars its merchant wherever a
 * plan says so. Refuses `not_found`, `already_decided`, `separation_of_duties`.
 */
export async function approveListing(tx: Tx, listingId: string): Promise<void> {
  const listing =
    (await tx.maybe<Listing>(sql('findListing'), { listingId })) ?? refuse('not_found');
  await tx.rows(sql('lockMerchantsOfCode'), { uscc: listing.uscc });
  if (listing.listedBy === tx.actor.id) refuse('separation_of_duties');
  const values = { listingId, approvedBy: tx.actor.id };
  if ((await tx.execute(sql('approveListing'), values)) === 0) refuse('already_decided');
  const subject = { kind: 'dishonesty_listing', id: listingId };
  await record(tx, { kind: 'dishonesty.approved', subject, body: { uscc: listing.uscc } });
}

/** Ends an entry; whoever entered it does not end it. Refuses as `approveListing`. */
export async function endListing(tx: Tx, listingId: string): Promise<void> {
  const listing =
    (await tx.maybe<Listing>(sql('findListing'), { listingId })) ?? refuse('not_found');
  if (listing.listedBy === tx.actor.id) refuse('separation_of_duties');
  if ((await tx.execute(sql('endListing'), { listingId, now: tx.now })) === 0) {
    refuse('already_decided');
  }
  const subject = { kind: 'dishonesty_listing', id: listingId };
  await record(tx, { kind: 'dishonesty.ended', subject, body: { uscc: listing.uscc } });
}
