import { createHash } from 'node:crypto';
import { isBankCard, normalizeBankCard } from '@huiquan/domain/identity/bank-card.ts';
import { creditCodeProblem, normalizeCreditCode } from '@huiquan/domain/identity/credit-code.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { Plan } from '@huiquan/domain/plan/effective-plan.ts';
import {
  admissionProblem,
  isFirmAccount,
  normalizeFirmName,
} from '@huiquan/domain/redemption/admission.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { jsonText, twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import type { Keys } from '../../keys.ts';
import { currentPlan, requireRunning } from '../programme/load-plan.ts';
import { insertShops, type NewShop } from './shop.ts';

const sql = twin(import.meta.url);

/** Where a merchant is paid: a firm's account or a bank card. */
export type SettlementAccount = {
  readonly name: string;
  readonly number: string;
  readonly bank: string;
};

/** What a merchant says of itself. */
export type MerchantFacts = {
  readonly name: string;
  readonly regionCode: string;
  readonly industry: string;
  readonly aboveQuota: boolean;
  readonly account: SettlementAccount;
};

/** A paper of the application, by its kind and SHA-256. */
export type Paper = { readonly kind: string; readonly digest: string };

export type Merchant = {
  readonly merchantId: string;
  readonly uscc: string;
  readonly name: string;
  readonly regionCode: string;
  readonly industry: string;
  readonly aboveQuota: boolean;
  readonly ownerId: string | null;
  readonly settlementAccount: Buffer | null;
  readonly keyId: number;
  readonly acceptanceMark: boolean;
  readonly state: 'active' | 'suspended' | 'disqualified';
  readonly settlementAccountChangedAt: Instant | null;
  readonly shopCount: number;
};

/** The merchant. Refuses `not_found`. */
export async function getMerchant(tx: Tx, merchantId: string): Promise<Merchant> {
  return (await tx.maybe<Merchant>(sql('findMerchant'), { merchantId })) ?? refuse('not_found');
}

function checkedAccount(facts: MerchantFacts): SettlementAccount {
  const { name, number, bank } = facts.account;
  if (normalizeFirmName(name) !== normalizeFirmName(facts.name)) refuse('account_name_mismatch');
  const plain = normalizeBankCard(number);
  // A card's number is checked by its last digit; a firm's account carries none.
  if (!isBankCard(plain) && !isFirmAccount(plain)) {
    const text = '结算账号应为 9 至 32 位数字';
    refuse('invalid_fields', {
      errors: [{ pointer: '/account/number', code: 'invalid_account', text }],
    });
  }
  return { name: normalizeFirmName(name), number: plain, bank: bank.trim() };
}

async function checkedCode(tx: Tx, text: string) {
  const uscc = normalizeCreditCode(text);
  const problem = creditCodeProblem(uscc);
  if (problem === 'credit_code_malformed') refuse('invalid_uscc');
  const facts = await tx.one<{
    isDishonest: boolean;
    isExcepted: boolean;
    merchantId: string | null;
  }>(sql('findCodeFacts'), { uscc });
  if (problem !== undefined && !facts.isExcepted) refuse('invalid_uscc');
  return { uscc, ...facts };
}

/**
 * Enters a merchant with its first shops and settlement account. Refuses `invalid_uscc` (a code of
 * wrong form, or with a wrong check character that no reviewer let pass), `already_registered`,
 * `account_name_mismatch`, `invalid_fields` for an account number that can be none.
 * @policy M1, att-M1, att-M2
 */
export async function registerMerchant(
  tx: Tx,
  keys: Keys,
  input: MerchantFacts & {
    readonly uscc: string;
    readonly ownerId: string;
    readonly shops: readonly NewShop[];
    /** The id that the owner's account was opened for, where there is one. */
    readonly merchantId?: string | undefined;
    /** An acceptor of the channel's network, which the channel enters itself. */
    readonly acceptanceMark?: boolean | undefined;
  },
): Promise<{ readonly merchantId: string; readonly shopIds: readonly string[] }> {
  const { uscc, merchantId: taken } = await checkedCode(tx, input.uscc);
  if (taken !== null) refuse('already_registered');
  const account = checkedAccount(input);
  const merchantId = input.merchantId ?? newId(tx.now);
  await tx.execute(sql('insertMerchant'), {
    ...factsOf(input),
    merchantId,
    uscc,
    ownerId: input.ownerId,
    settlementAccount: keys.seal(JSON.stringify(account)),
    keyId: keys.currentId,
    acceptanceMark: input.acceptanceMark ?? false,
    now: tx.now,
  });
  const shopIds = await insertShops(tx, merchantId, input.shops);
  await record(tx, {
    kind: 'merchant.registered',
    subject: { kind: 'merchant', id: merchantId },
    body: { uscc, regionCode: input.regionCode, industry: input.industry, shopIds },
  });
  return { merchantId, shopIds };
}

