import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import {
  ContentHash,
  Empty,
  FenWire,
  Id,
  InstantWire,
  OneOf,
  Page,
  pageQuery,
  PositiveFen,
  SafeText,
  SignedFen,
} from '../../http/wire.ts';
import { orderLinesMax } from './funding-order.ts';

const programme = Type.Object({ programmeId: Id });
const order = Type.Object({ fundingOrderId: Id });
const confirmation = Type.Object({ confirmationId: Id });
const Reason = Type.Object({ reason: SafeText(500) });
const AccountNumber = Type.String({ pattern: '^[0-9-]{5,40}$', maxLength: 40 });
const PayTo = Type.Object({ name: SafeText(100), number: AccountNumber, bank: SafeText(100) });
const orderStates = ['open', 'confirmed', 'cancelled'] as const;
const approval = { secondFactor: true, recentSignIn: true } as const;

const OrderWire = Type.Object({
  fundingOrderId: Id,
  programmeId: Id,
  funderId: Id,
  funderName: Type.String(),
  totalFen: PositiveFen,
  /** 收款账户与附言 */
  payTo: PayTo,
  remarkCode: Type.String({ description: '付款附言' }),
  state: Type.Enum([...orderStates]),
  preparedBy: Id,
  createdAt: InstantWire,
  confirmedAt: Type.Optional(InstantWire),
});

export const prepareFundingOrderRoute = route({
  method: 'POST',
  url: '/api/funding-orders',
  permission: 'funding_order.create',
  summary: '登记拟付资金，取得收款账户和付款附言',
  body: Type.Object({
    lines: Type.Array(Type.Object({ fundId: Id, amountFen: PositiveFen }), {
      minItems: 1,
      maxItems: orderLinesMax,
    }),
    payTo: Type.Optional(PayTo),
    payerName: Type.Optional(SafeText(100)),
  }),
  reply: OrderWire,
  status: 'created',
  refusals: ['not_found', 'invalid_rule', 'programme_not_running', 'programme_closed', 'busy'],
});

export const listFundingOrdersRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/funding-orders',
  permission: 'funding_order.read',
  summary: '资金单列表',
  params: programme,
  query: Type.Object({ ...pageQuery, state: Type.Optional(OneOf(orderStates)) }),
  reply: Page(OrderWire),
  refusals: ['not_found'],
});

export const getFundingOrderRoute = route({
  method: 'GET',
  url: '/api/funding-orders/{fundingOrderId}',
  permission: 'funding_order.read',
  summary: '资金单详情',
  params: order,
  reply: Type.Object({
    ...OrderWire.properties,
    lines: Type.Array(
      Type.Object({
        fundId: Id,
        pool: Type.String(),
        sourceClass: Type.String(),
        channel: Type.String(),
        channelName: Type.String({ description: '方案中的渠道名称，未分渠道的为空' }),
        amountFen: PositiveFen,
      }),
    ),
  }),
  refusals: ['not_found'],
});

export const cancelFundingOrderRoute = route({
  method: 'POST',
  url: '/api/funding-orders/{fundingOrderId}/cancellation',
  permission: 'funding_order.create',
  summary: '撤销未付款的资金单',
  params: order,
  body: Reason,
  reply: Empty,
  refusals: ['not_found', 'already_decided', 'state_conflict'],
});

const ConfirmationWire = Type.Object({
  confirmationId: Id,
  fundingOrderId: Id,
  basis: Type.Enum(['bank_line', 'preallocation']),
  bankLineId: Type.Optional(Id),
  documentNumber: Type.Optional(Type.String()),
  isExact: Type.Boolean({ description: '附言、金额、付款户名自动相符' }),
  note: Type.String(),
  state: Type.Enum(['prepared', 'approved', 'rejected']),
  preparedBy: Id,
  decidedBy: Type.Optional(Id),
  createdAt: InstantWire,
});

const confirmRefusals = ['not_found', 'already_decided', 'invalid_rule', 'state_conflict'] as const;

export const matchBankLineRoute = route({
  method: 'POST',
  url: '/api/funding-orders/{fundingOrderId}/bank-line-matches',
  permission: 'funding_order.match',
  summary: '人工认领到账流水，待另一人复核',
  params: order,
  body: Type.Object({ bankLineId: Id, note: SafeText(500) }),
  reply: Type.Object({ confirmationId: Id }),
  status: 'created',
  refusals: confirmRefusals,
});

