import { releaseDue } from '../../server/src/features/expiry/expiry.ts';
import type { Chance } from './chance.ts';
import { type Command, differs } from './command.ts';
import { type Model, move, releaseKey } from './model.ts';

const done = { status: 200, code: undefined, headers: {}, text: '', json: {} };
const hourMs = 3_600_000;

/** The instants at which something changes, a millisecond before, at, and after them. */
function edges(model: Model): number[] {
  const round = model.calendar.find((one) => one.closesAt > model.now);
  const open = model.redemptions.slice(-10).filter((one) => one.state === 'tried');
  const codes = model.codes.slice(-2).map((code) => code.createdAt + 60_000);
  const ends = model.vouchers.slice(-3).map((voucher) => voucher.validTo);
  const instants = [
    ...(round === undefined ? [] : [round.opensAt, round.closesAt]),
    ...open.map((one) => one.voidAt),
    ...codes,
    ...ends,
  ];
  return instants.flatMap((at) => [at - 1, at, at + 1]).filter((at) => at > model.now);
}

/** The opening of a round that is ready, if one is near. */
function opening(model: Model): number | undefined {
  const ready = model.rounds.slice(-6).filter((round) => round.state === 'approved');
  const coming = ready.map((round) => round.opensAt).filter((at) => at > model.now);
  return coming.length === 0 ? undefined : Math.min(...coming);
}

/** How far time goes at once: while people claim or have something to spend, not far. */
function reach(model: Model, chance: Chance): number {
  const { now } = model;
  const isOpen = model.rounds
    .slice(-6)
    .some((one) => one.state === 'approved' && one.opensAt <= now && now < one.closesAt);
  if (isOpen && chance.in100(90)) return 2 * 60_000;
  const isRich = model.vouchers
    .slice(-80)
    .some((one) => one.state === 'unused' && one.validTo > now);
  return isRich && chance.in100(75) ? hourMs : 8 * 24 * hourMs;
}

function nextInstant(model: Model, chance: Chance): number {
  const furthest = model.now + reach(model, chance);
  const opensAt = opening(model);
  if (opensAt !== undefined && opensAt <= furthest && chance.in100(50)) return opensAt;
  const near = edges(model).filter((at) => at <= furthest);
  const steps = [20_000, 61_000, hourMs, 12 * hourMs].map((ms) => model.now + ms);
  const step = chance.pick(steps.filter((at) => at <= furthest)) ?? model.now;
  return chance.in100(55) ? (chance.pick(near) ?? step) : step;
}

/** Time passes. */
const wait: Command = {
  name: 'wait',
  weight: 7,
  draw: (model, chance) => {
    const at = nextInstant(model, chance);
    return {
      facts: [at - model.now],
      expected: 'ok',
      send: async (world) => {
        await world.setClock(at);
        return done;
      },
      accepted: () => void (model.now = at),
    };
  },
};

/** What happens by itself: the value of vouchers that ended returns, once per fund and end. */
const release: Command = {
  name: 'release_expired',
  weight: 2,
  draw: (model) => {
    const due = new Map<string, { fund: (typeof model.funds)[number]; validTo: number }>();
    for (const { fund, validTo, state } of model.vouchers) {
      const key = releaseKey(fund, validTo);
      const isDue = state !== 'used' && validTo <= model.now && !model.released.has(key);
      if (isDue) due.set(key, { fund, validTo });
    }
    return {
      facts: [due.size],
      expected: 'ok',
      send: async ({ app }) => {
        const actor = { kind: 'system', id: 'release_expired' } as const;
        return { ...done, json: { count: await releaseDue(app.db, actor) } };
      },
      accepted: (json) => {
        for (const [key, { fund, validTo }] of due) {
          model.released.add(key);
          const over = model.vouchers.filter(
            (one) => one.fund === fund && one.validTo === validTo && one.state === 'unused',
          );
          for (const one of over) move(fund, 'outstanding', 'return_due', one.kind.faceFen);
        }
        return differs('ends released', json.count, due.size);
      },
    };
  },
};

export const timeCommands: readonly Command[] = [wait, release];
