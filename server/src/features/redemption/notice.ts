import { fen } from '@huiquan/domain/fen.ts';
import { uuidPattern } from '@huiquan/domain/ids.ts';
import { type Instant, instant } from '@huiquan/domain/instant.ts';
import { spendNonces } from '../../db/nonce.ts';
import type { Tx } from '../../db/transact.ts';
import { record } from '../../events/record.ts';
import type { PaymentNotice } from '../../ports/payment-network.ts';
import { takeNotice } from './network.ts';

const isId = new RegExp(uuidPattern);

const keptCharactersMax = 2_000;

const outcomes = {
  'payment.paid': 'paid',
  'payment.declined': 'declined',
  'payment.reversed': 'reversed',
} as const;

const isEvent = (event: string): event is keyof typeof outcomes => Object.hasOwn(outcomes, event);

/** The notice in a callback, or undefined where it is about something we do not know. */
function noticeIn(body: Readonly<Record<string, unknown>>): PaymentNotice | undefined {
  const { event, requestId, amountFen, currency, tradeNumber, at } = body;
  if (typeof event !== 'string' || !isEvent(event)) return undefined;
  if (typeof requestId !== 'string' || !isId.test(requestId)) return undefined;
  if (typeof amountFen !== 'number' || !Number.isSafeInteger(amountFen)) return undefined;
  if (typeof currency !== 'string' || typeof tradeNumber !== 'string') return undefined;
  const paidAt = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  if (Number.isNaN(paidAt)) return undefined;
  const outcome = outcomes[event];
  return {
    requestId,
    outcome,
    amountFen: fen(BigInt(amountFen)),
    currency: currency.slice(0, 3),
    tradeNumber: tradeNumber.slice(0, 64),
    at: instant(paidAt),
  };
}

/** Kept on the record for people to look at; no ledger entry follows from it. */
async function park(tx: Tx, body: Readonly<Record<string, unknown>>): Promise<'parked'> {
  const told = JSON.stringify(body).slice(0, keptCharactersMax);
  const subject = { kind: 'payment_network', id: 'notice' };
  await record(tx, { kind: 'payment_notice.parked', subject, body: { told } });
  return 'parked';
}

/**
 * Takes a genuine callback of the payment network, once per nonce: applied to the payment it names,
 * `repeated` where it came before, `parked` on the record where it is about nothing we know. Never
 * refuses: the network would only send it again.
 * @policy att-B1, att-B2, att-B3
 */
export async function takeCallback(
  tx: Tx,
  callback: {
    readonly nonce: string;
    readonly keptUntil: Instant;
    readonly body: Readonly<Record<string, unknown>>;
  },
): Promise<'applied' | 'repeated' | 'parked'> {
  const { nonce, keptUntil, body } = callback;
  const nonces = { purpose: 'network-callback', nonces: [nonce] } as const;
  const [isNew] = await spendNonces(tx, nonces, keptUntil);
  if (isNew !== true) return 'repeated';
  const notice = noticeIn(body);
  const isOurs = notice !== undefined && (await takeNotice(tx, notice));
  return isOurs ? 'applied' : park(tx, body);
}
