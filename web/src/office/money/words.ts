import type * as fund from '../../../../server/src/features/fund/fund.contract.ts';
import type * as funding from '../../../../server/src/features/fund/funding.contract.ts';
import type { ReplyOf } from '../../api/call.ts';
import type { Key } from '../words.ts';

/** A fund with what it has on each account. */
export type Fund = ReplyOf<typeof fund.listFundsRoute>['items'][number];
/** What a fund or pool has on each account. */
export type Balances = Fund['balances'];
/** What a programme's pools have, and which funds need a look. */
export type Money = ReplyOf<typeof fund.programmeMoneyRoute>;
/** All transfers of one sort. */
export type Flow = ReplyOf<typeof fund.moneyFlowsRoute>['flows'][number];
/** A transfer of the ledger. */
export type Transfer = ReplyOf<typeof fund.listTransfersRoute>['items'][number];
/** A transfer between pools. */
export type PoolTransfer = ReplyOf<typeof fund.listPoolTransfersRoute>['items'][number];
/** What a funder is to pay. */
export type Order = ReplyOf<typeof funding.listFundingOrdersRoute>['items'][number];
/** The proof that it was paid. */
export type Confirmation = ReplyOf<typeof funding.listConfirmationsRoute>['items'][number];
/** A line of a bank statement. */
export type BankLine = ReplyOf<typeof funding.listBankLinesRoute>['items'][number];

/** An account of a fund. */
export type Account = Flow['source'];

/** What an account is called. */
export const accountWords = {
  funder: 'moneyFunder',
  available: 'moneyAvailable',
  committed: 'moneyCommitted',
  outstanding: 'moneyOutstanding',
  payable: 'moneyPayable',
  payable_held: 'moneyHeld',
  settled: 'moneySettled',
  receivable: 'moneyReceivable',
  return_due: 'moneyReturnDue',
  returned: 'moneyReturned',
} as const satisfies Readonly<Record<Account, Key>>;

/** Why money moved, in the order of its way from the funder and back. */
const kindWords: Readonly<Record<string, Key>> = {
  confirmed: 'moneyKindConfirmed',
  pool_transfer: 'moneyKindPoolTransfer',
  committed: 'moneyKindCommitted',
  uncommitted: 'moneyKindUncommitted',
  released: 'moneyKindReleased',
  issued: 'moneyKindIssued',
  claimed: 'moneyKindClaimed',
  recalled: 'moneyKindRecalled',
  redeemed: 'moneyKindRedeemed',
  face_not_used: 'moneyKindFaceNotUsed',
  refund: 'moneyKindRefund',
  reversal: 'moneyKindReversal',
  held: 'moneyKindHeld',
  voided: 'moneyKindVoided',
  offset: 'moneyKindOffset',
  paid: 'moneyKindPaid',
  came_back: 'moneyKindCameBack',
  expired: 'moneyKindExpired',
  closed: 'moneyKindClosed',
  returned: 'moneyKindReturned',
};

/** The sorts of transfers in the order of money's way. */
export const kinds: readonly string[] = Object.keys(kindWords);

/** Why money moved, in words; as it is written for a sort without words. */
export function kindText(kind: string, t: (key: Key) => string): string {
  const word = kindWords[kind];
  return word === undefined ? kind : t(word);
}

const sourceWords: Readonly<Record<string, Key>> = {
  dues: 'moneySourceDues',
  retained: 'moneySourceRetained',
  admin_subsidy: 'moneySourceSubsidy',
  after_tax_profit: 'moneySourceProfit',
  fiscal: 'moneySourceFiscal',
  enterprise: 'moneySourceEnterprise',
};

/** Where money comes from, in words. */
export function sourceText(source: string, t: (key: Key) => string): string {
  const word = sourceWords[source];
  return word === undefined ? source : t(word);
}

/** The word of an order's state. */
export const orderWords = {
  open: 'moneyStateOpen',
  confirmed: 'moneyStateConfirmed',
  cancelled: 'moneyStateCancelled',
} as const satisfies Readonly<Record<Order['state'], Key>>;

/** The word of a confirmation's state. */
export const confirmationWords = {
  prepared: 'moneyConfirmationPrepared',
  approved: 'moneyConfirmationApproved',
  rejected: 'moneyConfirmationRejected',
} as const satisfies Readonly<Record<Confirmation['state'], Key>>;

/** The word of a bank line's state. */
export const lineWords = {
  unmatched: 'moneyLineUnmatched',
  matched: 'moneyLineMatched',
  explained: 'moneyLineExplained',
} as const satisfies Readonly<Record<BankLine['state'], Key>>;

/** The word of a pool transfer's state. */
export const transferWords = {
  prepared: 'moneyTransferPrepared',
  approved: 'moneyTransferApproved',
  rejected: 'moneyTransferRejected',
} as const satisfies Readonly<Record<PoolTransfer['state'], Key>>;

/** The word of a warning about a fund. */
export const warningWords = {
  low_balance: 'moneyWarnLow',
  used_up: 'moneyWarnUsedUp',
  idle_money: 'moneyWarnIdle',
  not_funded: 'moneyWarnUnfunded',
} as const satisfies Readonly<Record<Money['warnings'][number]['warning'], Key>>;
