import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { before, test } from 'node:test';
import { promisify } from 'node:util';
import { commands } from './simulate/run.ts';

// More than twenty thousand acts of all roles against the rules: two seeds, each in a process of
// its own.
const seeds = [7, 20_231_201];
const commandsPerSeed = 10_200;
const reachedAtLeast = 10;

/** Every outcome that the rules know of each act; the two runs together must reach them all. */
const outcomes: Readonly<Record<string, readonly string[]>> = {
  order_funds: ['ok', 'not_found', 'invalid_rule', 'programme_not_running'],
  say_paid: ['ok', 'already_decided', 'state_conflict'],
  let_in: ['ok', 'already_decided', 'separation_of_duties'],
  turn_away: ['ok', 'already_decided'],
  cancel_order: ['ok', 'already_decided', 'state_conflict'],
  prepare_round: [
    'ok',
    'not_found',
    'insufficient_funds',
    'state_conflict',
    'round_closed',
    'programme_not_running',
  ],
  approve_round: [
    'ok',
    'already_decided',
    'content_changed',
    'round_closed',
    'insufficient_funds',
    'programme_not_running',
  ],
  cancel_round: ['ok', 'already_decided'],
  stop_round: ['ok', 'state_conflict'],
  ask_round_restart: ['ok', 'state_conflict'],
  approve_round_restart: ['ok', 'state_conflict'],
  close_round: ['ok', 'state_conflict'],
  close_overdue_rounds: ['ok'],
  claim: [
    'ok',
    'not_found',
    'round_not_open',
    'round_closed',
    'sold_out',
    'limit_reached',
    'programme_not_running',
  ],
  make_code: ['ok', 'not_found'],
  try: [
    'ok',
    'not_found',
    'code_invalid',
    'code_unknown',
    'code_used',
    'code_expired',
    'terminal_paused',
    'one_voucher_per_payment',
    'no_usable_voucher',
    'below_threshold',
    'merchant_not_accepting',
    'programme_not_running',
    'voucher_held',
    'voucher_used',
    'voucher_expired',
  ],
  guess_codes: ['terminal_paused'],
  commit: [
    'ok',
    'not_found',
    'amount_changed',
    'already_reversed',
    'state_conflict',
    'hold_expired',
  ],
  pay_in_silence: ['ok'],
  bank_decides: ['ok', 'state_conflict', 'already_reversed', 'hold_expired'],
  cancel: ['ok', 'not_found', 'state_conflict', 'already_reversed', 'hold_expired'],
  void_overdue_tries: ['ok'],
  refund: ['ok', 'state_conflict', 'already_reversed', 'refund_exceeds', 'amount_changed'],
  reverse: [
    'ok',
    'state_conflict',
    'already_reversed',
    'amount_changed',
    'refund_exceeds',
    'reversal_window',
  ],
  suspend_merchant: ['ok', 'state_conflict'],
  propose_sanction: ['ok'],
  decide_sanction: ['ok', 'state_conflict', 'already_decided', 'separation_of_duties'],
  stop_programme: ['ok', 'state_conflict'],
  ask_programme_restart: ['ok', 'state_conflict'],
  decide_programme_restart: ['ok'],
  wait: ['ok'],
  release_expired: ['ok'],
  again: ['ok'],
  key_for_other_business: ['ok'],
};

type Told = {
  readonly violations: number;
  readonly commands: number;
  readonly byCommand: Readonly<Record<string, Readonly<Record<string, number>>>>;
};

const script = path.join(import.meta.dirname, 'simulate.ts');
const run = promisify(execFile);

async function simulated(seed: number): Promise<Told> {
  const args = [script, '--seed', String(seed), '--commands', String(commandsPerSeed), '--json'];
  const { stdout } = await run(process.execPath, args, { maxBuffer: 16 * 1024 * 1024 });
  const told: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  // What the script prints with --json.
  return told as Told;
}

let runs: readonly Told[];
before(async () => {
  runs = await Promise.all(seeds.map(simulated));
});

test('twenty thousand acts of all roles come out as the rules say, to the 分', () => {
  assert.deepEqual(
    runs.map((one) => [one.commands, one.violations]),
    seeds.map(() => [commandsPerSeed, 0]),
  );
});

test('every act and every refusal it can meet was reached ten times and more', () => {
  assert.deepEqual(
    Object.keys(outcomes).toSorted(),
    commands.map((command) => command.name).toSorted(),
  );
  const rare = Object.entries(outcomes).flatMap(([name, known]) =>
    known.flatMap((outcome) => {
      const count = runs.reduce((sum, one) => sum + (one.byCommand[name]?.[outcome] ?? 0), 0);
      return count >= reachedAtLeast ? [] : [`${name} ${outcome}: ${count}`];
    }),
  );
  assert.deepEqual(rare, []);
});
