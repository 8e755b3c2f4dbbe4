import type { Keys } from '../../keys.ts';

/** The name of a staff member as the account was opened with it. */
export function staffName(
  keys: Keys,
  row: { readonly envelope: Buffer; readonly keyId: number },
): string {
  const opened: unknown = JSON.parse(keys.open(row.envelope, row.keyId));
  return String(Reflect.get(Object(opened), 'name'));
}
