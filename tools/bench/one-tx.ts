import { Type, type TObject, type TProperties, type TSchema } from 'typebox';
import { newId } from '@huiquan/domain/ids.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { limitCounters } from '@huiquan/domain/limit/counters.ts';
import type { Plan } from '@huiquan/domain/plan/effective-plan.ts';
import { validityOf } from '@huiquan/domain/plan/validity.ts';
import { fen, fenOnWire } from '@huiquan/domain/fen.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { claimTurn, roundRefusal, type ClaimableRound } from '@huiquan/domain/round/claim.ts';
import { commandIdOf, type CommandKey } from '../../server/src/db/command.ts';
import { shortKey } from '../../server/src/db/short-key.ts';
import { transact, type Actor, type Tx } from '../../server/src/db/transact.ts';
import { record } from '../../server/src/events/record.ts';
import { passGates } from '../../server/src/features/gate/pass-gates.ts';
import { takeLimits, limitRefusal } from '../../server/src/features/limit/limit.ts';
import { loadPlan } from '../../server/src/features/programme/load-plan.ts';
import { claimRoute } from '../../server/src/features/round/round.contract.ts';
import {
  insertVouchers,
  issueRecord,
  newVoucherId,
} from '../../server/src/features/voucher/voucher.ts';
import type { Context } from '../../server/src/http/context.ts';
import type { Route } from '../../server/src/http/contract.ts';
import { handle, type Handled } from '../../server/src/http/handle.ts';
import { post } from '../../server/src/ledger/post.ts';
import { twinOf } from './bare.ts';

export type Holder = {
  readonly session_id: string;
  readonly resident_account_id: string;
  readonly person_id: string;
};

/** Who asks says so in the body: the door would look sessions up in groups. */
export const sessionWords = { session: Type.String({ maxLength: 100 }) };

type Part = TObject | undefined;

/** The twin of a route whose body says `more`: who asks, and how that is proved. */
export function withWords<
  P extends Part,
  Q extends Part,
  B extends TProperties,
  R extends TSchema,
  More extends TProperties,
>(route: Route<P, Q, TObject<B>, R>, more: More): Route<P, Q, TObject<B & More>, R> {
  const { body, ...rest } = twinOf(route, 'one-tx');
  if (body === undefined) throw new Error(`${route.name} takes no body`);
  return { ...rest, body: Type.Object({ ...body.properties, ...more }) };
}

/** A row of a prepared statement, as any application would ask for it. */
export async function rowsOf<Row extends object>(
  tx: Tx,
  statement: { readonly name: string; readonly text: string; readonly values: unknown[] },
): Promise<Row[]> {
  return (await tx.client.query<Row>({ ...statement, name: `one-tx ${statement.name}` })).rows;
}

/** The resident whose session it is, asked in the transaction that acts. */
export async function holderOf(context: Context, tx: Tx, token: string): Promise<Holder> {
  const [holder] = await rowsOf<Holder>(tx, {
    name: 'holder',
    text: `select s.session_id, s.resident_account_id, a.person_id from session s
      join resident_account a on a.resident_account_id = s.resident_account_id
      where s.token_hash = $1 and s.ended_at is null and s.expires_at > now()
        and a.ended_at is null`,
    values: [context.keys.index('session', token)],
  });
  return holder ?? refuse('session_ended');
}

/** Stores the answer under the request's key; who was first keeps it. */
export async function keep(tx: Tx, command: CommandKey, outcome: unknown): Promise<void> {
  const rows = await rowsOf(tx, {
    name: 'keep',
    text: `insert into command (command_id, input_hash, outcome, at)
      values ($1, $2, $3, now()) on conflict do nothing returning command_id`,
    values: [command.commandId, command.inputHash, JSON.stringify({ done: outcome })],
  });
  if (rows.length === 0) refuse('state_conflict');
}

/** The key of a request and a keyed hash of its business input. */
export function commandOf(
  context: Context,
  caller: string,
  route: Route,
  input: string,
): CommandKey {
  // The request's own key has been checked at the door; every request of the bench is a new one.
  const inputHash = context.keys.index('command-input', input);
  return { commandId: commandIdOf({ caller, route: route.name, key: newId() }), inputHash };
}

type OpenRound = ClaimableRound & {
  readonly programmeId: string;
  readonly versionId: string;
  readonly programme: string;
};

async function roundOf(tx: Tx, roundId: string): Promise<OpenRound> {
  const [round] = await rowsOf<OpenRound>(tx, {
    name: 'round',
    text: `select r.state, r.opens_at as "opensAt", r.closes_at as "closesAt",
        r.programme_id as "programmeId", r.version_id as "versionId", p.state as programme
      from round r join programme p on p.programme_id = r.programme_id
      where r.round_id = $1
        and not exists (select from gate_state g where g.state = 'degraded')`,
    values: [roundId],
  });
  if (round?.programme !== 'published') return refuse('programme_not_running');
  const code = roundRefusal(round, tx.now);
  return code === undefined ? round : refuse(code);
}

