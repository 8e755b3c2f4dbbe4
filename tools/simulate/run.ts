import { createHash } from 'node:crypto';
import { verify } from '../../server/src/features/audit/verify.ts';
import { againCommands } from './again.ts';
import { backCommands } from './back.ts';
import { type Chance, makeChance } from './chance.ts';
import type { Command, Step } from './command.ts';
import type { Model } from './model.ts';
import { moneyCommands } from './money.ts';
import { outcomeCommands } from './outcome.ts';
import { roundCommands } from './rounds.ts';
import { tillCommands } from './till.ts';
import { timeCommands } from './time.ts';
import { walletCommands } from './wallet.ts';
import { watchCommands } from './watch.ts';
import { makeWorld, type World } from './world.ts';

/** Every kind of act that the simulation knows. */
export const commands: readonly Command[] = [
  ...moneyCommands,
  ...roundCommands,
  ...walletCommands,
  ...tillCommands,
  ...outcomeCommands,
  ...backCommands,
  ...watchCommands,
  ...timeCommands,
  ...againCommands,
];

const balancesEvery = 200;
const verifyEvery = 2_500;
const drawsMax = 50;
const historyKept = 20;

/** What a simulation found. */
export type SimulationReport = {
  readonly seed: number;
  readonly commands: number;
  readonly clients: number;
  readonly violations: number;
  /** SHA-256 over what was done and what came of it: the same seed gives the same. */
  readonly trace: string;
  readonly byCommand: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly seconds: number;
  /** The violation, and the acts that led to it; empty where there is none. */
  readonly history: readonly string[];
};

export type SimulationWish = {
  readonly seed: number;
  readonly commands: number;
  /** More than one: at once, without predicting what comes of each. */
  readonly clients?: number;
  readonly progress?: (done: number) => void;
};

type Drawn = { readonly command: Command; readonly step: Step };

const totalWeight = commands.reduce((sum, command) => sum + command.weight, 0);

function drawCommand(chance: Chance): Command | undefined {
  let place = chance.below(totalWeight);
  return commands.find((command) => (place -= command.weight) < 0);
}

function draw(model: Model, chance: Chance): Drawn {
  for (let count = 0; count < drawsMax; count += 1) {
    const command = drawCommand(chance);
    const step = command?.draw(model, chance);
    if (command !== undefined && step !== undefined) return { command, step };
  }
  throw new Error('no act can be drawn');
}

/** The first fund whose ledger differs from the model's. */
async function balanceViolation(world: World, model: Model): Promise<string | undefined> {
  const { rows } = await world.app.sql(
    `select fund_id, kind, sum(balance_fen)::bigint::text as fen from account_fold
     where kind <> 'funder' group by fund_id, kind`,
  );
  for (const fund of model.funds) {
    for (const [kind, wanted] of Object.entries(fund.balances)) {
      const row = rows.find((one) => one.fund_id === fund.fundId && one.kind === kind);
      const got = Number(row?.fen ?? 0);
      if (got !== wanted) return `${fund.pool} has ${got} 分 ${kind}, the rules say ${wanted}`;
    }
  }
  return undefined;
}

async function proofViolation(world: World): Promise<string | undefined> {
  const report = await verify(world.app.db);
  return report.ok ? undefined : `verify: ${report.firstBad}`;
}

type Tally = Record<string, Record<string, number>>;

function count(tally: Tally, name: string, outcome: string): void {
  const outcomes = (tally[name] ??= {});
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
}

/** Sends one act and holds what came of it against the rules. */
async function act(world: World, { step }: Drawn): Promise<{ outcome: string; wrong?: string }> {
  const got = await step.send(world);
  const outcome = got.status < 300 ? 'ok' : (got.code ?? String(got.status));
  if (outcome !== step.expected && outcome !== step.or) {
    return {
      outcome,
      wrong: `came out as ${outcome}, the rules say ${step.expected}: ${got.text}`,
    };
  }
  const wrong = outcome === 'ok' ? step.accepted(got.json) : step.refused?.();
  return wrong === undefined ? { outcome } : { outcome, wrong };
}

