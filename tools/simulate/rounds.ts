import * as contract from '../../server/src/features/round/round.contract.ts';
import { closeOverdueRounds } from '../../server/src/features/round/close-overdue.ts';
import type { Chance } from './chance.ts';
import type { Command } from './command.ts';
import { fundOf, type KindModel, type Model, move, type RoundModel } from './model.ts';

const done = { status: 200, code: undefined, headers: {}, text: '', json: {} };

function costs(stock: readonly { readonly kind: KindModel; readonly quantity: number }[]) {
  const byPool = new Map<string, number>();
  for (const { kind, quantity } of stock) {
    byPool.set(kind.pool, (byPool.get(kind.pool) ?? 0) + quantity * kind.faceFen);
  }
  return byPool;
}

function isCovered(model: Model, stock: Parameters<typeof costs>[0]): boolean {
  const byPool = costs(stock);
  return model.funds.every((fund) => (byPool.get(fund.pool) ?? 0) <= fund.balances.available);
}

const isAlive = (round: RoundModel) => round.state !== 'cancelled';
const running = (model: Model) =>
  model.programme === 'published' ? 'ok' : 'programme_not_running';

/** A round is made ready: this week's, mostly, or one that is over. */
const prepareRound: Command = {
  name: 'prepare_round',
  weight: 12,
  draw: (model, chance) => {
    const coming = model.calendar.findIndex((one) => one.closesAt > model.now);
    const first = coming < 0 ? model.calendar.length - 1 : coming;
    const offset = chance.in100(30) ? 0 : chance.below(7) - 1;
    const isStrange = chance.in100(4);
    const nowhere = { number: 999, opensAt: model.now, closesAt: model.now + 1 };
    const planned = isStrange ? nowhere : model.calendar[Math.max(0, first + offset)];
    if (planned === undefined) return undefined;
    const wanted = model.kinds.filter(() => chance.in100(70));
    if (wanted.length === 0) return undefined;
    // Some ask for nearly all the money there is: then another round stands in their way.
    const isGreedy = chance.in100(20);
    const most = (kind: KindModel) =>
      Math.max(1, Math.floor((0.3 * fundOf(model, kind).balances.available) / kind.faceFen));
    const stock = wanted.map((kind) => ({
      kind,
      quantity: isGreedy ? most(kind) : 1 + chance.below(30),
    }));
    const by = chance.below(2);
    const isTaken = model.rounds.some((one) => one.number === planned.number && isAlive(one));
    const isOver = planned.closesAt <= model.now;
    const free = isTaken ? 'state_conflict' : 'ok';
    const covered = isCovered(model, stock) ? free : 'insufficient_funds';
    const inTime = isStrange ? 'not_found' : isOver ? 'round_closed' : covered;
    return {
      facts: [planned.number, by, ...stock.flatMap((one) => [one.kind.id, one.quantity])],
      expected: running(model) === 'ok' ? inTime : 'programme_not_running',
      send: (world) =>
        world.request(
          contract.prepareRoundRoute,
          {
            params: { programmeId: world.programmeId },
            body: {
              number: planned.number,
              stock: stock.map(({ kind, quantity }) => ({ kind: kind.id, quantity })),
            },
          },
          world.commerce[by],
        ),
      accepted: (json) => {
        model.rounds.push({
          ...planned,
          roundId: json.roundId,
          contentHash: json.contentHash,
          by,
          stock: stock.map((one) => ({ ...one, issued: 0 })),
          state: 'prepared',
          restart: undefined,
          claims: new Set(),
        });
        return undefined;
      },
    };
  },
};

/** The rounds that people still do something with. */
const lately = (model: Model, chance: Chance) => chance.pick(model.rounds.slice(-5));

/** Mostly one that waits for its approval; every fourth lies until it is too late or too dear. */
function toApprove(model: Model, chance: Chance): RoundModel | undefined {
  const waiting = model.rounds.slice(-12).filter((round) => round.state === 'prepared');
  const isLate = (round: RoundModel) =>
    round.closesAt <= model.now || !isCovered(model, round.stock);
  const late = waiting.filter(isLate);
  // The programme seldom stands still while a round waits in time.
  const inTime = waiting.filter((round) => !isLate(round));
  if (running(model) !== 'ok' && inTime.length > 0 && chance.in100(80)) return chance.pick(inTime);
  if (late.length > 0 && chance.in100(50)) return chance.pick(late);
  const due = waiting.filter((round) => round.number % 4 !== 0);
  return chance.in100(80) && due.length > 0
    ? chance.pick(due)
    : chance.pick(model.rounds.slice(-5));
}

function approvalOutcome(model: Model, round: RoundModel, isChanged: boolean): string {
  if (round.state !== 'prepared') return 'already_decided';
  if (isChanged) return 'content_changed';
  if (round.closesAt <= model.now) return 'round_closed';
  if (running(model) !== 'ok') return 'programme_not_running';
  return isCovered(model, round.stock) ? 'ok' : 'insufficient_funds';
}

