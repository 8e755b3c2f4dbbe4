import type { Instant } from '@huiquan/domain/instant.ts';
import type { Config } from './config.ts';
import type { GroupRules } from './db/group.ts';
import type { Db } from './db/pool.ts';
import { transact } from './db/transact.ts';
import { programmeRoutes } from './features/programme/programme.routes.ts';
import { deskRoutes } from './features/programme/desk.routes.ts';
import { fundRoutes } from './features/fund/fund.routes.ts';
import { organisationRoutes } from './features/people/organisation.routes.ts';
import { organisationTreeRoutes } from './features/people/organisation-tree.routes.ts';
import { figuresFileRoutes } from './features/people/figures-file.routes.ts';
import { consentRoutes } from './features/people/consent.routes.ts';
import { profileRoutes } from './features/people/profile.routes.ts';
import { accountRoutes } from './features/account/account.routes.ts';
import { makeAuthenticator } from './features/account/authenticate.ts';
import { rosterRoutes } from './features/roster/roster.routes.ts';
import { voucherRoutes } from './features/voucher/voucher.routes.ts';
import { bindAndIssue } from './features/issuing/run.ts';
import { issuingRoutes } from './features/issuing/issuing.routes.ts';
import { setGateState } from './features/gate/gate.ts';
import { gateRoutes } from './features/gate/gate.routes.ts';
import { adjustmentRoutes } from './features/round/adjustment.routes.ts';
import { officeRoundRoutes } from './features/round/office.routes.ts';
import { roundRoutes } from './features/round/round.routes.ts';
import { paymentCodeRoutes } from './features/wallet/code.routes.ts';
import { merchantRoutes } from './features/merchant/merchant.routes.ts';
import { redemptionRoutes } from './features/redemption/redemption.routes.ts';
import { complaintRoutes } from './features/complaint/complaint.routes.ts';
import { expiryRoutes } from './features/expiry/expiry.routes.ts';
import { settlementRoutes } from './features/settlement/settlement.routes.ts';
import { paperRoutes } from './features/paper/paper.routes.ts';
import { pageFiles, pages } from './features/disclosure/pages.ts';
import { evaluationRoutes } from './features/evaluation/evaluation.routes.ts';
import { makeAnswered } from './http/answered.ts';
import { headRoutes } from './features/audit/heads.routes.ts';
import type { Context, Ports } from './http/context.ts';
import type { Feature } from './http/handle.ts';
import type { Log } from './http/log.ts';
import type { Keys } from './keys.ts';
import { makeMetrics } from './metrics.ts';

/**
 * The order of the features, also of those without routes: a feature uses commands only of features
 * before it.
 * @public The checks of style read it.
 */
export const featureOrder = [
  'programme',
  'fund',
  'people',
  'account',
  'limit',
  'roster',
  'voucher',
  'issuing',
  'gate',
  'round',
  'wallet',
  'merchant',
  'redemption',
  'complaint',
  'expiry',
  'settlement',
  'paper',
  'evaluation',
  'disclosure',
  'audit',
] as const;

/** The table of contents: every feature with routes. */
export const features: readonly Feature[] = [
  { name: 'programme', routes: () => programmeRoutes },
  { name: 'desk', routes: () => deskRoutes },
  { name: 'fund', routes: fundRoutes },
  { name: 'organisation', routes: () => organisationRoutes },
  { name: 'tree', routes: () => organisationTreeRoutes },
  { name: 'figures', routes: figuresFileRoutes },
  { name: 'profile', routes: profileRoutes },
  { name: 'consent', routes: consentRoutes },
  { name: 'account', routes: accountRoutes },
  { name: 'roster', routes: rosterRoutes },
  { name: 'voucher', routes: () => voucherRoutes },
  { name: 'issuing', routes: () => issuingRoutes },
  { name: 'gate', routes: gateRoutes },
  { name: 'round', routes: roundRoutes },
  { name: 'adjustment', routes: () => adjustmentRoutes },
  { name: 'office-round', routes: () => officeRoundRoutes },
  { name: 'wallet', routes: paymentCodeRoutes },
  { name: 'merchant', routes: merchantRoutes },
  { name: 'redemption', routes: redemptionRoutes },
  { name: 'complaint', routes: complaintRoutes },
  { name: 'expiry', routes: () => expiryRoutes },
  { name: 'settlement', routes: settlementRoutes },
  { name: 'paper', routes: () => paperRoutes },
  { name: 'evaluation', routes: evaluationRoutes },
  { name: 'disclosure', routes: () => [], pages: { pages, files: pageFiles } },
  { name: 'audit', routes: headRoutes },
];

/** What the context is made from. */
export type Parts = {
  readonly db: Db;
  readonly keys: Keys;
  readonly config: Config;
  readonly ports: Ports;
  readonly clock: () => Instant;
  readonly log: Log;
  readonly groupRules?: GroupRules | undefined;
};

/** The context of one server process. */
export function makeContext(parts: Parts): Context {
  const { db, keys, config } = parts;
  return {
    ...parts,
    callbackSecrets: new Map([...config.networkKeys].map(([id, key]) => [String(id), key])),
    metrics: makeMetrics(db),
    authenticator: makeAuthenticator(db, keys),
    answered: makeAnswered(db),
    onVerified: [bindAndIssue],
    onIdentityDown: (cause) =>
      transact(db, { kind: 'system', id: 'gates' }, (tx) =>
        setGateState(tx, { gate: 'real_name', state: 'degraded', cause }),
      ),
  };
}
