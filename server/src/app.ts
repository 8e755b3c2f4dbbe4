import type { Context } from './http/context.ts';
import type { Handled } from './http/handle.ts';

/** A feature of the system: its name, and its routes once it has its context. */
export type Feature = {
  readonly name: string;
  readonly routes: (context: Context) => readonly Handled[];
};

/**
 * The table of contents, in order: a feature uses commands only of features above it. The order is
 * account, programme, fund, people, limit, roster, voucher, issuing, round, wallet, merchant,
 * redemption, expiry, settlement, evaluation, audit.
 */
export const features: readonly Feature[] = [];
