import { useSyncExternalStore } from 'react';
import { newId } from '@huiquan/domain/ids.ts';
import { TillClosed } from '../call.ts';
import { keep, keptIn } from '../kept.ts';
import { signal } from '../sound.ts';
import { onTillChange, tillState } from '../terminal.ts';
import { isPassing, type Payment, step } from './payment.ts';

/** What lies on the counter: the payment at hand, and those set aside without an end. */
export type Desk = {
  readonly current: Payment | undefined;
  readonly aside: readonly Payment[];
  /** The server cannot be reached; what was sent is sent again by itself. */
  readonly isCutOff: boolean;
  /** Counts the ends, so that lists know when to look again. */
  readonly ends: number;
};

let desk: Desk = { current: undefined, aside: [], isCutOff: false, ends: 0 };
const listeners = new Set<() => void>();
/** Wakes the run of a payment before its wait is over. */
const bells = new Map<string, () => void>();
const running = new Set<string>();

function become(next: Partial<Desk>): void {
  desk = { ...desk, ...next };
  for (const listener of listeners) listener();
}

const deskNow = (): Desk => desk;
const onDeskChange = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** The counter, for a component. */
export const useDesk = (): Desk => useSyncExternalStore(onDeskChange, deskNow);

const find = (id: string): Payment | undefined =>
  desk.current?.id === id ? desk.current : desk.aside.find((one) => one.id === id);

async function put(payment: Payment): Promise<void> {
  if (desk.current?.id === payment.id) become({ current: payment });
  else become({ aside: desk.aside.map((one) => (one.id === payment.id ? payment : one)) });
  await save();
}

/** On the disk before anything is sent: after a reload it goes on from here. */
async function save(): Promise<void> {
  const { current, aside } = desk;
  await keep('payments', { current, aside });
}

function pause(id: string, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(ring, ms);
    function ring() {
      clearTimeout(timer);
      bells.delete(id);
      resolve();
    }
    bells.set(id, ring);
  });
}

const retryMs = [500, 1_000, 2_000, 4_000] as const;

/** What a step made of a payment, unless the cashier has changed it meanwhile. */
function merged(before: Payment, made: Payment): Payment {
  const now = find(before.id);
  if (now === undefined || now === before) return made;
  if (made.phase === 'done' || made.held === undefined) return made;
  // He gave up while the try was on its way, or paid while the clock was looked at.
  if (now.isGivenUp && made.phase !== 'cancelling') {
    return { ...made, isGivenUp: true, phase: made.isUnknown ? made.phase : 'cancelling' };
  }
  return before.phase === 'collecting' ? now : made;
}

async function runOne(id: string): Promise<void> {
  let failures = 0;
  for (;;) {
    const payment = find(id);
    if (payment === undefined || payment.phase === 'done') return;
    try {
      const next = await step(payment);
      failures = 0;
      if (desk.isCutOff) become({ isCutOff: false });
      const made = merged(payment, next.payment);
      await put(made);
      if (made.phase === 'done') return end(made);
      if (made.phase === 'collecting' && payment.phase === 'trying') signal('attention');
      if (next.waitMs !== undefined && next.waitMs > 0) await pause(id, next.waitMs);
    } catch (error) {
      if (error instanceof TillClosed) return;
      if (!isPassing(error)) throw error;
      become({ isCutOff: true });
      await pause(id, retryMs[Math.min(failures, retryMs.length - 1)] ?? 4_000);
      failures += 1;
    }
  }
}

function end(payment: Payment): void {
  signal(payment.outcome?.kind === 'paid' ? 'done' : 'refused');
  become({ ends: desk.ends + 1 });
}

async function run(id: string): Promise<void> {
  if (running.has(id)) return bells.get(id)?.();
  running.add(id);
  try {
    await runOne(id);
  } finally {
    running.delete(id);
  }
}

/** A code was scanned for an order. */
export async function scan(order: {
  readonly code: string;
  readonly orderFen: number;
  readonly payment: 'network' | 'merchant';
}): Promise<void> {
  if (desk.current !== undefined && desk.current.phase !== 'done') return;
  const id = newId();
  const current: Payment = {
    ...order,
    id,
    phase: 'trying',
    isGivenUp: false,
    decisionKey: newId(),
    isUnknown: false,
  };
  become({ current });
  await save();
  await run(id);
}

/** The cashier has the rest of the money. */
export async function confirmCollected(): Promise<void> {
  const { current } = desk;
  if (current?.phase !== 'collecting') return;
  await put({ ...current, phase: 'committing' });
  await run(current.id);
}

/** The cashier gives up, where that is still possible. */
export async function giveUp(): Promise<void> {
  const { current } = desk;
  if (current?.phase === 'trying') await put({ ...current, isGivenUp: true });
  else if (current?.phase === 'collecting') {
    await put({ ...current, isGivenUp: true, phase: 'cancelling' });
  } else return;
  await run(current.id);
}

/** The next customer first: the payment goes on aside. */
export async function setAside(): Promise<void> {
  const { current, aside } = desk;
  if (current === undefined || current.phase === 'done') return;
  become({ current: undefined, aside: [...aside, current] });
  await save();
}

/** The result has been seen. */
export async function dismiss(id: string): Promise<void> {
  const { current, aside } = desk;
  if (current?.id === id) become({ current: undefined });
  become({ aside: aside.filter((one) => one.id !== id) });
  await save();
}

function isKept(value: unknown): value is Pick<Desk, 'current' | 'aside'> {
  return typeof value === 'object' && value !== null && 'aside' in value;
}

function runAll(): void {
  const { current, aside } = desk;
  for (const one of [current, ...aside]) if (one !== undefined) void run(one.id);
}

/** Takes up the payments that a reload interrupted, and goes on whenever the till is open again. */
export async function startDesk(): Promise<void> {
  const kept = await keptIn('payments');
  if (isKept(kept)) become({ current: kept.current, aside: kept.aside });
  onTillChange(() => {
    if (tillState().stage === 'open') runAll();
  });
  globalThis.addEventListener('online', () => {
    for (const ring of bells.values()) ring();
  });
  if (tillState().stage === 'open') runAll();
}