async function takeOne(tx: Tx, roundId: string, kind: string) {
  const [stock] = await rowsOf<{ fund_id: string; face_fen: bigint }>(tx, {
    name: 'stock',
    text: `update round_stock set issued = issued + 1
      where round_id = $1 and kind = $2 and issued < quantity returning fund_id, face_fen`,
    values: [roundId, kind],
  });
  return stock ?? refuse('sold_out');
}

async function spendPass(tx: Tx, nonce: string | undefined): Promise<void> {
  const rows = await rowsOf(tx, {
    name: 'nonce',
    text: `insert into spent_nonce (nonce_key, expires_at)
      values ($1, now() + interval '10 minutes') on conflict do nothing returning nonce_key`,
    values: [shortKey(`captcha-pass ${nonce ?? refuse('captcha_required')}`)],
  });
  if (rows.length === 0) refuse('captcha_invalid');
}

type Wish = {
  readonly roundId: string;
  readonly kind: string;
  readonly personId: string;
  readonly plan: Plan;
};

/** The number of the claim, once every limit has room for it. */
async function takeNumber(tx: Tx, round: OpenRound, wish: Wish): Promise<number> {
  const { personId, kind, roundId } = wish;
  const act = {
    programmeId: round.programmeId,
    action: 'claim',
    kind,
    count: 1,
    faceFen: fen(1_000n),
    at: tx.now,
    roundId,
    entities: { person: personId, device: personId, phone: personId },
  } as const;
  const limits = limitCounters(wish.plan.limits, act);
  const turn = claimTurn(wish.plan, { programmeId: round.programmeId, ...wish }, limits);
  const [full] = await takeLimits(tx, [turn === undefined ? limits : [turn, ...limits]]);
  if (full !== undefined) throw limitRefusal(full);
  const [last] = await rowsOf<{ n: number }>(tx, {
    name: 'number',
    text: `select n from voucher where person_id = $1 and origin_id = $2 and kind = $3
      order by n desc limit 1`,
    values: [personId, roundId, kind],
  });
  return (last?.n ?? 0) + 1;
}

/**
 * A claim the usual way: everything one claim writes, in one transaction of its own. The stock's
 * row, which all wait for, is locked as late as can be.
 */
async function claimOne(tx: Tx, wish: Wish) {
  const { roundId, kind, personId, plan } = wish;
  const round = await roundOf(tx, roundId);
  const n = await takeNumber(tx, round, wish);
  const { programmeId, versionId } = round;
  const stock = await takeOne(tx, roundId, kind);
  const faceFen = fen(stock.face_fen);
  const voucher = {
    personId,
    voucherId: newVoucherId(n),
    programmeId,
    versionId,
    kind,
    fundId: stock.fund_id,
    faceFen,
    originId: roundId,
    n,
    channel: '',
    ...validityOf(plan, kind, tx.now),
  };
  const { lines, items } = issueRecord([voucher]);
  const eventId = await record(tx, {
    kind: 'voucher.claimed',
    subject: { kind: 'round', id: roundId },
    programmeId,
    body: { lines },
    items,
  });
  await insertVouchers(tx, eventId, [voucher]);
  const reference = { kind: 'round', id: roundId };
  const move = { from: 'committed', to: 'outstanding', kind: 'claimed' } as const;
  await post(tx, eventId, [{ ...move, fundId: stock.fund_id, amountFen: faceFen, reference }]);
  return voucher;
}

/** Plans never change: an application keeps them. */
function planCache(context: Context) {
  const plans = new Map<string, Plan>();
  return async (roundId: string): Promise<Plan> => {
    const known = plans.get(roundId);
    if (known !== undefined) return known;
    const actor: Actor = { kind: 'system', id: 'one-tx' };
    const plan = await transact(context.db, actor, async (tx) =>
      loadPlan(tx, (await roundOf(tx, roundId)).versionId),
    );
    plans.set(roundId, plan);
    return plan;
  };
}

/** The route of `claimOne`: all gates, then one pooled transaction. */
export function oneTxClaim(context: Context): Handled {
  const planOf = planCache(context);
  const route = withWords(claimRoute, sessionWords);
  return handle(route, async (request) => {
    const { roundId } = request.params;
    const { session, kind, captchaPass, location } = request.body;
    const plan = await planOf(roundId);
    const actor: Actor = { kind: 'system', id: 'one-tx' };
    return transact(context.db, actor, async (tx) => {
      const holder = await holderOf(context, tx, session);
      const residentAccountId = holder.resident_account_id;
      const attempt = { roundId, residentAccountId, mayLocate: true, captchaPass, location };
      const { captchaNonce } = await passGates(context, plan, attempt);
      await spendPass(tx, captchaNonce);
      const voucher = await claimOne(tx, { roundId, kind, personId: holder.person_id, plan });
      const answer = {
        voucherId: voucher.voucherId,
        kind,
        faceFen: fenOnWire(voucher.faceFen),
        validFrom: instantText(voucher.validFrom),
        validTo: instantText(voucher.validTo),
      };
      const command = commandOf(context, `resident:${residentAccountId}`, route, roundId + kind);
      await keep(tx, command, answer);
      return answer;
    });
  });
}
