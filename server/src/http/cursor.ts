import { timingSafeEqual } from 'node:crypto';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Keys } from '../keys.ts';

/** What a cursor belongs to: another person, list or filter cannot use it. */
export type CursorOwner = {
  readonly caller: string;
  readonly route: string;
  readonly filter: string;
};

const macBytes = 16;

function macOf(keys: Keys, owner: CursorOwner, position: string): Buffer {
  const text = JSON.stringify([owner.caller, owner.route, owner.filter, position]);
  return keys.index('cursor', text).subarray(0, macBytes);
}

/** A signed cursor for `position`. */
export function cursorFor(keys: Keys, owner: CursorOwner, position: unknown): string {
  const text = JSON.stringify(position, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return Buffer.concat([macOf(keys, owner, text), Buffer.from(text)]).toString('base64url');
}

/** The position a cursor stands for. Refuses `invalid_parameter` for a forged or foreign one. */
export function positionOf(keys: Keys, owner: CursorOwner, cursor: string): unknown {
  const bytes = Buffer.from(cursor, 'base64url');
  const text = bytes.subarray(macBytes).toString('utf8');
  const mac = bytes.subarray(0, macBytes);
  if (mac.length !== macBytes || !timingSafeEqual(mac, macOf(keys, owner, text))) {
    refuse('invalid_parameter', { parameter: 'cursor' });
  }
  return JSON.parse(text);
}
