import { callSigned, type ReplyOf, type SentTo } from '../api/call.ts';
import { Problem } from '../api/problem.ts';
import { setClock } from '../ui/clock.ts';
import { lockTill, signWith, tillState, unbindTill } from './terminal.ts';

/** The till is not open: nobody is signed in, or it is bound no longer. */
export class TillClosed extends Error {
  override readonly name = 'TillClosed';
}

async function closeFor(problem: Problem): Promise<boolean> {
  if (problem.code === 'session_ended' || problem.code === 'session_binding') {
    await lockTill('ended');
    return true;
  }
  if (problem.facts['reason'] === 'terminal_released') {
    await unbindTill('released');
    return true;
  }
  return false;
}

const wrongClock = (error: unknown): string | undefined => {
  if (!(error instanceof Problem) || error.facts['reason'] !== 'clock') return undefined;
  const { now } = error.facts;
  return typeof now === 'string' ? now : undefined;
};

/**
 * Calls a route as this till, with its cashier or `'alone'`. A wrong clock is set right by what the
 * server says. An ended session locks the till, an ended binding unbinds it.
 * @throws TillClosed then, Problem and Offline as `call`.
 */
export async function tillCall<R>(
  name: string,
  sent: SentTo<R>,
  as: 'cashier' | 'alone' = 'cashier',
): Promise<ReplyOf<R>> {
  const { terminal, cashier, stage } = tillState();
  if (terminal === undefined) throw new TillClosed();
  if (as === 'cashier' && stage !== 'open') throw new TillClosed();
  const sign = signWith(terminal, as === 'cashier' ? cashier?.token : undefined);
  try {
    return await callSigned<R>(sign, name, sent);
  } catch (error) {
    const now = wrongClock(error);
    if (now !== undefined) {
      setClock(now);
      return callSigned<R>(sign, name, sent);
    }
    if (error instanceof Problem && (await closeFor(error))) throw new TillClosed();
    throw error;
  }
}