export const preparePreallocationRoute = route({
  method: 'POST',
  url: '/api/funding-orders/{fundingOrderId}/preallocations',
  permission: 'funding_order.match',
  summary: '登记签章的预拨文件，待另一人复核',
  params: order,
  body: Type.Object({
    documentNumber: SafeText(100),
    documentDigest: ContentHash,
    note: SafeText(500),
  }),
  reply: Type.Object({ confirmationId: Id }),
  status: 'created',
  refusals: confirmRefusals,
});

export const listConfirmationsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/money-confirmations',
  permission: 'funding_order.approve',
  summary: '到账确认列表',
  params: programme,
  query: Type.Object({
    ...pageQuery,
    state: Type.Optional(OneOf(['prepared', 'approved', 'rejected'])),
  }),
  reply: Page(ConfirmationWire),
  refusals: ['not_found', 'programme_not_running'],
});

export const approveConfirmationRoute = route({
  method: 'POST',
  url: '/api/money-confirmations/{confirmationId}/approval',
  permission: 'funding_order.approve',
  summary: '复核到账，资金转为可用',
  params: confirmation,
  reply: Type.Object({ fundingOrderId: Id }),
  refusals: ['not_found', 'already_decided', 'separation_of_duties'],
  ...approval,
});

export const rejectConfirmationRoute = route({
  method: 'POST',
  url: '/api/money-confirmations/{confirmationId}/rejection',
  permission: 'funding_order.approve',
  summary: '退回到账确认',
  params: confirmation,
  body: Reason,
  reply: Empty,
  refusals: ['not_found', 'already_decided'],
  ...approval,
});

const matchedFields = {
  confirmed: Type.Integer({ description: '已自动确认到账的笔数' }),
  waiting: Type.Integer({ description: '相符、待复核的笔数' }),
  unmatched: Type.Integer({ description: '未能对上的笔数' }),
};

export const importBankStatementRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/bank-statements',
  permission: 'bank_statement.create',
  summary: '导入银行流水(CSV 或 xlsx)，先填 accountNumber 再附文件',
  params: programme,
  reply: Type.Object({
    bankFileId: Id,
    lines: Type.Integer(),
    newLines: Type.Integer(),
    ...matchedFields,
  }),
  status: 'created',
  refusals: [
    'not_found',
    'already_imported',
    'bank_file_invalid',
    'file_type_not_allowed',
    'file_rejected',
    'sheet_limits',
    'payload_too_large',
    'malformed_multipart',
    'invalid_fields',
  ],
  upload: true,
});

export const rematchBankLinesRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/bank-lines/rematch',
  permission: 'bank_statement.create',
  summary: '重新核对未对上的到账流水',
  params: programme,
  body: Type.Object({ accountNumber: AccountNumber }),
  reply: Type.Object(matchedFields),
  refusals: ['not_found'],
});

export const listBankFilesRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/bank-files',
  permission: 'bank_statement.create',
  summary: '已导入的银行流水文件，新的在前',
  params: programme,
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        bankFileId: Id,
        accountNumber: Type.String(),
        fileName: Type.String(),
        lines: Type.Integer(),
        newLines: Type.Integer(),
        openingFen: Type.Optional(SignedFen),
        closingFen: Type.Optional(SignedFen),
        uploadedAt: InstantWire,
      }),
    ),
  }),
  refusals: ['not_found'],
});

export const listBankLinesRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/bank-lines',
  permission: 'bank_statement.read',
  summary: '银行流水及未对上的原因',
  params: programme,
  query: Type.Object({
    ...pageQuery,
    state: Type.Optional(OneOf(['unmatched', 'matched', 'explained'])),
    direction: Type.Optional(OneOf(['in', 'out'])),
    bankFileId: Type.Optional(Id),
  }),
  reply: Page(
    Type.Object({
      bankLineId: Id,
      bankFileId: Id,
      accountNumber: Type.String(),
      postedAt: InstantWire,
      direction: Type.Enum(['in', 'out']),
      amountFen: PositiveFen,
      balanceFen: Type.Optional(FenWire),
      remark: Type.String(),
      state: Type.Enum(['unmatched', 'matched', 'explained']),
      reason: Type.Optional(Type.String()),
      reasonText: Type.Optional(Type.String()),
      reasonDetails: Type.Record(Type.String(), Type.Unknown()),
      matchedKind: Type.Optional(Type.String()),
      matchedId: Type.Optional(Id),
    }),
  ),
  refusals: ['not_found'],
});
