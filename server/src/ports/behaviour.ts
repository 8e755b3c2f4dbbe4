import { chance } from './chance.ts';
import { silence, waitFor, type NoAnswer } from './call.ts';

/**
 * What a sandbox does with one request.
 * - `obey`: takes it and answers
 * - `decline`: takes it and says no; nothing moves
 * - `slow`: takes it, moves and answers only after `delayMs`
 * - `unreachable`: the connection fails before anything is sent
 * - `lost`: never arrives, and no answer comes
 * - `silent`: the money moves, no answer comes
 * - `twice`: answers, and tells it twice more
 * - `contradict`: answers no, but the money moves
 */
export type Behaviour =
  | { readonly kind: 'obey' }
  | { readonly kind: 'decline'; readonly reason?: string }
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'twice' }
  | { readonly kind: 'contradict' };

/** Shares of requests, 0 to 1, that meet a behaviour; what is left obeys. */
export type Odds = {
  readonly seed: string;
  readonly shares: Readonly<Partial<Record<Exclude<Behaviour['kind'], 'obey'>, number>>>;
  readonly slowMs?: number;
};

/** Why nothing is known: no answer, nothing sent, still at work, or an answer that is not ours. */
export type Unknown = {
  readonly outcome: 'unknown';
  readonly cause: NoAnswer | 'unreachable' | 'processing' | 'id_reused';
};

/** How a sandbox is told what to do, in the order of precedence. */
export type Script = {
  /** The request with this id, once. */
  readonly on: (id: string, behaviour: Behaviour) => void;
  /** The next requests, first come first served, whatever their ids. */
  readonly next: (...behaviours: readonly Behaviour[]) => void;
  /** All others, by seeded chance; undefined obeys again. */
  readonly odds: (odds: Odds | undefined) => void;
  /** Everything, until it is up again. */
  readonly down: (state: 'down' | 'up') => void;
  /** What happens to the request with `id` now; uses up what was scripted. */
  readonly take: (id: string) => Behaviour;
  readonly isDown: () => boolean;
};

/** A script in which everything obeys. */
export function makeScript(): Script {
  const byId = new Map<string, Behaviour>();
  const queue: Behaviour[] = [];
  let odds: Odds | undefined;
  let isDown = false;
  return {
    on: (id, behaviour) => void byId.set(id, behaviour),
    next: (...behaviours) => void queue.push(...behaviours),
    odds: (next) => void (odds = next),
    down: (state) => void (isDown = state === 'down'),
    isDown: () => isDown,
    take(id) {
      if (isDown) return { kind: 'unreachable' };
      const scripted = byId.get(id) ?? queue.shift();
      byId.delete(id);
      return scripted ?? byChance(odds, id);
    },
  };
}

function byChance(odds: Odds | undefined, id: string): Behaviour {
  if (odds === undefined) return { kind: 'obey' };
  const kinds = [
    'decline',
    'slow',
    'unreachable',
    'lost',
    'silent',
    'twice',
    'contradict',
  ] as const;
  let left = chance(odds.seed, id);
  for (const kind of kinds) {
    left -= odds.shares[kind] ?? 0;
    if (left >= 0) continue;
    return kind === 'slow' ? { kind, delayMs: odds.slowMs ?? 2_000 } : { kind };
  }
  return { kind: 'obey' };
}

/** A request as the sandbox plays it: what it does to the books, and what it then says. */
export type Play<Answer> = {
  readonly effect: (behaviour: Behaviour) => void;
  readonly answer: (behaviour: Behaviour) => Answer;
};

/** Plays one request that was not seen before. */
export async function play<Answer>(
  behaviour: Behaviour,
  signal: AbortSignal,
  { effect, answer }: Play<Answer>,
): Promise<Answer | Unknown> {
  if (behaviour.kind === 'unreachable') return { outcome: 'unknown', cause: 'unreachable' };
  if (behaviour.kind === 'lost') return silence(signal);
  effect(behaviour);
  if (behaviour.kind === 'silent') return silence(signal);
  if (behaviour.kind === 'slow') await waitFor(behaviour.delayMs, signal);
  return answer(behaviour);
}
