import type { Static, TObject, TSchema } from 'typebox';
import type { Permission } from '@huiquan/domain/access.ts';
import type { RefusalCode } from '@huiquan/domain/refusals.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a route answers when it worked; the status codes are in server.ts. */
export type Success = 'ok' | 'created' | 'accepted' | 'no_content';

type Part = TObject | undefined;

/** What a feature says about one of its routes. */
export type RouteOptions<P extends Part, Q extends Part, B extends Part, R extends TSchema> = {
  readonly method: Method;
  readonly url: `/api/${string}`;
  /** `public`: no sign-in. `signed_in`: anyone with a session, for what is only theirs. */
  readonly permission: Permission | 'public' | 'signed_in';
  /** One Chinese line for the API's documentation. */
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly reply: R;
  readonly status?: Success;
  /** Every refusal its commands can give, beyond those of the door (sign-in, permission, form). */
  readonly refusals: readonly RefusalCode[];
  /** Default: true for all methods but GET. Needs the header `Idempotency-Key`, a UUID. */
  readonly idempotent?: boolean;
  /** Fields of the body that are not business input: captcha, location. */
  readonly notInput?: readonly string[];
  /** An outside party calls it and signs the bytes it sends; nothing else signs it in. */
  readonly callback?: boolean;
  /** Staff must have passed the second factor in this session: approvals, money, personal data. */
  readonly secondFactor?: boolean;
  /** Signed in (or verified again) within 15 minutes: approvals, payouts, exports. */
  readonly recentSignIn?: boolean;
  /** The body is multipart with one file, read with `request.file()`. */
  readonly upload?: boolean;
  /** The answer is a file: the handler returns a `FileAnswer`, `reply` describes nothing. */
  readonly download?: boolean;
};

/** A route of the contract. */
export type Route<
  P extends Part = Part,
  Q extends Part = Part,
  B extends Part = Part,
  R extends TSchema = TSchema,
> = Omit<RouteOptions<P, Q, B, R>, 'status' | 'idempotent' | 'notInput'> & {
  readonly status: Success;
  readonly idempotent: boolean;
  readonly notInput: readonly string[];
  /** `POST /api/funding-orders`: what idempotency keys and metrics are kept by. */
  readonly name: string;
};

/** What a part of a request is in TypeScript once it has passed its schema. */
export type PartOf<S extends Part> = S extends TSchema ? Static<S> : undefined;

/**
 * Declares a route. The schemas are closed: a field they do not name is refused, nothing is
 * converted or dropped.
 */
export function route<
  P extends Part = undefined,
  Q extends Part = undefined,
  B extends Part = undefined,
  R extends TSchema = TSchema,
>(options: RouteOptions<P, Q, B, R>): Route<P, Q, B, R> {
  return {
    ...options,
    status: options.status ?? 'ok',
    idempotent: options.idempotent ?? options.method !== 'GET',
    notInput: options.notInput ?? [],
    name: `${options.method} ${options.url}`,
  };
}
