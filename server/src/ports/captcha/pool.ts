import { replyWithin, type Call } from '../call.ts';
import { startPainter, type Painter, type PainterEvents } from './painter.ts';
import type { PaintedKind, Puzzle } from './puzzle.ts';

/** How many puzzles lie ready, per kind. A puzzle is 6 to 20 KB: 2,000 of each are 50 MB. */
export type PoolRules = {
  /** Filling begins when fewer than this are ready or ordered … */
  readonly low: number;
  /** … and ends at this many. */
  readonly high: number;
  /** So many residents may wait for a puzzle when none is ready; the next is sent away. */
  readonly waitersMax: number;
  /** A painter that died is replaced after this long. */
  readonly restartMs: number;
};

/** Enough for the first seconds of a round; a larger store costs memory only. */
export const defaultPoolRules: PoolRules = {
  low: 100,
  high: 200,
  waitersMax: 500,
  restartMs: 1_000,
};

export type PuzzleAnswer =
  | { readonly outcome: 'puzzle'; readonly puzzle: Puzzle }
  | {
      readonly outcome: 'unavailable';
      readonly cause: 'timeout' | 'aborted' | 'painter_gone' | 'crowded';
    };

/** Puzzles painted ahead; each is given out once. */
export type PuzzlePool = {
  readonly take: (kind: PaintedKind, call: Call) => Promise<PuzzleAnswer>;
  readonly ready: (kind: PaintedKind) => number;
  readonly close: () => Promise<void>;
};

type Shelf = {
  readonly ready: Puzzle[];
  readonly waiters: ((answer: PuzzleAnswer) => void)[];
  ordered: number;
  isFilling: boolean;
};

type State = {
  readonly rules: PoolRules;
  readonly start: (events: PainterEvents) => Painter;
  readonly shelves: Readonly<Record<PaintedKind, Shelf>>;
  painter: Painter | undefined;
  restart: NodeJS.Timeout | undefined;
  isClosed: boolean;
};

const kinds = ['slider', 'picture'] as const;
/** Ordered at one time per kind: enough to keep the painter busy, few enough to be fair. */
const orderedMax = 8;

/** A pool that begins to fill at once. */
export function makePuzzlePool(
  rules: PoolRules = defaultPoolRules,
  start: (events: PainterEvents) => Painter = startPainter,
): PuzzlePool {
  const state: State = {
    rules,
    start,
    shelves: { slider: emptyShelf(), picture: emptyShelf() },
    painter: undefined,
    restart: undefined,
    isClosed: false,
  };
  hire(state);
  return {
    take: (kind, call) => take(state, kind, call),
    ready: (kind) => state.shelves[kind].ready.length,
    async close() {
      state.isClosed = true;
      clearTimeout(state.restart);
      await state.painter?.close();
    },
  };
}

function emptyShelf(): Shelf {
  return { ready: [], waiters: [], ordered: 0, isFilling: false };
}

function hire(state: State): void {
  state.painter = state.start({
    onPuzzle: (puzzle) => put(state, puzzle),
    onEnd: () => mourn(state),
  });
  for (const kind of kinds) order(state, kind);
}

function put(state: State, puzzle: Puzzle): void {
  const { kind } = puzzle.view;
  const shelf = state.shelves[kind];
  shelf.ordered -= 1;
  const waiter = shelf.waiters.shift();
  if (waiter === undefined) shelf.ready.push(puzzle);
  else waiter({ outcome: 'puzzle', puzzle });
  order(state, kind);
}

/** Those who wait are told at once; what was ready is still good. */
function mourn(state: State): void {
  state.painter = undefined;
  for (const kind of kinds) {
    const shelf = state.shelves[kind];
    shelf.ordered = 0;
    shelf.isFilling = false;
    const gone = shelf.waiters.splice(0);
    for (const waiter of gone) waiter({ outcome: 'unavailable', cause: 'painter_gone' });
  }
  if (state.isClosed) return;
  state.restart = setTimeout(() => hire(state), state.rules.restartMs).unref();
}

/** Orders up to the high mark once below the low one; those who wait count as a hole to fill. */
function order(state: State, kind: PaintedKind): void {
  const { painter, rules } = state;
  const shelf = state.shelves[kind];
  if (painter === undefined || state.isClosed) return;
  const stock = (): number => shelf.ready.length + shelf.ordered - shelf.waiters.length;
  if (stock() < rules.low) shelf.isFilling = true;
  while (shelf.isFilling && shelf.ordered < orderedMax) {
    if (stock() >= rules.high) {
      shelf.isFilling = false;
      return;
    }
    shelf.ordered += 1;
    painter.ask(kind);
  }
}

async function take(state: State, kind: PaintedKind, call: Call): Promise<PuzzleAnswer> {
  const shelf = state.shelves[kind];
  const puzzle = shelf.ready.shift();
  if (puzzle !== undefined) {
    order(state, kind);
    return { outcome: 'puzzle', puzzle };
  }
  if (state.painter === undefined) return { outcome: 'unavailable', cause: 'painter_gone' };
  if (shelf.waiters.length >= state.rules.waitersMax) {
    return { outcome: 'unavailable', cause: 'crowded' };
  }
  const { promise, resolve } = Promise.withResolvers<PuzzleAnswer>();
  shelf.waiters.push(resolve);
  order(state, kind);
  const reply = await replyWithin(call, () => promise);
  if (reply.isAnswered) return reply.answer;
  const at = shelf.waiters.indexOf(resolve);
  if (at >= 0) shelf.waiters.splice(at, 1);
  return { outcome: 'unavailable', cause: reply.cause };
}
