import type { Instant } from '@huiquan/domain/instant.ts';
import type { Config } from '../config.ts';
import type { Group, GroupRules } from '../db/group.ts';
import type { Db } from '../db/pool.ts';
import type { Actor, Tx } from '../db/transact.ts';
import type { Keys } from '../keys.ts';
import type { Metrics } from '../metrics.ts';
import type { Bank } from '../ports/bank.ts';
import type { CaptchaService } from '../ports/captcha/captcha.ts';
import type { CaptchaKeys } from '../ports/captcha/keys.ts';
import type { DocumentStore } from '../ports/documents.ts';
import type { IdentityService } from '../ports/identity.ts';
import type { LocationService } from '../ports/location.ts';
import type { PaymentNetwork } from '../ports/payment-network.ts';
import type { SmsProvider } from '../ports/sms.ts';
import type { Authenticator } from './credentials.ts';
import type { Log } from './log.ts';

/** The outside parties a command may ask: one line per port. */
export type Ports = {
  readonly sms: SmsProvider;
  readonly identity: IdentityService;
  readonly bank: Bank;
  readonly paymentNetwork: PaymentNetwork;
  readonly location: LocationService;
  /** Papers of applications; their contents come sealed. */
  readonly documents: DocumentStore;
  readonly captcha: CaptchaService;
  /** What challenges and passes are sealed with, so that any process can judge them. */
  readonly captchaKeys: CaptchaKeys;
};

/** A person who has just been bound, by what lists can be searched. Nothing here is plain. */
export type VerifiedPerson = {
  readonly personId: string;
  readonly identityIndex: Buffer;
  readonly phoneIndex: Buffer;
  readonly nameIndex: Buffer;
  /** Who made it known: what follows is recorded as his act. */
  readonly actor: Actor;
};

/** What else happens when persons are verified, in the same transaction: entitlements bind. */
export type OnVerified = (tx: Tx, persons: readonly VerifiedPerson[]) => Promise<unknown>;

/** What every feature is given when the server is built. */
export type Context = {
  readonly db: Db;
  readonly keys: Keys;
  readonly config: Config;
  readonly ports: Ports;
  /** This process's clock: for refusing early only. `tx.now` decides. */
  readonly clock: () => Instant;
  readonly authenticator: Authenticator;
  /** Whether a request with this key was answered before; asked for many requests at once. */
  readonly answered: Group<string, boolean>;
  /** The secrets by key id with which the payment network signs its callbacks. */
  readonly callbackSecrets: ReadonlyMap<string, Uint8Array>;
  /** How many requests of a command ride together and may wait; as `groupRules` unless said. */
  readonly groupRules?: GroupRules | undefined;
  /** What happens, in the same transaction, when a resident's real name is verified. */
  readonly onVerified: readonly OnVerified[];
  /** What happens when the real-name service gives no answer: its gate closes. */
  readonly onIdentityDown: (cause: string) => Promise<unknown>;
  readonly metrics: Metrics;
  readonly log: Log;
};
