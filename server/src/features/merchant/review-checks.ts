import { creditCodeProblem } from '@huiquan/domain/identity/credit-code.ts';
import { admissionProblem } from '@huiquan/domain/redemption/admission.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { currentPlan } from '../programme/load-plan.ts';
import { getMerchant } from './application.ts';
import type { SanctionKind } from './sanction.ts';

const sql = twin(import.meta.url);

/** What is checked of an applicant without anybody looking. */
export type ReviewCheck = {
  readonly check: 'credit_code' | 'dishonesty' | 'conditions';
  readonly passes: boolean;
  /** The condition of the plan that fails, or that a reviewer let the code pass. */
  readonly told?: string;
};

/**
 * The automatic checks of an application as they stand now: the check character of the credit code,
 * the dishonesty list, and the plan's conditions (region, size, shops, acceptance). Refuses
 * `not_found`.
 * @policy M1, XN23 二(七), SM23 六
 */
export async function reviewChecks(
  tx: Tx,
  of: { readonly programmeId: string; readonly merchantId: string },
): Promise<readonly ReviewCheck[]> {
  const merchant = await getMerchant(tx, of.merchantId);
  const { plan } = await currentPlan(tx, of.programmeId);
  const { uscc, regionCode, aboveQuota, shopCount, acceptanceMark } = merchant;
  const facts = await tx.one<{ isDishonest: boolean; isExcepted: boolean }>(sql('codeStands'), {
    uscc,
  });
  const isRight = creditCodeProblem(uscc) === undefined;
  // The list is told on a line of its own.
  const applicant = { regionCode, aboveQuota, shopCount, isDishonest: false };
  const problem = admissionProblem(plan.merchants, {
    ...applicant,
    hasAcceptanceMark: acceptanceMark,
  });
  return [
    {
      check: 'credit_code',
      passes: isRight || facts.isExcepted,
      ...(!isRight && facts.isExcepted ? { told: 'allowed' } : {}),
    },
    { check: 'dishonesty', passes: !facts.isDishonest },
    {
      check: 'conditions',
      passes: problem === undefined,
      ...(problem === undefined ? {} : { told: problem.condition }),
    },
  ];
}

/** A sanction as the second person sees it. */
export type ListedSanction = {
  readonly sanctionId: string;
  readonly merchantId: string;
  readonly name: string;
  readonly kind: SanctionKind;
  readonly state: 'prepared' | 'approved' | 'rejected';
  readonly evidence: string;
  readonly preparedBy: string;
  readonly approvedBy: string | null;
  readonly createdAt: Instant;
};

/** The sanctions in a programme, those that wait first; at most 200. */
export async function listSanctions(
  tx: Tx,
  programmeId: string,
): Promise<readonly ListedSanction[]> {
  return tx.rows<ListedSanction>(sql('listSanctions'), { programmeId });
}

/** An entry of the dishonesty list with its evidence. */
export type ListedDishonesty = {
  readonly listingId: string;
  readonly uscc: string;
  readonly name: string | null;
  readonly evidence: string;
  readonly listedBy: string;
  readonly approvedBy: string | null;
  readonly listedAt: Instant;
  readonly endedAt: Instant | null;
};

/** The dishonesty list, newest first, ended entries too; at most 200. */
export async function listListings(tx: Tx): Promise<readonly ListedDishonesty[]> {
  return tx.rows<ListedDishonesty>(sql('listListings'));
}
