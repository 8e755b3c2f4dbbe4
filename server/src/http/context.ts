import type { Instant } from '@huiquan/domain/instant.ts';
import type { Config } from '../config.ts';
import type { Db } from '../db/pool.ts';
import type { Keys } from '../keys.ts';
import type { Metrics } from '../metrics.ts';
import type { Log } from './log.ts';

/** The outside parties a command may ask: one line per port. */
export type Ports = {};

/** What every feature is given when the server is built. */
export type Context = {
  readonly db: Db;
  readonly keys: Keys;
  readonly config: Config;
  readonly ports: Ports;
  /** This process's clock: for refusing early only. `tx.now` decides. */
  readonly clock: () => Instant;
  readonly metrics: Metrics;
  readonly log: Log;
};
