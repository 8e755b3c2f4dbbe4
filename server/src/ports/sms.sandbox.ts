import { isPhone } from '@huiquan/domain/identity/phone.ts';
import { replyWithin, waitFor } from './call.ts';
import { smsText, type Sms, type SmsAnswer, type SmsProvider } from './sms.ts';

/** How the provider behaves from now on. `undelivered`: it accepts, and nothing arrives. */
export type SmsMode =
  | { readonly kind: 'deliver' }
  | { readonly kind: 'undelivered' }
  | { readonly kind: 'down' }
  | { readonly kind: 'slow'; readonly delayMs: number };

/** A message as the phone shows it. */
export type Delivered = {
  readonly messageId: string;
  readonly phone: string;
  readonly text: string;
  readonly code?: string;
};

/** The SMS provider as tests and the demo play it. Codes stay in memory and on no disk. */
export type SmsSandbox = SmsProvider & {
  readonly become: (mode: SmsMode) => void;
  /** Refuses this phone from now on, as for a resident who unsubscribed. */
  readonly block: (phone: string) => void;
  readonly outbox: (phone: string) => readonly Delivered[];
  /** The newest code that reached the phone. */
  readonly lastCode: (phone: string) => string | undefined;
};

/** The outbox and the list of answers forget the oldest beyond this. */
const rememberedMax = 10_000;

type State = {
  mode: SmsMode;
  readonly blocked: Set<string>;
  readonly answered: Map<string, SmsAnswer>;
  /** In the order of their delivery. */
  readonly delivered: Delivered[];
  /** The same by phone: whoever signs in looks for his own among 10,000. */
  readonly byPhone: Map<string, Delivered[]>;
};

/** A provider that delivers at once. */
export function makeSmsSandbox(): SmsSandbox {
  const state: State = {
    mode: { kind: 'deliver' },
    blocked: new Set(),
    answered: new Map(),
    delivered: [],
    byPhone: new Map(),
  };
  return {
    async send(sms, call) {
      const reply = await replyWithin(call, (signal) => take(state, sms, signal));
      return reply.isAnswered ? reply.answer : { outcome: 'unavailable', cause: reply.cause };
    },
    become: (mode) => void (state.mode = mode),
    block: (phone) => void state.blocked.add(phone),
    outbox: (phone) => [...(state.byPhone.get(phone) ?? [])],
    lastCode: (phone) => state.byPhone.get(phone)?.findLast((one) => one.code !== undefined)?.code,
  };
}

async function take(state: State, sms: Sms, signal: AbortSignal): Promise<SmsAnswer> {
  const { mode } = state;
  if (mode.kind === 'down') return { outcome: 'unavailable', cause: 'unreachable' };
  const known = state.answered.get(sms.messageId);
  const answer = known ?? judge(state, sms);
  if (known === undefined) remember(state, sms, answer);
  if (mode.kind === 'slow') await waitFor(mode.delayMs, signal);
  return answer;
}

function judge(state: State, sms: Sms): SmsAnswer {
  if (!isPhone(sms.phone)) return { outcome: 'rejected', reason: 'bad_phone' };
  if (smsText(sms) === undefined) return { outcome: 'rejected', reason: 'bad_params' };
  if (state.blocked.has(sms.phone)) return { outcome: 'rejected', reason: 'blocked' };
  return { outcome: 'accepted', providerId: `SMS-${sms.messageId}` };
}

function remember(state: State, sms: Sms, answer: SmsAnswer): void {
  state.answered.set(sms.messageId, answer);
  const [oldest] = state.answered.keys();
  if (state.answered.size > rememberedMax && oldest !== undefined) state.answered.delete(oldest);
  const text = smsText(sms);
  if (answer.outcome !== 'accepted' || text === undefined) return;
  if (state.mode.kind === 'undelivered') return;
  const { messageId, phone } = sms;
  const code = sms.params['code'];
  const delivered = { messageId, phone, text, ...(code === undefined ? {} : { code }) };
  state.delivered.push(delivered);
  state.byPhone.set(phone, [...(state.byPhone.get(phone) ?? []), delivered]);
  if (state.delivered.length > rememberedMax) forget(state, state.delivered.shift());
}

function forget(state: State, oldest: Delivered | undefined): void {
  if (oldest === undefined) return;
  const left = (state.byPhone.get(oldest.phone) ?? []).filter((one) => one !== oldest);
  if (left.length === 0) state.byPhone.delete(oldest.phone);
  else state.byPhone.set(oldest.phone, left);
}
