import type { Static, TSchema } from 'typebox';
import { newId } from '@huiquan/domain/ids.ts';
import type { PartOf, Route } from '../../../server/src/http/contract.ts';
import { Offline, problemOf, Problem } from './problem.ts';

type Part<Name extends string, P> = [P] extends [undefined] ? object : { readonly [N in Name]: P };
// Every field of a query may be left out, and with them the query.
type QueryPart<Q> = [Q] extends [undefined] ? object : { readonly query?: Partial<Q> };

/** What a call of the route `R` sends: the contract's parts, and the key of a repeated request. */
export type SentTo<R> =
  R extends Route<infer P, infer Q, infer B>
    ? Part<'params', PartOf<P>> & QueryPart<PartOf<Q>> & Part<'body', PartOf<B>> & Extras
    : never;

/** What the route `R` answers. */
export type ReplyOf<R> = R extends { readonly reply: infer A extends TSchema } ? Static<A> : never;

type Extras = {
  /** The idempotency key, where the caller keeps it across attempts; made here otherwise. */
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Attempts when the network or the server is away; 1 tries once. */
  readonly attemptsMax?: number;
};

type Loose = Extras & {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
};

/** Signs a request as a till does; undefined where the browser's session says who sends it. */
export type Sign = (request: {
  readonly method: string;
  readonly url: string;
  readonly body: string;
}) => Promise<Readonly<Record<string, string>>>;

const attemptsMax = 4;
const timeoutMs = 15_000;
/** A file of a million rows on a slow line is not lost: it is still under way. */
const uploadTimeoutMs = 15 * 60_000;
const deviceKey = 'huiquan-device';

/** The name this browser goes by: limits count devices, and a session may be bound to one. */
export function deviceName(): string {
  const known = localStorage.getItem(deviceKey);
  if (known !== null) return known;
  const made = newId();
  localStorage.setItem(deviceKey, made);
  return made;
}

/** The path of a route with its parameters and query filled in. */
export function addressOf(name: string, sent: Pick<Loose, 'params' | 'query'>): string {
  const path = name
    .slice(name.indexOf(' ') + 1)
    .replaceAll(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(String(sent.params?.[key])));
  const query = new URLSearchParams(
    Object.entries(sent.query ?? {}).flatMap(([key, value]) =>
      value === undefined || value === '' ? [] : [[key, String(value)]],
    ),
  ).toString();
  return query === '' ? path : `${path}?${query}`;
}

const wait = (ms: number, signal: AbortSignal | undefined) =>
  new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new DOMException('given up', 'AbortError'));
    });
  });

async function attempt(url: string, init: RequestInit, signal: AbortSignal | undefined) {
  const isUpload = init.body instanceof FormData;
  const timeout = AbortSignal.timeout(isUpload ? uploadTimeoutMs : timeoutMs);
  const both = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    return await fetch(url, { ...init, signal: both, credentials: 'same-origin' });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new Offline();
  }
}

// A risk control that is down stays so for a while: whoever asks is told at once.
const isPassing = (problem: Problem) =>
  (problem.status === 503 && problem.code !== 'risk_controls_degraded') ||
  problem.code === 'idempotency_in_progress';

async function once(name: string, sent: Loose, sign: Sign | undefined): Promise<unknown> {
  const method = name.slice(0, name.indexOf(' '));
  const url = addressOf(name, sent);
  const form = sent.body instanceof FormData ? sent.body : undefined;
  const isText = form === undefined && sent.body !== undefined;
  const text = isText ? JSON.stringify(sent.body) : '';
  const headers: Record<string, string> = {
    accept: 'application/json',
    'huiquan-device': deviceName(),
    ...(text === '' ? {} : { 'content-type': 'application/json' }),
    ...(method === 'GET' ? {} : { 'idempotency-key': sent.key ?? newId() }),
    ...sent.headers,
    ...(await sign?.({ method, url, body: text })),
  };
  const body = form ?? (text === '' ? undefined : text);
  const init: RequestInit = { method, headers, ...(body === undefined ? {} : { body }) };
  const response = await attempt(url, init, sent.signal);
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined;
  return (await response.json()) as unknown;
}

async function persist(name: string, sent: Loose, sign: Sign | undefined): Promise<unknown> {
  // One key for all attempts: however often it is sent, it happens once.
  const kept = { ...sent, key: sent.key ?? newId() };
  const limit = sent.attemptsMax ?? attemptsMax;
  for (let number = 1; ; number += 1) {
    try {
      return await once(name, kept, sign);
    } catch (error) {
      const passes = error instanceof Offline || (error instanceof Problem && isPassing(error));
      if (!passes || number >= limit) throw error;
      const told = error instanceof Problem ? (error.retryAfterSeconds ?? 0) * 1_000 : 0;
      const pause = Math.min(8_000, Math.max(told, 400 * 2 ** (number - 1)));
      await wait(pause, sent.signal);
    }
  }
}

/**
 * Calls a route of the contract, named as the server names it: `call<typeof claimRoute>('POST
 * /api/…', {…})`. A lost network or a server that is away is tried again with the same key.
 * @throws Problem what the server refused; Offline when it could not be reached.
 */
export async function call<R>(name: string, sent: SentTo<R>): Promise<ReplyOf<R>> {
  return (await persist(name, sent as Loose, undefined)) as ReplyOf<R>;
}

/** `call` for a client that signs its requests. */
export async function callSigned<R>(
  sign: Sign,
  name: string,
  sent: SentTo<R>,
): Promise<ReplyOf<R>> {
  return (await persist(name, sent as Loose, sign)) as ReplyOf<R>;
}

/** Sends a file with the fields before it, as upload routes take them. */
export async function upload<R>(
  name: string,
  sent: { readonly params?: Loose['params']; readonly fields?: Readonly<Record<string, string>> },
  file: File,
): Promise<ReplyOf<R>> {
  const form = new FormData();
  for (const [key, value] of Object.entries(sent.fields ?? {})) form.append(key, value);
  form.append('file', file, file.name);
  const loose: Loose = {
    ...(sent.params === undefined ? {} : { params: sent.params }),
    body: form,
  };
  return (await persist(name, loose, undefined)) as ReplyOf<R>;
}

/** The file that a file route answers, with the name that the server gives it. */
export async function fetchFile(
  name: string,
  sent: Pick<Loose, 'params' | 'query'>,
): Promise<{ readonly blob: Blob; readonly name: string }> {
  const init = { method: 'GET', headers: { 'huiquan-device': deviceName() } };
  const response = await attempt(addressOf(name, sent), init, undefined);
  if (!response.ok) throw await problemOf(response);
  const told = response.headers.get('content-disposition') ?? '';
  const encoded = /filename\*=UTF-8''([^;]+)/.exec(told)?.[1];
  const blob = await response.blob();
  return { blob, name: encoded === undefined ? 'huiquan' : decodeURIComponent(encoded) };
}

/** Saves what a file route answers, under the name that the server gives it. */
export async function download(name: string, sent: Pick<Loose, 'params' | 'query'>): Promise<void> {
  const file = await fetchFile(name, sent);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file.blob);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
