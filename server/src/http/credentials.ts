import type { Instant } from '@huiquan/domain/instant.ts';
import type { Asking, Tx } from '../db/transact.ts';
import type { Principal } from './principal.ts';

/** What a request brings to say who sends it. */
export type Credentials = {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  /** The body as sent; empty where there is none. */
  readonly body: string;
  readonly authorization: string | undefined;
  /** The cashier's session at a till that signs its requests. */
  readonly cashier: string | undefined;
  /** The session a browser keeps. */
  readonly cookie: string | undefined;
  readonly device: string | undefined;
};

/** Finds out who sends a request; the account feature does it. */
export type Authenticator = {
  /** Refuses `session_ended`, `session_binding`, `signature_invalid`. */
  readonly authenticate: (credentials: Credentials) => Promise<Principal>;
  /** The same principal as of this transaction: ended sessions and roles count at once. */
  readonly refresh: (tx: Tx, principal: Principal) => Promise<Principal>;
  /**
   * The sessions among those of `principals`, residents and tills, that stand as of this
   * transaction: by one statement, for a group.
   */
  readonly standing: (
    asking: Asking,
    principals: readonly Principal[],
  ) => Promise<ReadonlySet<string>>;
};

/** A session as it is given to its holder. */
export type GivenSession = { readonly token: string; readonly expiresAt: Instant };
