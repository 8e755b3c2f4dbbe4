import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { FenWire, Id, InstantWire, OneOf, PositiveFen, SafeText } from '../../http/wire.ts';

const states = ['tried', 'sent', 'committed', 'cancelled', 'voided', 'reversed'] as const;
const redemption = Type.Object({ redemptionId: Id });
const whole = Type.Object({ orderFen: PositiveFen });

const StateWire = Type.Object({
  redemptionId: Id,
  state: Type.Enum([...states]),
  orderFen: FenWire,
  deductionFen: FenWire,
  cashFen: FenWire,
});

const RefundWire = Type.Object({
  refundId: Id,
  redemptionId: Id,
  kind: Type.Enum(['refund', 'reversal']),
  amountFen: FenWire,
  voucherFen: FenWire,
  cashFen: FenWire,
  outcome: Type.Enum(['restored', 'available', 'return_due']),
  usableFrom: Type.Optional(InstantWire),
  afterSettlement: Type.Boolean(),
});

export const tryRoute = route({
  method: 'POST',
  url: '/api/redemptions',
  permission: 'redemption.create',
  summary: '扫码：判规则、选最优券、冻结券，45秒内提交或取消',
  body: Type.Object({
    // As the scanner sent it: what it means is judged, not its form.
    code: Type.String({ minLength: 1, maxLength: 200, description: '扫到的内容' }),
    orderFen: PositiveFen,
    payment: OneOf(['network', 'merchant']),
    voucherIds: Type.Optional(Type.Array(Id, { maxItems: 10 })),
    goods: Type.Optional(
      Type.Array(OneOf(['change', 'cash', 'transfer', 'member_card_top_up']), { maxItems: 10 }),
    ),
  }),
  reply: Type.Object({
    redemptionId: Id,
    voucherId: Id,
    voucherName: Type.String(),
    orderFen: FenWire,
    deductionFen: FenWire,
    cashFen: FenWire,
    payment: Type.Enum(['network', 'merchant']),
    voidAt: InstantWire,
  }),
  status: 'created',
  refusals: [
    'not_found',
    'merchant_not_accepting',
    'terminal_paused',
    'one_voucher_per_payment',
    'code_invalid',
    'code_unknown',
    'code_expired',
    'code_used',
    'no_usable_voucher',
    'below_threshold',
    'voucher_used',
    'voucher_expired',
    'voucher_void',
    'voucher_not_started',
    'voucher_held',
    'goods_not_allowed',
    'location_required',
    'location_not_eligible',
    'limit_reached',
    'invalid_rule',
    'programme_closed',
    'programme_not_running',
  ],
});

const decisionRefusals = [
  'not_found',
  'amount_changed',
  'hold_expired',
  'already_reversed',
  'state_conflict',
] as const;

export const commitRoute = route({
  method: 'POST',
  url: '/api/redemptions/{redemptionId}/commit',
  permission: 'redemption.create',
  summary: '提交：余款由网络支付或商户自收;sent 表示处理中，请查询',
  params: redemption,
  body: whole,
  reply: StateWire,
  refusals: decisionRefusals,
});

export const cancelRoute = route({
  method: 'POST',
  url: '/api/redemptions/{redemptionId}/cancel',
  permission: 'redemption.create',
  summary: '取消：未发送支付前放弃，券恢复',
  params: redemption,
  reply: StateWire,
  refusals: decisionRefusals,
});

export const getRedemptionRoute = route({
  method: 'GET',
  url: '/api/redemptions/{redemptionId}',
  permission: 'redemption.read',
  summary: '查询一笔核销的结果',
  params: redemption,
  reply: StateWire,
  refusals: ['not_found'],
});

export const confirmOutcomeRoute = route({
  method: 'POST',
  url: '/api/redemptions/{redemptionId}/outcome',
  permission: 'redemption.confirm',
  summary: '银行按对账结果确定处理中的支付',
  params: redemption,
  body: Type.Object({ outcome: OneOf(['paid', 'not_paid']) }),
  reply: StateWire,
  refusals: decisionRefusals,
  secondFactor: true,
});

export const reverseRoute = route({
  method: 'POST',
  url: '/api/redemptions/{redemptionId}/reversal',
  permission: 'reversal.create',
  summary: '撤销：当日由原收银员，之后由店主，只能整笔',
  params: redemption,
  body: whole,
  reply: RefundWire,
  status: 'created',
  refusals: [
    'not_found',
    'forbidden',
    'amount_changed',
    'already_reversed',
    'reversal_window',
    'refund_exceeds',
    'state_conflict',
  ],
});

export const refundRoute = route({
  method: 'POST',
  url: '/api/redemptions/{redemptionId}/refunds',
  permission: 'refund.create',
  summary: '退货退款：可分次，同一退款单号只退一次',
  params: redemption,
  body: Type.Object({ refundNo: SafeText(64), amountFen: PositiveFen }),
  reply: RefundWire,
  status: 'created',
  refusals: ['not_found', 'amount_changed', 'already_reversed', 'refund_exceeds', 'state_conflict'],
});
