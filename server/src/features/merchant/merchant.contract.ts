import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import {
  ContentHash,
  Empty,
  Id,
  InstantWire,
  OneOf,
  Page,
  pageQuery,
  Paragraph,
  SafeText,
} from '../../http/wire.ts';
import { admissionStates } from './list.ts';

const RegionCode = Type.String({ pattern: '^[0-9]{6}$', maxLength: 6 });
const PlanId = Type.String({ pattern: '^[a-z][a-z0-9_]{0,39}$', maxLength: 40 });
const merchant = Type.Object({ merchantId: Id });
const shop = Type.Object({ shopId: Id });
const admission = Type.Object({ programmeId: Id, merchantId: Id });
const approval = { secondFactor: true, recentSignIn: true } as const;

export const ShopWire = Type.Object({
  name: SafeText(100),
  address: SafeText(200),
  regionCode: RegionCode,
  longitude: Type.Optional(Type.Number({ minimum: -180, maximum: 180 })),
  latitude: Type.Optional(Type.Number({ minimum: -90, maximum: 90 })),
});

const facts = {
  name: SafeText(100),
  regionCode: RegionCode,
  industry: SafeText(50),
  aboveQuota: Type.Boolean(),
  account: Type.Object({ name: SafeText(100), number: SafeText(40), bank: SafeText(100) }),
};

const PaperWire = Type.Object({
  kind: PlanId,
  digest: Type.String({ pattern: '^[0-9a-f]{64}$', maxLength: 64, description: 'SHA-256' }),
});

export const registerRoute = route({
  method: 'POST',
  url: '/api/merchants',
  permission: 'merchant.create',
  summary: '商户登记：统一社会信用代码、门店、结算账户',
  body: Type.Object({
    ...facts,
    merchantId: Id,
    uscc: SafeText(40),
    shops: Type.Array(ShopWire, { minItems: 1, maxItems: 100 }),
  }),
  reply: Type.Object({ merchantId: Id, shopIds: Type.Array(Id) }),
  status: 'created',
  refusals: ['invalid_uscc', 'already_registered', 'account_name_mismatch', 'invalid_fields'],
});

export const updateRoute = route({
  method: 'PUT',
  url: '/api/merchants/{merchantId}',
  permission: 'merchant.update',
  summary: '变更商户资料：各活动重新审核，期间停止受理',
  params: merchant,
  body: Type.Object(facts),
  reply: Type.Object({ isAccountChanged: Type.Boolean() }),
  refusals: ['not_found', 'account_name_mismatch', 'invalid_fields'],
});

export const getMerchantRoute = route({
  method: 'GET',
  url: '/api/merchants/{merchantId}',
  permission: 'merchant.read',
  summary: '商户资料与门店',
  params: merchant,
  reply: Type.Object({
    merchantId: Id,
    uscc: Type.String(),
    name: Type.String(),
    regionCode: Type.String(),
    industry: Type.String(),
    aboveQuota: Type.Boolean(),
    acceptanceMark: Type.Boolean(),
    state: Type.Enum(['active', 'suspended', 'disqualified']),
    shops: Type.Array(
      Type.Object({ ...ShopWire.properties, shopId: Id, state: Type.Enum(['open', 'closed']) }),
    ),
  }),
  refusals: ['not_found'],
});

export const applyRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/merchants',
  permission: 'merchant.apply',
  summary: '商户报名参加活动',
  params: Type.Object({ programmeId: Id }),
  body: Type.Object({
    merchantId: Id,
    category: PlanId,
    papers: Type.Array(PaperWire, { maxItems: 20 }),
  }),
  reply: Type.Object({ contentHash: ContentHash }),
  status: 'created',
  refusals: [
    'not_found',
    'programme_not_running',
    'programme_closed',
    'invalid_rule',
    'dishonest_listed',
    'merchant_not_eligible',
    'state_conflict',
  ],
});

export const listCategoriesRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/merchant-categories',
  permission: 'merchant.read',
  summary: '本人可看的商户类别，按方案的次序',
  params: Type.Object({ programmeId: Id }),
  reply: Type.Object({
    items: Type.Array(Type.Object({ id: PlanId, name: Type.String() }), { maxItems: 200 }),
  }),
  refusals: ['not_found', 'programme_not_running'],
});