function factsOf(facts: MerchantFacts) {
  const { name, regionCode, industry, aboveQuota } = facts;
  return { name: normalizeFirmName(name), regionCode, industry, aboveQuota };
}

/** What a reviewer sees and approves: any change of it makes another hash. */
function contentHash(merchant: Merchant, account: string, application: object): Buffer {
  const { uscc, name, regionCode, industry, aboveQuota } = merchant;
  const content = { uscc, name, regionCode, industry, aboveQuota, account, ...application };
  return createHash('sha256').update(jsonText(content)).digest();
}

/** A fingerprint of the account, so that the hash changes with it and tells nothing. */
function accountMark(keys: Keys, merchant: Merchant): string {
  if (merchant.settlementAccount === null) return '';
  const text = keys.open(merchant.settlementAccount, merchant.keyId);
  return keys.index('command-input', `account ${text}`).toString('hex');
}

/**
 * Applies for one programme in one category; again after a rejection. Refuses `not_found`, a
 * programme that is not running, `invalid_rule` for a category the plan does not have, and the
 * first of the plan's conditions that the merchant fails (`dishonest_listed`,
 * `merchant_not_eligible`), `state_conflict` for a merchant under a sanction.
 * @policy M1, M2, XN23 二(七), SM23 六
 */
export async function applyToProgramme(
  tx: Tx,
  keys: Keys,
  input: {
    readonly programmeId: string;
    readonly merchantId: string;
    readonly category: string;
    readonly papers: readonly Paper[];
  },
): Promise<{ readonly contentHash: Buffer }> {
  const { programmeId, merchantId, category, papers } = input;
  await tx.rows(sql('lockMerchant'), { merchantId });
  const merchant = await getMerchant(tx, merchantId);
  const current = await currentPlan(tx, programmeId);
  requireRunning(current);
  await requireConditions(tx, merchant, current.plan);
  if (!current.plan.merchants.categories.some((one) => one.id === category)) {
    refuse('invalid_rule', { category });
  }
  const hash = contentHash(merchant, accountMark(keys, merchant), { category, papers });
  const values = { programmeId, merchantId, category, documents: papers, contentHash: hash };
  const applied = await tx.maybe(sql('applyToProgramme'), {
    ...values,
    appliedBy: tx.actor.id,
    now: tx.now,
  });
  if (applied === undefined) refuse('state_conflict');
  await record(tx, {
    kind: 'merchant.applied',
    subject: { kind: 'merchant', id: merchantId },
    programmeId,
    body: { category, papers, contentHash: hash.toString('hex') },
  });
  return { contentHash: hash };
}

async function requireConditions(tx: Tx, merchant: Merchant, plan: Plan): Promise<void> {
  const { isDishonest } = await tx.one<{ isDishonest: boolean }>(sql('findCodeFacts'), {
    uscc: merchant.uscc,
  });
  const { regionCode, aboveQuota, shopCount, acceptanceMark: hasAcceptanceMark } = merchant;
  const applicant = { regionCode, aboveQuota, shopCount, hasAcceptanceMark, isDishonest };
  const problem = admissionProblem(plan.merchants, applicant);
  if (problem !== undefined) refuse(problem.refusal, { condition: problem.condition });
}

/**
 * Changes what a merchant says of itself. Every application goes back to review and accepting stops
 * at the next scan; a changed account also stops payouts for a day. Refuses `not_found`,
 * `account_name_mismatch`, `invalid_fields`.
 * @policy att-M2, att-M3
 */
export async function updateMerchant(
  tx: Tx,
  keys: Keys,
  input: MerchantFacts & { readonly merchantId: string },
): Promise<{ readonly isAccountChanged: boolean }> {
  const { merchantId } = input;
  await tx.rows(sql('lockMerchant'), { merchantId });
  const before = await getMerchant(tx, merchantId);
  const account = checkedAccount(input);
  const sealed = keys.seal(JSON.stringify(account));
  const markBefore = accountMark(keys, before);
  const after: Merchant = {
    ...before,
    ...factsOf(input),
    settlementAccount: sealed,
    keyId: keys.currentId,
  };
  const isAccountChanged = accountMark(keys, after) !== markBefore;
  await tx.execute(sql('updateMerchant'), {
    ...factsOf(input),
    merchantId,
    settlementAccount: sealed,
    keyId: keys.currentId,
    isAccountChanged,
    now: tx.now,
  });
  await backToReview(tx, keys, after);
  await record(tx, {
    kind: 'merchant.updated',
    subject: { kind: 'merchant', id: merchantId },
    body: { regionCode: input.regionCode, industry: input.industry, isAccountChanged },
  });
  return { isAccountChanged };
}

