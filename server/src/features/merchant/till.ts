import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { Keys } from '../../keys.ts';
import { staffName } from '../account/staff-name.ts';

const sql = twin(import.meta.url);

/** What a till shows of itself: where it stands, and who is signed in. */
export type TillPlace = {
  readonly terminalId: string;
  readonly label: string;
  readonly pausedUntil: Instant | null;
  readonly shopId: string;
  readonly shopName: string;
  readonly shopState: 'open' | 'closed';
  readonly merchantId: string;
  readonly merchantName: string;
  readonly merchantState: 'active' | 'suspended' | 'disqualified';
  readonly cashier: { readonly loginName: string; readonly name: string } | undefined;
};

type Row = Omit<TillPlace, 'cashier'> & {
  readonly loginName: string | null;
  readonly envelope: Buffer | null;
  readonly keyId: number | null;
};

/** The place of a bound till; `cashierId` is undefined while nobody is signed in. */
export async function getTillPlace(
  tx: Tx,
  keys: Keys,
  at: { readonly terminalId: string; readonly cashierId: string | undefined },
): Promise<TillPlace> {
  const { terminalId, cashierId = null } = at;
  const row = await tx.maybe<Row>(sql('findTillPlace'), { terminalId, cashierId });
  if (row === undefined) return refuse('not_found');
  const { loginName, envelope, keyId, ...place } = row;
  const isSignedIn = loginName !== null && envelope !== null && keyId !== null;
  const cashier = isSignedIn
    ? { loginName, name: staffName(keys, { envelope, keyId }) }
    : undefined;
  return { ...place, cashier };
}

/** A merchant as its owner chooses among his own. */
export type OwnMerchant = {
  readonly merchantId: string;
  readonly uscc: string;
  readonly name: string;
  readonly regionCode: string;
  readonly industry: string;
  readonly state: 'active' | 'suspended' | 'disqualified';
  readonly shops: readonly {
    readonly shopId: string;
    readonly name: string;
    readonly address: string;
    readonly state: 'open' | 'closed';
  }[];
};

/** The registered merchants among `merchantIds`, with their shops. */
export async function listOwnMerchants(
  tx: Tx,
  merchantIds: readonly string[],
): Promise<readonly OwnMerchant[]> {
  return tx.rows<OwnMerchant>(sql('listOwnMerchants'), { merchantIds });
}