async function oneByOne(world: World, model: Model, wish: SimulationWish) {
  const chance = makeChance(wish.seed);
  const trace = createHash('sha256');
  const tally: Tally = {};
  const history: string[] = [];
  for (let done = 1; done <= wish.commands; done += 1) {
    model.now += 1_000 + chance.below(2_000);
    await world.setClock(model.now);
    const drawn = draw(model, chance);
    const { outcome, wrong } = await act(world, drawn);
    const line = `${done} ${drawn.command.name} ${drawn.step.facts.join(' ')} ${outcome}`;
    trace.update(`${line}\n`);
    history.push(line);
    if (history.length > historyKept) history.shift();
    count(tally, drawn.command.name, outcome);
    const isEnd = done === wish.commands;
    const money =
      done % balancesEvery === 0 || isEnd ? await balanceViolation(world, model) : undefined;
    const proof = done % verifyEvery === 0 || isEnd ? await proofViolation(world) : undefined;
    const violation = wrong ?? money ?? proof;
    if (violation !== undefined) history.push(violation);
    if (violation !== undefined) return { done, tally, trace, history, violations: 1 };
    if (done % 100 === 0) wish.progress?.(done);
  }
  return { done: wish.commands, tally, trace, history: [], violations: 0 };
}

const warmUpMax = 5_000;

/** One act after the other until a round is open: then there is something to rush for. */
async function warmUp(world: World, model: Model, seed: number): Promise<void> {
  const chance = makeChance(seed);
  for (let done = 0; done < warmUpMax; done += 1) {
    const { now } = model;
    const open = model.rounds.filter((one) => one.state === 'approved' && one.opensAt <= now);
    if (model.programme === 'published' && open.some((one) => now < one.closesAt)) return;
    model.now += 1_000 + chance.below(2_000);
    await world.setClock(model.now);
    const { wrong } = await act(world, draw(model, chance));
    if (wrong !== undefined) throw new Error(wrong);
  }
}

/** Many at once: what came of each is not foretold, but everything must prove at the end. */
async function atOnce(world: World, model: Model, wish: SimulationWish) {
  const trace = createHash('sha256');
  const tally: Tally = {};
  const strange: string[] = [];
  await warmUp(world, model, wish.seed);
  let done = 0;
  const client = async (seed: number) => {
    const chance = makeChance(seed);
    while (done < wish.commands) {
      done += 1;
      const drawn = draw(model, chance);
      const got = await drawn.step.send(world);
      const outcome = got.status < 300 ? 'ok' : (got.code ?? String(got.status));
      count(tally, drawn.command.name, outcome);
      if (got.status >= 500 && got.status !== 503 && got.status !== 599) {
        strange.push(`${drawn.command.name} ${outcome} ${got.text}`);
      }
      if (outcome === 'ok') drawn.step.accepted(got.json);
      if (done % 100 === 0) wish.progress?.(done);
    }
  };
  const clients = Array.from({ length: wish.clients ?? 1 }, (_, n) =>
    client(wish.seed * 1_000 + n),
  );
  await Promise.all(clients);
  const proof = await proofViolation(world);
  const history = [...strange, ...(proof === undefined ? [] : [proof])];
  return { done, tally, trace, history, violations: history.length };
}

/**
 * Lets people of all roles act at random on a real server and holds every outcome against the
 * rules; or, with several clients, at once, and holds only the end against the invariants.
 */
export async function simulate(wish: SimulationWish): Promise<SimulationReport> {
  const started = performance.now();
  const { world, model } = await makeWorld();
  const isAlone = (wish.clients ?? 1) === 1;
  try {
    const found = await (isAlone ? oneByOne : atOnce)(world, model, wish);
    return {
      seed: wish.seed,
      commands: found.done,
      clients: wish.clients ?? 1,
      violations: found.violations,
      trace: found.trace.digest('hex'),
      byCommand: found.tally,
      seconds: Math.round((performance.now() - started) / 100) / 10,
      history: found.history,
    };
  } finally {
    await world.app.drop();
  }
}
