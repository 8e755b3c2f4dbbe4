import type { walletRoute } from '../../../../server/src/features/voucher/voucher.contract.ts';
import type { ReplyOf } from '../../api/call.ts';
import { clockNow } from '../../ui/clock.ts';

type Voucher = ReplyOf<typeof walletRoute>['items'][number];

/** The wallet as it was last seen on this phone, and when. */
export type LastWallet = { readonly at: number; readonly items: readonly Voucher[] };

const key = 'huiquan-last-wallet';
const itemsMax = 50;

/** Keeps the unused vouchers just seen: the only answer of the server that stays on the phone. */
export function keepWallet(items: readonly Voucher[]): void {
  const last: LastWallet = { at: clockNow(), items: items.slice(0, itemsMax) };
  try {
    localStorage.setItem(key, JSON.stringify(last));
  } catch {
    // A full or closed store: then there is nothing to show without network.
  }
}

/** The wallet last seen here, by whoever is signed in. */
export function lastWallet(): LastWallet | undefined {
  try {
    const text = localStorage.getItem(key);
    const kept: unknown = text === null ? undefined : JSON.parse(text);
    const isWallet = typeof kept === 'object' && kept !== null && 'at' in kept && 'items' in kept;
    // Only this module writes it, in this form.
    return isWallet ? (kept as LastWallet) : undefined;
  } catch {
    return undefined;
  }
}

/** Forgets it: signed out, or somebody else signs in. */
export function forgetWallet(): void {
  localStorage.removeItem(key);
}
