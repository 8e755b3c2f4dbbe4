import { timingSafeEqual } from 'node:crypto';
import { Type } from 'typebox';
import { fen, fenOnWire } from '@huiquan/domain/fen.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { refuse, Refusal } from '@huiquan/domain/refusals.ts';
import { shortKey } from '../../server/src/db/short-key.ts';
import { transact, type Actor, type Tx } from '../../server/src/db/transact.ts';
import { commitRedemption } from '../../server/src/features/redemption/decide.ts';
import { commitRoute, tryRoute } from '../../server/src/features/redemption/redemption.contract.ts';
import { tryRedemptions } from '../../server/src/features/redemption/try.ts';
import { issueCodeRoute } from '../../server/src/features/wallet/code.contract.ts';
import { issuePaymentCode } from '../../server/src/features/wallet/payment-code.ts';
import type { Context } from '../../server/src/http/context.ts';
import { handle, type Handled } from '../../server/src/http/handle.ts';
import { signatureFor } from './till-signature.ts';
import { commandOf, holderOf, keep, rowsOf, sessionWords, withWords } from './one-tx.ts';

const actor: Actor = { kind: 'system', id: 'one-tx' };
const tillWords = {
  session: Type.String({ maxLength: 100 }),
  terminalId: Type.String({ maxLength: 100 }),
  nonce: Type.String({ maxLength: 100 }),
  signature: Type.String({ pattern: '^[0-9a-f]{64}$' }),
};

export type TillWords = {
  readonly session: string;
  readonly terminalId: string;
  readonly nonce: string;
  readonly signature: string;
};

type TillRow = { readonly secret: Buffer; readonly key_id: number; readonly staff_id: string };

/** The cashier of a till that signed `asked` and whose session stands; its nonce is spent. */
async function cashierOf(context: Context, tx: Tx, words: TillWords, asked: string) {
  const [row] = await rowsOf<TillRow>(tx, {
    name: 'till',
    text: `select t.secret, t.key_id, s.staff_id from session s
      join terminal t on t.terminal_id = s.terminal_id
      join staff f on f.staff_id = s.staff_id
      join cashier k on k.shop_id = t.shop_id and k.staff_id = s.staff_id
      where s.token_hash = $1 and s.ended_at is null and s.expires_at > now()
        and t.terminal_id = $2 and t.state = 'bound' and f.state = 'active'
        and k.state = 'active'`,
    values: [context.keys.index('session', words.session), words.terminalId],
  });
  if (row === undefined) return refuse('session_ended');
  const secret = Buffer.from(context.keys.open(row.secret, row.key_id), 'base64');
  const expected = Buffer.from(signatureFor(secret, words.nonce, asked), 'hex');
  if (!timingSafeEqual(expected, Buffer.from(words.signature, 'hex'))) refuse('signature_invalid');
  const spent = await rowsOf(tx, {
    name: 'signed',
    text: `insert into spent_nonce (nonce_key, expires_at)
      values ($1, now() + interval '10 minutes') on conflict do nothing returning nonce_key`,
    values: [shortKey(`signed_request ${words.terminalId}:${words.nonce}`)],
  });
  if (spent.length === 0) refuse('signature_invalid');
  return row.staff_id;
}

function codeRoute(context: Context): Handled {
  const route = withWords(issueCodeRoute, sessionWords);
  return handle(route, (request) =>
    transact(context.db, actor, async (tx) => {
      const { session_id, person_id } = await holderOf(context, tx, request.body.session);
      const requestId = newId();
      const wanted = { personId: person_id, sessionId: session_id, requestId };
      const code = await issuePaymentCode(tx, context.keys, wanted);
      await keep(tx, commandOf(context, `resident:${person_id}`, route, person_id), { requestId });
      return {
        code: code.digits,
        validFrom: instantText(code.validFrom),
        expiresAt: instantText(code.expiresAt),
        refreshAfter: instantText(code.refreshAfter),
      };
    }),
  );
}

function tryOneRoute(context: Context): Handled {
  const route = withWords(tryRoute, tillWords);
  return handle(route, (request) =>
    transact(context.db, actor, async (tx) => {
      const { session, terminalId, nonce, signature, ...order } = request.body;
      const words = { session, terminalId, nonce, signature };
      const cashierId = await cashierOf(context, tx, words, order.code);
      const wanted = { ...order, terminalId, cashierId, orderFen: fen(order.orderFen) };
      const [outcome] = await tryRedemptions(tx, context.keys, [wanted]);
      if (outcome === undefined) return refuse('not_found');
      if (outcome.refused !== undefined) throw new Refusal(outcome.refused);
      const { personId: _, programmeId: __, voidAt, ...tried } = outcome.tried;
      const answer = {
        ...tried,
        orderFen: fenOnWire(tried.orderFen),
        deductionFen: fenOnWire(tried.deductionFen),
        cashFen: fenOnWire(tried.cashFen),
        voidAt: instantText(voidAt),
      };
      await keep(tx, commandOf(context, `terminal:${terminalId}`, route, order.code), answer);
      return answer;
    }),
  );
}

function commitOneRoute(context: Context): Handled {
  const route = withWords(commitRoute, tillWords);
  return handle(route, (request) =>
    transact(context.db, actor, async (tx) => {
      const { session, terminalId, nonce, signature, orderFen } = request.body;
      const { redemptionId } = request.params;
      await cashierOf(context, tx, { session, terminalId, nonce, signature }, redemptionId);
      const asked = { redemptionId, terminalId, orderFen: fen(orderFen) };
      const one = await commitRedemption(tx, asked);
      const answer = {
        redemptionId,
        state: one.state,
        orderFen: fenOnWire(one.orderFen),
        deductionFen: fenOnWire(one.deductionFen),
        cashFen: fenOnWire(one.cashFen),
      };
      await keep(tx, commandOf(context, `terminal:${terminalId}`, route, redemptionId), answer);
      return answer;
    }),
  );
}

/** Code, try and commit, each in one pooled transaction with its own check of who asks. */
export const oneTxRedeem = (context: Context): readonly Handled[] => [
  codeRoute(context),
  tryOneRoute(context),
  commitOneRoute(context),
];
