import { tryRoute } from '../../server/src/features/redemption/redemption.contract.ts';
import type { Chance } from './chance.ts';
import { type Command, differs } from './command.ts';
import type { CodeModel, KindModel, Model, TillModel, VoucherModel } from './model.ts';
import { codeLifeMs } from './wallet.ts';

const tryMs = 45_000;
const minuteMs = 60_000;
const badScansMax = 10;

/** Which reason the cashier hears where several vouchers fail: the one nearest to working. */
const nearness = [
  'below_threshold',
  'voucher_held',
  'voucher_not_started',
  'merchant_not_accepting',
  'programme_not_running',
  'voucher_expired',
  'voucher_used',
];

type Scan = {
  readonly till: TillModel;
  readonly orderFen: number;
  readonly now: number;
};

function whyNot(model: Model, voucher: VoucherModel, scan: Scan): string | undefined {
  if (voucher.state === 'held') return 'voucher_held';
  if (voucher.state === 'used') return 'voucher_used';
  if (scan.now >= voucher.validTo) return 'voucher_expired';
  if (scan.now < voucher.validFrom) return 'voucher_not_started';
  if (model.programme !== 'published') return 'programme_not_running';
  const merchant = model.merchants.find((one) => one.merchantId === scan.till.merchantId);
  if (merchant?.admission !== 'approved') return 'merchant_not_accepting';
  if (voucher.kind.category !== scan.till.category) return 'merchant_not_accepting';
  return scan.orderFen < voucher.kind.fromFen ? 'below_threshold' : undefined;
}

function isBetter(one: VoucherModel, other: VoucherModel): boolean {
  if (one.kind.faceFen !== other.kind.faceFen) return one.kind.faceFen > other.kind.faceFen;
  if (one.validTo !== other.validTo) return one.validTo < other.validTo;
  return one.voucherId < other.voucherId;
}

type Choice = { readonly voucher: VoucherModel } | { readonly refusal: string };

/** The largest deduction, then the earliest end; or the reason that came nearest. */
function choose(model: Model, wallet: readonly VoucherModel[], scan: Scan): Choice {
  const judged = wallet.map((voucher) => ({ voucher, refusal: whyNot(model, voucher, scan) }));
  const usable = judged.filter((one) => one.refusal === undefined).map((one) => one.voucher);
  const [first, ...rest] = usable;
  if (first !== undefined) {
    return { voucher: rest.reduce((best, one) => (isBetter(one, best) ? one : best), first) };
  }
  const refusals = new Set(judged.map((one) => one.refusal));
  const refusal = nearness.find((reason) => refusals.has(reason));
  return { refusal: refusal ?? 'no_usable_voucher' };
}

function codeRefusal(
  code: CodeModel | undefined,
  scanned: string,
  now: number,
): string | undefined {
  if (code === undefined) return scanned.length < 16 ? 'code_invalid' : 'code_unknown';
  if (code.ended === 'used') return 'code_used';
  if (code.ended === 'replaced' || code.createdAt + codeLifeMs <= now) return 'code_expired';
  return undefined;
}

/** Using one code ends the person's other live one; one that was over stays just over. */
function useCode(model: Model, code: CodeModel): void {
  for (const other of model.codes) {
    const isLive = other.ended === undefined && other.createdAt + codeLifeMs > model.now;
    if (other.person === code.person && isLive) other.ended = 'used';
  }
}

function countBadScan(till: TillModel, now: number): void {
  till.badScans = [...till.badScans.filter((at) => at > now - minuteMs), now];
  if (till.badScans.length > badScansMax) till.pausedUntil = now + minuteMs;
}

const amounts = (kind: KindModel | undefined) => {
  const from = kind?.fromFen ?? 5_000;
  return [from - 1, from, from + 1, from * 2, from + 4_321, 20_000];
};

function drawScan(model: Model, chance: Chance) {
  const till = chance.pick(model.tills);
  const recent = model.codes.slice(-8);
  const live = recent.filter(
    (one) => one.ended === undefined && one.createdAt + codeLifeMs > model.now,
  );
  const known = live.length > 0 && chance.in100(75) ? live : recent;
  const code = chance.in100(94) ? chance.pick(known) : undefined;
  if (till === undefined) return undefined;
  const wallet = model.vouchers.filter((one) => one.person === code?.person);
  const spendable = wallet.filter((one) => one.state === 'unused' && one.validTo > model.now);
  const kind = chance.pick(spendable.length > 0 ? spendable : wallet.slice(-4))?.kind;
  const orderFen = chance.pick(amounts(kind)) ?? 1;
  const garbage = chance.in100(50) ? '12345' : '1234567890123456789';
  const held = wallet.filter((one) => one.state === 'held');
  const pickable = held.length > 0 && chance.in100(90) ? held : model.vouchers.slice(-40);
  const picked = chance.in100(held.length > 0 ? 50 : 25) ? chance.pick(pickable) : undefined;
  const isTwo = picked !== undefined && chance.in100(30);
  return { till, code, orderFen, wallet, scanned: code?.digits ?? garbage, picked, isTwo };
}

