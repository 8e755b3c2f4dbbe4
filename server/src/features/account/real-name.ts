import { normalizeName } from '@huiquan/domain/identity/person-name.ts';
import { normalizeResidentId } from '@huiquan/domain/identity/resident-id.ts';
import { Refusal, refuse } from '@huiquan/domain/refusals.ts';
import { makeGroup, type Settled } from '../../db/group.ts';
import { transact, type Actor, type Tx } from '../../db/transact.ts';
import type { Context } from '../../http/context.ts';
import { agreedTo } from '../people/consent.ts';
import { findAccounts, verifyPersons, type Verification } from '../people/person.ts';
import { countUses } from './attempt.ts';

const dayMs = 24 * 60 * 60_000;
const providerMs = 5_000;
const realNameTries = { usesMax: 5, windowMs: dayMs };
/** A group's items say whose acts they are. */
const together: Actor = { kind: 'system', id: 'real_names' };

/** Counts a try of each account that agreed; answers the phones that are to be asked about. */
async function admit(
  tx: Tx,
  { keys }: Context,
  accountIds: readonly string[],
): Promise<readonly Settled<string>[]> {
  const [accounts, agreed] = await Promise.all([
    findAccounts(tx, keys, accountIds),
    agreedTo(tx, 'real_name', accountIds),
  ]);
  const isCounted = (id: string) => accounts.has(id) && agreed.has(id);
  const counting = accountIds.flatMap((id, index) => (isCounted(id) ? [{ id, index }] : []));
  const subjects = counting.map(({ id }) => keys.index('session', id));
  const counted = await countUses(tx, { kind: 'real_name', subjects }, realNameTries);
  const waits = new Map(
    counting.flatMap(({ index }, at) => {
      const one = counted[at];
      return one?.isOpen === false ? [[index, one.retryAfterSeconds] as const] : [];
    }),
  );
  return accountIds.map((id, index) => {
    const account = accounts.get(id);
    if (account === undefined) return { error: new Refusal('session_ended') };
    if (!agreed.has(id))
      return { error: new Refusal('consent_required', { purpose: 'real_name' }) };
    const retryAfterSeconds = waits.get(index);
    if (retryAfterSeconds === undefined) return { result: account.phone };
    return { error: new Refusal('too_many_attempts', { retryAfterSeconds }) };
  });
}

/**
 * Proves who a resident is: name, ID number and his phone are asked of the identity service, then
 * the account is linked to the natural person. Refuses `consent_required` before he agreed to the
 * use of his name and number, `identity_mismatch`, `too_many_attempts`
 * after five tries a day, `state_conflict` for an account linked to someone else, `busy` while the
 * service does not answer (nobody is turned away or let in by silence). Who proves his name at once
 * is counted and linked together.
 */
export function makeRealNames(context: Context) {
  const { db, keys, onVerified } = context;
  const lane = db.lanes.signIn;
  const tries = makeGroup<string, string>(
    { run: (accountIds) => transact(lane, together, (tx) => admit(tx, context, accountIds)) },
    context.groupRules,
  );
  const proofs = makeGroup<Verification, string>(
    {
      run: async (items) => {
        const link = (tx: Tx) => verifyPersons(tx, keys, items, onVerified);
        const outcomes = await transact(lane, together, link);
        return outcomes.map((one) =>
          one.refused === undefined ? { result: one.result } : { error: one.refused },
        );
      },
    },
    context.groupRules,
  );
  return async (
    residentAccountId: string,
    given: { readonly name: string; readonly residentId: string },
  ): Promise<{ personId: string }> => {
    const identity = {
      name: normalizeName(given.name),
      idNumber: normalizeResidentId(given.residentId),
    };
    const actor = { kind: 'resident', id: residentAccountId } as const;
    const phone = await tries.submit(residentAccountId);
    const call = { timeoutMs: providerMs };
    const answer = await context.ports.identity.verify({ ...identity, phone }, call);
    if (answer.outcome === 'mismatch') refuse('identity_mismatch');
    if (answer.outcome === 'unavailable') {
      // Nobody who turns away ends the service for all.
      if (answer.cause !== 'aborted') await context.onIdentityDown(answer.cause);
      refuse('busy', { retryAfterSeconds: 60 });
    }
    return { personId: await proofs.submit({ residentAccountId, identity, actor }) };
  };
}
