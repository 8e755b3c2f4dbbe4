import { randomBytes, randomUUID } from 'node:crypto';
import type { Request } from 'autocannon';
import { instant } from '@huiquan/domain/instant.ts';
import { signRequest } from '../../server/src/features/account/signed-request.ts';
import type { Manner } from './load.ts';
import { signatureFor } from './till-signature.ts';
import type { Resident, Till } from './people.ts';

type Context = { code?: string; redemptionId?: string };
type Asked = { readonly path: string; readonly fields: object; readonly what: string };

const prefix = { ours: '/api', bare: '/api/bench/bare', 'one-tx': '/api/bench/one-tx' } as const;
const json = { 'content-type': 'application/json' };
const orderFen = 6_000;

/** A till's request, signed at the moment it leaves: its body holds what was just answered. */
function signed(manner: Manner, till: Till, { path, fields, what }: Asked) {
  const nonce = randomBytes(16).toString('base64url');
  const secret = Buffer.from(till.secret, 'base64');
  const headers = { ...json, 'idempotency-key': randomUUID() };
  if (manner === 'one-tx') {
    const words = { session: till.cashier, terminalId: till.terminalId, nonce };
    const signature = signatureFor(secret, nonce, what);
    return { headers, body: JSON.stringify({ ...fields, ...words, signature }) };
  }
  const body = JSON.stringify(fields);
  const signable = { method: 'POST', url: path, body, timestamp: instant(Date.now()), nonce };
  const authorization = signRequest(till.terminalId, secret, signable);
  // The bare route must not ask who sends it; it parses the same bytes under other names.
  return manner === 'ours'
    ? { headers: { ...headers, 'huiquan-cashier': till.cashier, authorization }, body }
    : { headers: { ...headers, 'bench-cashier': till.cashier, 'bench-sign': authorization }, body };
}

/** A resident's request for a code. */
function codeRequest(manner: Manner, { token }: Resident): Request {
  const headers = { ...json, 'idempotency-key': randomUUID() };
  const name = manner === 'ours' ? 'authorization' : 'bench-session';
  return {
    method: 'POST',
    path: `${prefix[manner]}/wallet/payment-codes`,
    headers: manner === 'one-tx' ? headers : { ...headers, [name]: `Bearer ${token}` },
    body: JSON.stringify(manner === 'one-tx' ? { session: token } : {}),
    onResponse: (_status, body, context) => {
      Object.assign(context, { code: fieldOf(body, 'code') });
    },
  };
}

function fieldOf(body: string, name: string): string {
  try {
    return String((JSON.parse(body) as Record<string, unknown>)[name]);
  } catch {
    return '';
  }
}

/** Code, try and commit of one resident at one till, each built from the answer before. */
export function redeemRequests(manner: Manner, resident: Resident, till: Till): Request[] {
  return [
    codeRequest(manner, resident),
    {
      setupRequest: (request, context: Context) => {
        const { code = '' } = context;
        const path = `${prefix[manner]}/redemptions`;
        const fields = { code, orderFen, payment: 'merchant' };
        return {
          ...request,
          method: 'POST',
          path,
          ...signed(manner, till, { path, fields, what: code }),
        };
      },
      onResponse: (_status, body, context) => {
        Object.assign(context, { redemptionId: fieldOf(body, 'redemptionId') });
      },
    },
    {
      setupRequest: (request, context: Context) => {
        const { redemptionId: what = '' } = context;
        const path = `${prefix[manner]}/redemptions/${what}/commit`;
        const asked = { path, fields: { orderFen }, what };
        return { ...request, method: 'POST', path, ...signed(manner, till, asked) };
      },
    },
  ];
}