/** The cashier types the amount and scans; what the code is good for is decided here. */
const tryVoucher: Command = {
  name: 'try',
  weight: 45,
  draw: (model, chance) => {
    const drawn = drawScan(model, chance);
    if (drawn === undefined) return undefined;
    const { till, code, orderFen, wallet, scanned, picked, isTwo } = drawn;
    const payment = chance.in100(40) ? 'network' : 'merchant';
    const { now } = model;
    const bad = codeRefusal(code, scanned, now);
    const named = code?.voucher ?? picked;
    const presented = named === undefined ? wallet : wallet.filter((one) => one === named);
    const scan = { till, orderFen, now };
    const choice = choose(model, presented, scan);
    const isStranger = named !== undefined && presented.length === 0;
    const chosen = 'voucher' in choice ? 'ok' : choice.refusal;
    const judged = bad ?? (isStranger ? 'not_found' : chosen);
    const one = isTwo ? 'one_voucher_per_payment' : judged;
    const expected = till.pausedUntil > now ? 'terminal_paused' : one;
    const isScanned = expected === judged && till.pausedUntil <= now && !isTwo;
    const spend = () => {
      if (!isScanned) return;
      if (bad === undefined && code !== undefined) useCode(model, code);
      else countBadScan(till, now);
    };
    const ids = picked === undefined ? [] : isTwo ? [picked, picked] : [picked];
    return {
      facts: [till.index, model.codes.indexOf(code as CodeModel), orderFen, payment, ids.length],
      expected,
      send: (world) =>
        world.request(
          tryRoute,
          {
            body: {
              code: scanned,
              orderFen,
              payment,
              ...(ids.length === 0 ? {} : { voucherIds: ids.map((voucher) => voucher.voucherId) }),
            },
          },
          world.tills[till.index],
        ),
      refused: spend,
      accepted: (json) => {
        spend();
        const voucher = model.vouchers.find((held) => held.voucherId === json.voucherId);
        if (voucher === undefined || !('voucher' in choice)) return 'a voucher nobody has';
        voucher.state = 'held';
        const cashFen = orderFen - voucher.kind.faceFen;
        model.redemptions.push({
          redemptionId: json.redemptionId,
          voucher,
          till,
          orderFen,
          cashFen,
          payment: cashFen === 0 ? 'merchant' : payment,
          voidAt: now + tryMs,
          state: 'tried',
          committedAt: 0,
          refundedFen: 0,
          refundedCashFen: 0,
          refunds: [],
        });
        return (
          differs('voucher', json.voucherId, choice.voucher.voucherId) ??
          differs('deduction', json.deductionFen, voucher.kind.faceFen) ??
          differs('rest', json.cashFen, cashFen) ??
          differs('end of the try', Date.parse(json.voidAt), now + tryMs)
        );
      },
    };
  },
};

const guesses = badScansMax + 1;

/** Somebody tries numbers: after ten bad scans within a minute the till rests for one. */
const guessCodes: Command = {
  name: 'guess_codes',
  weight: 1,
  draw: (model, chance) => {
    const till = chance.pick(model.tills);
    if (till === undefined || chance.in100(50)) return undefined;
    const { now } = model;
    const isPaused = till.pausedUntil > now;
    return {
      facts: [till.index],
      expected: 'terminal_paused',
      send: async (world) => {
        const body = { code: '12345', orderFen: 10_000, payment: 'merchant' };
        const as = world.tills[till.index];
        for (let n = 0; n < guesses; n += 1) await world.request(tryRoute, { body }, as);
        return world.request(tryRoute, { body }, as);
      },
      accepted: () => 'a till that does not rest',
      refused: () => {
        if (isPaused) return;
        for (let n = 0; n < guesses; n += 1) {
          if (till.pausedUntil <= now) countBadScan(till, now);
        }
      },
    };
  },
};

export const tillCommands: readonly Command[] = [tryVoucher, guessCodes];