/** The treasury approves what it has seen; only now the money is committed. */
const approveRound: Command = {
  name: 'approve_round',
  weight: 10,
  draw: (model, chance) => {
    const round = toApprove(model, chance);
    if (round === undefined) return undefined;
    const isChanged = chance.in100(30);
    const contentHash = isChanged ? 'f'.repeat(64) : round.contentHash;
    return {
      facts: [round.number, isChanged ? 'changed' : ''],
      expected: approvalOutcome(model, round, isChanged),
      send: (world) =>
        world.request(
          contract.approveRoundRoute,
          { params: { roundId: round.roundId }, body: { contentHash } },
          world.finance[0],
        ),
      accepted: () => {
        round.state = 'approved';
        for (const { kind, quantity } of round.stock) {
          move(fundOf(model, kind), 'available', 'committed', quantity * kind.faceFen);
        }
        return undefined;
      },
    };
  },
};

const cancelRound: Command = {
  name: 'cancel_round',
  weight: 3,
  draw: (model, chance) => {
    const round = chance.in100(50) ? toApprove(model, chance) : lately(model, chance);
    if (round === undefined) return undefined;
    return {
      facts: [round.number],
      expected: round.state === 'prepared' ? 'ok' : 'already_decided',
      send: (world) =>
        world.request(
          contract.cancelRoundRoute,
          { params: { roundId: round.roundId }, body: {} },
          world.commerce[0],
        ),
      accepted: () => void (round.state = 'cancelled'),
    };
  },
};

/** One person is enough to stop a round. */
const stopRound: Command = {
  name: 'stop_round',
  weight: 2,
  draw: (model, chance) => {
    const round = lately(model, chance);
    if (round === undefined) return undefined;
    return {
      facts: [round.number],
      expected: round.state === 'approved' ? 'ok' : 'state_conflict',
      send: (world) =>
        world.request(
          contract.stopRoundRoute,
          { params: { roundId: round.roundId }, body: { reason: '系统告警' } },
          world.commerce[1],
        ),
      accepted: () => void (round.state = 'stopped'),
    };
  },
};

const askRestart: Command = {
  name: 'ask_round_restart',
  weight: 5,
  draw: (model, chance) => {
    const round = lately(model, chance);
    if (round === undefined) return undefined;
    const by = chance.below(2);
    const isAsked = round.restart !== undefined;
    return {
      facts: [round.number, by],
      expected: round.state === 'stopped' && !isAsked ? 'ok' : 'state_conflict',
      send: (world) =>
        world.request(
          contract.requestRestartRoute,
          { params: { roundId: round.roundId }, body: { reason: '告警解除' } },
          world.commerce[by],
        ),
      accepted: (json) => {
        round.restart = { restartId: json.restartId, by };
        return undefined;
      },
    };
  },
};

const approveRestart: Command = {
  name: 'approve_round_restart',
  weight: 3,
  draw: (model, chance) => {
    const round = chance.pick(model.rounds.filter((one) => one.restart !== undefined).slice(-3));
    const restart = round?.restart;
    if (round === undefined || restart === undefined) return undefined;
    return {
      facts: [round.number],
      expected: round.state === 'stopped' ? 'ok' : 'state_conflict',
      send: (world) =>
        world.request(
          contract.approveRestartRoute,
          { params: { roundId: round.roundId, restartId: restart.restartId }, body: {} },
          world.finance[0],
        ),
      accepted: () => {
        round.state = 'approved';
        round.restart = undefined;
        return undefined;
      },
    };
  },
};

/** What a round did not give is available again. */
function close(model: Model, round: RoundModel): void {
  round.state = 'closed';
  for (const { kind, quantity, issued } of round.stock) {
    move(fundOf(model, kind), 'committed', 'available', (quantity - issued) * kind.faceFen);
  }
}

const mayClose = (model: Model, round: RoundModel) =>
  (round.state === 'approved' || round.state === 'stopped') && model.now >= round.closesAt;

const closeRound: Command = {
  name: 'close_round',
  weight: 3,
  draw: (model, chance) => {
    const round = lately(model, chance);
    if (round === undefined) return undefined;
    const isClosed = round.state === 'closed';
    return {
      facts: [round.number],
      expected: isClosed || mayClose(model, round) ? 'ok' : 'state_conflict',
      send: (world) =>
        world.request(
          contract.closeRoundRoute,
          { params: { roundId: round.roundId }, body: {} },
          world.commerce[0],
        ),
      accepted: () => {
        if (!isClosed) close(model, round);
        return undefined;
      },
    };
  },
};

/** What happens by itself: rounds that are over are closed. */
const closeOverdue: Command = {
  name: 'close_overdue_rounds',
  weight: 1,
  draw: (model) => {
    const overdue = model.rounds.filter((round) => mayClose(model, round));
    return {
      facts: [overdue.length],
      expected: 'ok',
      send: async ({ app }) => {
        const count = await closeOverdueRounds(app.db, { kind: 'system', id: 'close_rounds' });
        return { ...done, json: { count } };
      },
      accepted: (json) => {
        for (const round of overdue) close(model, round);
        return json.count === overdue.length ? undefined : `closed ${json.count} rounds`;
      },
    };
  },
};

export const roundCommands: readonly Command[] = [
  prepareRound,
  approveRound,
  cancelRound,
  stopRound,
  askRestart,
  approveRestart,
  closeRound,
  closeOverdue,
];
