/** The accounts of a fund that the model keeps; amounts are whole 分. */
export type Account = 'available' | 'committed' | 'outstanding' | 'payable' | 'return_due';

/** The money of one pool: one funder's fund. */
export type FundModel = {
  readonly pool: string;
  readonly fundId: string;
  readonly balances: Record<Account, number>;
};

/** What a funder said it would pay. */
export type OrderModel = {
  readonly orderId: string;
  readonly fund: FundModel;
  readonly amountFen: number;
  state: 'open' | 'confirmed' | 'cancelled';
  /** The confirmation that waits for the second person. */
  waiting: { readonly confirmationId: string; readonly by: number } | undefined;
  /** Confirmations that were decided. */
  readonly decided: { readonly confirmationId: string; readonly by: number }[];
};

/** The stock of one kind in a round. */
export type StockModel = { readonly kind: KindModel; readonly quantity: number; issued: number };

/** A round that was made ready. */
export type RoundModel = {
  readonly number: number;
  readonly roundId: string;
  readonly contentHash: string;
  readonly opensAt: number;
  readonly closesAt: number;
  readonly by: number;
  readonly stock: readonly StockModel[];
  state: 'prepared' | 'approved' | 'stopped' | 'closed' | 'cancelled';
  restart: { readonly restartId: string; readonly by: number } | undefined;
  /** Who claimed what: `person kind`. */
  readonly claims: Set<string>;
};

/** A kind of voucher: what it takes off, from which order on, where. */
export type KindModel = {
  readonly id: string;
  readonly pool: string;
  readonly category: string;
  readonly faceFen: number;
  readonly fromFen: number;
};

/** A voucher in somebody's wallet. */
export type VoucherModel = {
  readonly voucherId: string;
  readonly person: number;
  readonly kind: KindModel;
  readonly fund: FundModel;
  readonly validFrom: number;
  readonly validTo: number;
  state: 'unused' | 'held' | 'used';
};

/** A payment code on somebody's phone. */
export type CodeModel = {
  readonly digits: string;
  readonly person: number;
  readonly createdAt: number;
  readonly voucher: VoucherModel | undefined;
  ended: 'used' | 'replaced' | undefined;
};

/** A till in a shop. */
export type TillModel = {
  readonly index: number;
  readonly merchantId: string;
  readonly category: string;
  /** When it scanned something that was no usable code. */
  badScans: number[];
  pausedUntil: number;
};

/** A merchant in the programme. */
export type MerchantModel = {
  readonly merchantId: string;
  readonly category: string;
  admission: 'approved' | 'suspended' | 'disqualified';
  readonly sanctions: SanctionModel[];
};
export type SanctionModel = {
  readonly sanctionId: string;
  readonly kind: 'restore' | 'disqualify';
  readonly by: number;
  state: 'prepared' | 'approved' | 'rejected';
};

/** What a till did with a voucher. */
export type RedemptionModel = {
  readonly redemptionId: string;
  readonly voucher: VoucherModel;
  readonly till: TillModel;
  readonly orderFen: number;
  readonly cashFen: number;
  readonly payment: 'network' | 'merchant';
  readonly voidAt: number;
  state: 'tried' | 'sent' | 'committed' | 'cancelled' | 'voided' | 'reversed';
  committedAt: number;
  refundedFen: number;
  refundedCashFen: number;
  readonly refunds: { readonly refundNo: string; readonly amountFen: number }[];
};

/** Everything the rules need to know, and nothing of how the server does it. */
export type Model = {
  now: number;
  programme: 'published' | 'stopped';
  restart: { readonly restartId: string; readonly by: number } | undefined;
  readonly kinds: readonly KindModel[];
  readonly funds: readonly FundModel[];
  readonly orders: OrderModel[];
  readonly rounds: RoundModel[];
  /** The calendar of the plan: number, opening and end of every round. */
  readonly calendar: readonly { number: number; opensAt: number; closesAt: number }[];
  readonly vouchers: VoucherModel[];
  readonly codes: CodeModel[];
  readonly merchants: readonly MerchantModel[];
  readonly tills: readonly TillModel[];
  readonly redemptions: RedemptionModel[];
  /** Ends whose value went back already: `fund end`. */
  readonly released: Set<string>;
};

/** Moves `amountFen` between two accounts of a fund. */
export function move(fund: FundModel, from: Account, to: Account, amountFen: number): void {
  fund.balances[from] -= amountFen;
  fund.balances[to] += amountFen;
}

/** The fund that pays vouchers of `kind`. */
export function fundOf(model: Model, kind: KindModel): FundModel {
  const fund = model.funds.find((one) => one.pool === kind.pool);
  if (fund === undefined) throw new Error(`no fund pays ${kind.id}`);
  return fund;
}

/** What `releaseKey` is in `released` once the value of this end went back. */
export const releaseKey = (fund: FundModel, validTo: number) => `${fund.fundId} ${validTo}`;

/** What running out of time means: the voucher's value leaves the wallets. */
export function returnIfReleased(model: Model, voucher: VoucherModel): void {
  if (!model.released.has(releaseKey(voucher.fund, voucher.validTo))) return;
  move(voucher.fund, 'outstanding', 'return_due', voucher.kind.faceFen);
}
