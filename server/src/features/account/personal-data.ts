import type { Tx } from '../../db/transact.ts';
import { record } from '../../events/record.ts';

const personsPerEventMax = 5_000;

/**
 * Records that the actor was shown personal data of these persons, and why: the source of "who saw
 * my data" and of the auditor's view. Call it in the transaction that reads them, for every read
 * that is not one's own and not masked.
 * @policy U2, access 5.1(8)
 */
export async function recordDisclosureOfPersonalData(
  tx: Tx,
  personIds: readonly string[],
  reason: string,
): Promise<void> {
  for (let from = 0; from < personIds.length; from += personsPerEventMax) {
    const items = personIds.slice(from, from + personsPerEventMax);
    const [only] = items;
    const subject =
      items.length === 1 && only !== undefined
        ? { kind: 'person', id: only }
        : { kind: 'persons', id: String(items.length) };
    await record(tx, { kind: 'personal_data.shown', subject, body: { reason }, items });
  }
}
