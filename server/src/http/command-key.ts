import { refuse } from '@huiquan/domain/refusals.ts';
import { commandIdOf, type CommandKey } from '../db/command.ts';
import type { Keys } from '../keys.ts';
import type { Route } from './contract.ts';
import type { Principal } from './principal.ts';

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) =>
  a < b ? -1 : 1;

/** JSON with sorted keys: equal inputs give equal text. */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  let members = '';
  for (const [key, item] of Object.entries(value).sort(byName)) {
    if (item === undefined) continue;
    const member = `${JSON.stringify(key)}:${canonicalJson(item)}`;
    members += members === '' ? member : `,${member}`;
  }
  return `{${members}}`;
}

/**
 * The request's own key from its header, bare or in quotes. Refuses `idempotency_key_missing`,
 * `idempotency_key_invalid`.
 */
export function keyFromHeader(header: string | readonly string[] | undefined): string {
  if (header === undefined) return refuse('idempotency_key_missing');
  const text = typeof header === 'string' ? header : header.join(',');
  const match = /^("?)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\1$/i.exec(text.trim());
  return match?.[2]?.toLowerCase() ?? refuse('idempotency_key_invalid');
}

/** Who a key belongs to: nobody's key means anything to another. */
export function callerOf(principal: Principal, address: string): string {
  return principal.kind === 'public' && principal.till === undefined
    ? `public:${address}`
    : `${principal.actor.kind}:${principal.actor.id}`;
}

type Input = { readonly params: unknown; readonly body: unknown; readonly also: unknown };

/** The stored form of a request's identity: its input travels only as a keyed hash. */
export function commandKey(
  keys: Keys,
  route: Route,
  request: { caller: string; key: string; input: Input },
): CommandKey {
  const { params, body, also } = request.input;
  const business =
    typeof body === 'object' && body !== null
      ? Object.fromEntries(Object.entries(body).filter(([name]) => !route.notInput.includes(name)))
      : body;
  const text = canonicalJson({ params, body: business, also });
  return {
    commandId: commandIdOf({ caller: request.caller, route: route.name, key: request.key }),
    inputHash: keys.index('command-input', text),
  };
}
