import { acceptanceBarText, isAcceptanceBar } from '@huiquan/domain/redemption/acceptance.ts';
import {
  cashierText,
  Refusal,
  type RefusalCode,
  type RefusalDetails,
} from '@huiquan/domain/refusals.ts';

/** A refusal in the cashier's words: what is the matter, and what to do next. */
export function refusalAtTill(code: RefusalCode, details: RefusalDetails): Refusal {
  const { reason } = details;
  const cashier = isAcceptanceBar(reason) ? acceptanceBarText[reason] : cashierText(code);
  return new Refusal(code, { ...details, cashier });
}

/** Runs what a till asks; refusals carry the cashier's words. */
export async function atTill<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Refusal ? refusalAtTill(error.code, error.details) : error;
  }
}
