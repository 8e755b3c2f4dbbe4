import { useSyncExternalStore } from 'react';
import type { Sign } from '../api/call.ts';
import { clockNow } from '../ui/clock.ts';
import { forget, keep, keptIn } from './kept.ts';

/** This browser as a bound terminal. Its key signs and cannot be read. */
export type Terminal = {
  readonly terminalId: string;
  readonly shopId: string;
  readonly shopName: string;
  readonly label: string;
  readonly key: CryptoKey;
};

/** Who is signed in at the till. */
export type Cashier = {
  readonly token: string;
  readonly name: string;
  readonly loginName: string;
};

/** Where the till stands before anything can be sold. */
export type TillState = {
  readonly stage: 'starting' | 'unbound' | 'released' | 'locked' | 'open' | 'insecure';
  readonly terminal?: Terminal;
  readonly cashier?: Cashier;
  /** Why the cashier has to sign in again. */
  readonly lockedBy?: 'cashier' | 'idle' | 'ended';
};

let state: TillState = { stage: 'starting' };
const listeners = new Set<() => void>();

function become(next: TillState): void {
  state = next;
  for (const listener of listeners) listener();
}

/** The till now. */
export const tillState = (): TillState => state;

/** Calls `listener` after each change. */
export function onTillChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** The till, for a component. */
export const useTill = (): TillState => useSyncExternalStore(onTillChange, tillState);

function isTerminal(value: unknown): value is Terminal {
  return typeof value === 'object' && value !== null && 'key' in value && 'terminalId' in value;
}

function isCashier(value: unknown): value is Cashier {
  return typeof value === 'object' && value !== null && 'token' in value && 'name' in value;
}

/** Takes up what the browser kept. */
export async function startTill(): Promise<void> {
  if (!globalThis.isSecureContext) return become({ stage: 'insecure' });
  const terminal = await keptIn('terminal');
  if (!isTerminal(terminal)) return become({ stage: 'unbound' });
  const cashier = await keptIn('cashier');
  become(isCashier(cashier) ? { stage: 'open', terminal, cashier } : { stage: 'locked', terminal });
}

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (one) => one.codePointAt(0) ?? 0);

/** Takes the secret of a new terminal in as a key that cannot be read again. */
export async function bindTill(place: Omit<Terminal, 'key'>, secretBase64: string): Promise<void> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' } as const;
  const bytes = bytesOf(secretBase64);
  const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign']);
  bytes.fill(0);
  const terminal: Terminal = { ...place, key };
  await keep('terminal', terminal);
  await forget('cashier');
  become({ stage: 'locked', terminal });
}

/** Forgets the binding; `released` tells that it was ended elsewhere. */
export async function unbindTill(how: 'unbound' | 'released'): Promise<void> {
  const { terminal } = state;
  await forget('terminal');
  await forget('cashier');
  become({ stage: how, ...(terminal === undefined ? {} : { terminal }) });
}

/** A cashier has signed in. */
export async function openTill(cashier: Cashier): Promise<void> {
  const { terminal } = state;
  if (terminal === undefined) return;
  await keep('cashier', cashier);
  become({ stage: 'open', terminal, cashier });
}

/** Nobody is signed in any more. */
export async function lockTill(lockedBy: 'cashier' | 'idle' | 'ended'): Promise<void> {
  const { terminal, cashier } = state;
  if (terminal === undefined) return;
  await forget('cashier');
  become({ stage: 'locked', terminal, lockedBy, ...(cashier === undefined ? {} : { cashier }) });
}

const encoder = new TextEncoder();
const hex = (bytes: ArrayBuffer) =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Signs as the server's signed-request.ts says: method, address, time, nonce and body. */
export function signWith(terminal: Terminal, token: string | undefined): Sign {
  return async ({ method, url, body }) => {
    const timestamp = Math.round(clockNow());
    const nonce = hex(crypto.getRandomValues(new Uint8Array(16)).buffer);
    const text = `${method}\n${url}\n${timestamp}\n${nonce}\n${body}\n`;
    const signature = hex(await crypto.subtle.sign('HMAC', terminal.key, encoder.encode(text)));
    const authorization =
      `HUIQUAN-HMAC-SHA256 terminal="${terminal.terminalId}",timestamp="${timestamp}",` +
      `nonce="${nonce}",signature="${signature}"`;
    return token === undefined ? { authorization } : { authorization, 'huiquan-cashier': token };
  };
}