async function backToReview(tx: Tx, keys: Keys, merchant: Merchant): Promise<void> {
  const { merchantId } = merchant;
  const applications = await tx.rows<{ programmeId: string; category: string; documents: Paper[] }>(
    sql('listApplications'),
    { merchantId },
  );
  const mark = accountMark(keys, merchant);
  const hashes = applications.map(({ category, documents: papers }) =>
    contentHash(merchant, mark, { category, papers }),
  );
  await tx.execute(sql('backToReview'), {
    merchantId,
    programmeIds: applications.map((one) => one.programmeId),
    contentHashes: hashes,
    appliedBy: tx.actor.id,
    now: tx.now,
  });
}

/**
 * A reviewer lets a code of a real register pass although its check character is wrong, with the
 * reason. Refuses `invalid_uscc` for a code of wrong form.
 * @policy spec facts: some real codes fail
 */
export async function allowCreditCode(
  tx: Tx,
  input: { readonly uscc: string; readonly reason: string },
): Promise<void> {
  const uscc = normalizeCreditCode(input.uscc);
  if (creditCodeProblem(uscc) === 'credit_code_malformed') refuse('invalid_uscc');
  const { reason } = input;
  await tx.execute(sql('allowCreditCode'), { uscc, reason, allowedBy: tx.actor.id, now: tx.now });
  const subject = { kind: 'credit_code', id: uscc };
  await record(tx, { kind: 'merchant.credit_code_allowed', subject, body: { reason } });
}

type Application = {
  readonly category: string;
  readonly state: 'applied' | 'approved' | 'rejected' | 'suspended' | 'disqualified';
  readonly appliedBy: string;
  readonly contentHash: Buffer;
};

/**
 * The department of the category decides about an application it has seen. Refuses `not_found`,
 * `already_decided`, `content_changed` when another content waits than `seenHash`,
 * `separation_of_duties` to the applicant, `forbidden` to an organisation that the plan does not
 * name for the category, and a condition that no longer holds.
 * @policy SM23 六 经行业主管部门审核同意, 十(一)–(三); M1
 */
export async function reviewMerchant(
  tx: Tx,
  input: {
    readonly programmeId: string;
    readonly merchantId: string;
    readonly decision: 'approved' | 'rejected';
    readonly reason: string | undefined;
    readonly seenHash: Buffer;
    readonly organisationId: string;
  },
): Promise<void> {
  const { programmeId, merchantId, decision } = input;
  await tx.rows(sql('lockMerchant'), { merchantId });
  const key = { programmeId, merchantId };
  const application =
    (await tx.maybe<Application>(sql('lockApplication'), key)) ?? refuse('not_found');
  const { plan } = await currentPlan(tx, programmeId);
  const parties = reviewers(plan, application.category);
  const { isParty } = await tx.one<{ isParty: boolean }>(sql('plays'), {
    programmeId,
    parties,
    organisationId: input.organisationId,
  });
  if (!isParty) refuse('forbidden', { reviewedBy: parties });
  if (application.state !== 'applied') refuse('already_decided');
  if (application.appliedBy === tx.actor.id) refuse('separation_of_duties');
  if (!application.contentHash.equals(input.seenHash)) refuse('content_changed');
  if (decision === 'approved') await requireConditions(tx, await getMerchant(tx, merchantId), plan);
  await tx.execute(sql('reviewApplication'), {
    ...key,
    state: decision,
    reviewedBy: tx.actor.id,
    reason: input.reason ?? null,
    now: tx.now,
  });
  await record(tx, {
    kind: decision === 'approved' ? 'merchant.approved' : 'merchant.rejected',
    subject: { kind: 'merchant', id: merchantId },
    programmeId,
    body: { category: application.category, reason: input.reason ?? null },
  });
}

/** The party that reviews a category; where the plan names none, who approves or organises. */
export function reviewers(plan: Plan, category: string): readonly string[] {
  const named = plan.merchants.categories.find((one) => one.id === category)?.reviewedBy;
  if (named !== undefined) return [named];
  const approvers = plan.approvals.filter((one) => one.act === 'review_merchant');
  if (approvers.length > 0) return approvers.flatMap((one) => one.approvedBy);
  return plan.parties.filter((one) => one.roles.includes('organiser')).map((one) => one.id);
}