export const listApplicationsRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/merchants',
  permission: 'merchant.read',
  summary: '活动商户列表',
  params: Type.Object({ programmeId: Id }),
  query: Type.Object({
    ...pageQuery,
    state: Type.Optional(OneOf(admissionStates)),
    category: Type.Optional(PlanId),
  }),
  reply: Page(
    Type.Object({
      merchantId: Id,
      uscc: Type.String(),
      name: Type.String(),
      regionCode: Type.String(),
      industry: Type.String(),
      aboveQuota: Type.Boolean(),
      acceptanceMark: Type.Boolean(),
      merchantState: Type.Enum(['active', 'suspended', 'disqualified']),
      category: Type.String(),
      categoryName: Type.String(),
      state: Type.Enum([...admissionStates]),
      documents: Type.Array(PaperWire),
      contentHash: ContentHash,
      appliedAt: InstantWire,
      reviewedAt: Type.Optional(InstantWire),
      reason: Type.Optional(Type.String()),
      shops: Type.Array(Type.Object({ name: Type.String(), address: Type.String() })),
    }),
  ),
  refusals: ['not_found'],
});

export const listPublicShopsRoute = route({
  method: 'GET',
  url: '/api/public/programmes/{programmeId}/shops',
  permission: 'public',
  summary: '可用商户门店：按类别，或由近及远(经纬度为 WGS-84)',
  params: Type.Object({ programmeId: Id }),
  query: Type.Object({
    ...pageQuery,
    category: Type.Optional(PlanId),
    longitude: Type.Optional(Type.Number({ minimum: -180, maximum: 180 })),
    latitude: Type.Optional(Type.Number({ minimum: -90, maximum: 90 })),
  }),
  reply: Page(
    Type.Object({
      shopId: Id,
      name: Type.String(),
      merchant: Type.String(),
      address: Type.String(),
      category: Type.Optional(Type.String()),
      longitude: Type.Optional(Type.Number()),
      latitude: Type.Optional(Type.Number()),
      distanceM: Type.Optional(Type.Integer()),
    }),
  ),
  refusals: ['not_found'],
});

export const reviewRoute = route({
  method: 'POST',
  url: '/api/programmes/{programmeId}/merchants/{merchantId}/review',
  permission: 'merchant.review',
  summary: '行业主管部门审核商户',
  params: admission,
  body: Type.Object({
    decision: OneOf(['approved', 'rejected']),
    reason: Type.Optional(Paragraph(500)),
    contentHash: ContentHash,
  }),
  reply: Empty,
  refusals: [
    'not_found',
    'forbidden',
    'already_decided',
    'content_changed',
    'separation_of_duties',
    'dishonest_listed',
    'merchant_not_eligible',
  ],
  ...approval,
});

export const allowCodeRoute = route({
  method: 'POST',
  url: '/api/credit-code-exceptions',
  permission: 'merchant.review',
  summary: '审核人确认校验位特殊的统一社会信用代码，须说明理由',
  body: Type.Object({ programmeId: Id, uscc: SafeText(40), reason: Paragraph(500) }),
  reply: Empty,
  refusals: ['invalid_uscc', 'not_found'],
  ...approval,
});

export const addShopRoute = route({
  method: 'POST',
  url: '/api/merchants/{merchantId}/shops',
  permission: 'shop.create',
  summary: '增加门店',
  params: merchant,
  body: ShopWire,
  reply: shop,
  status: 'created',
  refusals: ['not_found'],
});

export const shopStateRoute = route({
  method: 'PUT',
  url: '/api/shops/{shopId}/state',
  permission: 'shop.update',
  summary: '停用或恢复门店',
  params: shop,
  body: Type.Object({ state: OneOf(['open', 'closed']) }),
  reply: Empty,
  refusals: ['not_found', 'state_conflict'],
});

export const bindTerminalRoute = route({
  method: 'POST',
  url: '/api/shops/{shopId}/terminals',
  permission: 'terminal.create',
  summary: '绑定终端：签名密钥只在此答复中给出',
  params: shop,
  body: Type.Object({ label: SafeText(50) }),
  reply: Type.Object({ terminalId: Id, secret: Type.String({ description: 'base64, 32 字节' }) }),
  status: 'created',
  refusals: ['not_found'],
});

export const releaseTerminalRoute = route({
  method: 'DELETE',
  url: '/api/terminals/{terminalId}',
  permission: 'terminal.release',
  summary: '解绑终端',
  params: Type.Object({ terminalId: Id }),
  reply: Empty,
  refusals: ['not_found', 'state_conflict'],
});

const cashier = Type.Object({ shopId: Id, staffId: Id });

export const addCashierRoute = route({
  method: 'PUT',
  url: '/api/shops/{shopId}/cashiers/{staffId}',
  permission: 'cashier.create',
  summary: '指定收银员',
  params: cashier,
  reply: Empty,
  refusals: ['not_found'],
});

export const endCashierRoute = route({
  method: 'DELETE',
  url: '/api/shops/{shopId}/cashiers/{staffId}',
  permission: 'cashier.end',
  summary: '取消收银员',
  params: cashier,
  reply: Empty,
  refusals: ['not_found'],
});
