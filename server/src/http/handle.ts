import type { Readable } from 'node:stream';
import type { Static, TObject, TSchema } from 'typebox';
import type { ObjectScope, Permission, Reach } from '@huiquan/domain/access.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { RefusalCode } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../db/transact.ts';
import type { Context } from './context.ts';
import type { PartOf, Route } from './contract.ts';
import type { GroupCommand } from './group-command.ts';
import type { Page, PageFile } from './pages.ts';
import type { Principal } from './principal.ts';

/** A file that a request brings, as a stream that must be read to its end. */
export type Upload = {
  readonly name: string;
  readonly stream: Readable;
  /** Text fields that came before the file. */
  readonly fields: Readonly<Record<string, string>>;
};

/** A file as an answer. */
export type FileAnswer = {
  readonly name: string;
  readonly type: string;
  readonly content: Readable | Buffer | string;
};

/** A request that passed the door: signed in, permitted, well formed. */
export type Request<P = unknown, Q = unknown, B = unknown> = {
  readonly id: string;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly principal: Principal;
  /** The peer's address, as the trusted proxies tell it. */
  readonly address: string;
  /** The device the client names itself by (header `Huiquan-Device`), if it does. */
  readonly device: string | undefined;
  /**
   * Runs `work` as one transaction and, on idempotent routes, once per key: a repeated request gets
   * the stored result and `Idempotent-Replayed: true`. The result must be JSON of ids and figures.
   * Refusals in `final` are kept as the answer; all others are judged anew.
   */
  transact<T>(work: (tx: Tx) => Promise<T>, final?: ReadonlySet<RefusalCode>): Promise<T>;
  /**
   * As `transact` for a command that runs in groups: `item` rides with those of other requests, and
   * its session is checked in the group's transaction.
   */
  grouped<Item, Result>(command: GroupCommand<Item, Result>, item: Item): Promise<Result>;
  /**
   * Whether this key was answered before: then gates that bear no repetition (captcha, location)
   * are
   * passed over, for `transact` gives the stored answer.
   */
  isRepeated(): Promise<boolean>;
  /** A transaction without a key: reads, and acts that may be repeated. */
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Business input beyond params and body, told before `transact`: the digest of a file. */
  alsoInput(facts: unknown): void;
  /**
   * Refuses unless the principal may use the route's permission (or `permission`) on `object`:
   * `not_found` out of scope, `forbidden`, `read_only`.
   */
  authorize(object: ObjectScope, permission?: Permission): void;
  /** Whether the personal fields of `object` must be masked for this principal. */
  masks(object: ObjectScope, permission?: Permission): boolean;
  /** What lists may show to this principal: ids and paths for a `where`. */
  reach(permission?: Permission): Reach;
  /** The position the page before ended at; refuses a cursor of another list, filter or person. */
  position<T>(): T | undefined;
  /** A signed cursor for the page after `position`. */
  cursor(position: unknown): string;
  /** Refuses `version_required` without If-Match, `version_conflict` unless it names `version`. */
  ifMatch(version: string | number | bigint): void;
  /** Names the version of what is answered (ETag). */
  etag(version: string | number | bigint): void;
  /** How the outside party that calls marked this call; only on routes of callbacks. */
  callback(): { readonly nonce: string; readonly keptUntil: Instant };
  /** The one file of a multipart body. */
  file(): Promise<Upload>;
  /** Keeps a session in a cookie of the browser; undefined ends it. */
  keepSession(session: { token: string; expiresAt: Instant } | undefined): void;
};

type ReplyOf<R extends TSchema> = Static<R> | FileAnswer;

/** A route with the function that answers it. */
export type Handled = {
  readonly route: Route;
  run(request: Request): Promise<unknown>;
};

/** Gives `route` the function that answers it; its types are those of the route's schemas. */
export function handle<
  P extends TObject | undefined,
  Q extends TObject | undefined,
  B extends TObject | undefined,
  R extends TSchema,
>(
  route: Route<P, Q, B, R>,
  run: (request: Request<PartOf<P>, PartOf<Q>, PartOf<B>>) => Promise<ReplyOf<R>>,
): Handled {
  return { route, run };
}

/** A feature of the system: its name, and its routes once it has its context. */
export type Feature = {
  readonly name: string;
  readonly routes: (context: Context) => readonly Handled[];
  /** Its public pages and their files, where it has some. */
  readonly pages?: { readonly pages: readonly Page[]; readonly files: readonly PageFile[] };
};
