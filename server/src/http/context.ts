import type { Instant } from '@huiquan/domain/instant.ts';
import type { Config } from '../config.ts';
import type { Db } from '../db/pool.ts';
import type { Keys } from '../keys.ts';
import type { Metrics } from '../metrics.ts';
import type { IdentityService } from '../ports/identity.ts';
import type { SmsProvider } from '../ports/sms.ts';
import type { Authenticator } from './credentials.ts';
import type { Log } from './log.ts';

/** The outside parties a command may ask: one line per port. */
export type Ports = {
  readonly sms: SmsProvider;
  readonly identity: IdentityService;
};

/** What every feature is given when the server is built. */
export type Context = {
  readonly db: Db;
  readonly keys: Keys;
  readonly config: Config;
  readonly ports: Ports;
  /** This process's clock: for refusing early only. `tx.now` decides. */
  readonly clock: () => Instant;
  readonly authenticator: Authenticator;
  readonly metrics: Metrics;
  readonly log: Log;
};
