import type { Instant } from '@huiquan/domain/instant.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';

const sql = twin(import.meta.url);

/** What the payment network told of its own accord about no payment of ours, in its own words. */
export type ParkedNotice = {
  readonly eventId: bigint;
  readonly at: Instant;
  readonly told: string;
};

/**
 * Notices of payments that nobody asked for, or that could not be read, newest first. They moved
 * nothing and belong to no programme: a payment that is real comes again in the day's file, as an
 * exception of its programme.
 * @policy S2; att-B3
 */
export async function listParkedNotices(
  tx: Tx,
  page: { readonly before?: string | undefined; readonly limit: number },
): Promise<readonly ParkedNotice[]> {
  const { before, limit } = page;
  return tx.rows<ParkedNotice>(sql('listParked'), { before: before ?? null, limit });
}

type Told = {
  readonly event?: string;
  readonly requestId?: string;
  readonly tradeNumber?: string;
  readonly amountFen?: number;
};

const textIn = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** The parts of a notice that can be read, whatever else it says. */
export function partsOf(told: string): Told {
  const body = parsed(told);
  const [event, requestId] = [textIn(body['event']), textIn(body['requestId'])];
  const tradeNumber = textIn(body['tradeNumber']);
  const { amountFen } = body;
  return {
    ...(event === undefined ? {} : { event }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(tradeNumber === undefined ? {} : { tradeNumber }),
    ...(Number.isSafeInteger(amountFen) ? { amountFen: Number(amountFen) } : {}),
  };
}

/** Empty for what is cut off in the middle: only so much of a long one is kept. */
function parsed(told: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(told);
    return typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value))
      : {};
  } catch {
    return {};
  }
}
