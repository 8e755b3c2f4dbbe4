import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { Count, Empty, Id, InstantWire, PersonNameWire } from '../../http/wire.ts';
import { admissionStates } from './list.ts';

const shop = Type.Object({ shopId: Id });
const merchant = Type.Object({ merchantId: Id });
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$', maxLength: 64, description: 'SHA-256' });
const LoginName = Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{2,39}$', maxLength: 40 });
const NewPassword = Type.String({ format: 'line', minLength: 12, maxLength: 128 });
const PaperWire = Type.Object({ kind: Type.String(), digest: Digest });

export const staffingRoute = route({
  method: 'GET',
  url: '/api/shops/{shopId}/staffing',
  permission: 'cashier.create',
  summary: '门店的终端与收银员',
  params: shop,
  reply: Type.Object({
    terminals: Type.Array(
      Type.Object({
        terminalId: Id,
        label: Type.String(),
        state: Type.Enum(['bound', 'released']),
        boundAt: InstantWire,
        pausedUntil: Type.Optional(InstantWire),
      }),
    ),
    cashiers: Type.Array(
      Type.Object({
        staffId: Id,
        loginName: Type.String(),
        name: Type.String(),
        state: Type.Enum(['active', 'ended']),
        since: InstantWire,
        hasSecondFactor: Type.Boolean(),
      }),
    ),
  }),
  refusals: ['not_found'],
});

export const hireCashierRoute = route({
  method: 'POST',
  url: '/api/shops/{shopId}/cashiers',
  permission: 'cashier.create',
  summary: '为门店新开收银员账号',
  params: shop,
  body: Type.Object({ loginName: LoginName, name: PersonNameWire, initialPassword: NewPassword }),
  reply: Type.Object({ staffId: Id }),
  status: 'created',
  refusals: ['not_found', 'already_registered'],
});

export const resetCashierRoute = route({
  method: 'POST',
  url: '/api/shops/{shopId}/cashiers/{staffId}/password',
  permission: 'cashier.create',
  summary: '重置本商户收银员的口令，其登录随即失效',
  params: Type.Object({ shopId: Id, staffId: Id }),
  body: Type.Object({ initialPassword: NewPassword }),
  reply: Empty,
  refusals: ['not_found', 'forbidden'],
});

export const ownApplicationsRoute = route({
  method: 'GET',
  url: '/api/merchants/{merchantId}/applications',
  permission: 'merchant.apply',
  summary: '商户的报名与审核结果',
  params: merchant,
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        programmeId: Id,
        title: Type.String(),
        category: Type.String(),
        categoryName: Type.String(),
        state: Type.Enum([...admissionStates]),
        reason: Type.Optional(Type.String()),
        appliedAt: InstantWire,
        reviewedAt: Type.Optional(InstantWire),
        documents: Type.Array(PaperWire),
      }),
    ),
  }),
  refusals: ['not_found'],
});

export const openProgrammesRoute = route({
  method: 'GET',
  url: '/api/owner/programmes',
  permission: 'merchant.apply',
  summary: '接受商户报名的活动、类别与条件',
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        programmeId: Id,
        title: Type.String(),
        region: Type.String(),
        conditions: Type.Array(Type.String()),
        categories: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
      }),
    ),
  }),
  refusals: [],
});

export const uploadDocumentRoute = route({
  method: 'POST',
  url: '/api/merchants/{merchantId}/documents',
  permission: 'merchant.apply',
  summary: '上传证照图片（字段 kind 在前）：重绘后保存，不留位置等附带信息',
  params: merchant,
  reply: Type.Object({
    digest: Digest,
    kind: Type.String(),
    bytes: Count(1, 100_000_000),
    width: Count(1, 100_000),
    height: Count(1, 100_000),
  }),
  status: 'created',
  upload: true,
  refusals: [
    'not_found',
    'malformed_multipart',
    'payload_too_large',
    'image_type_not_allowed',
    'image_too_large',
    'file_rejected',
    'limit_reached',
    'storage_unavailable',
  ],
});

export const listDocumentsRoute = route({
  method: 'GET',
  url: '/api/merchants/{merchantId}/documents',
  permission: 'merchant.apply',
  summary: '商户已上传的证照',
  params: merchant,
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        digest: Digest,
        kind: Type.String(),
        bytes: Count(1, 100_000_000),
        width: Count(1, 100_000),
        height: Count(1, 100_000),
        uploadedAt: InstantWire,
      }),
    ),
  }),
  refusals: ['not_found'],
});

export const ownDocumentRoute = route({
  method: 'GET',
  url: '/api/merchants/{merchantId}/documents/{digest}',
  permission: 'merchant.apply',
  summary: '查看本商户的一张证照（JPEG）',
  params: Type.Object({ merchantId: Id, digest: Digest }),
  reply: Empty,
  download: true,
  refusals: ['not_found', 'storage_unavailable'],
});

export const reviewedDocumentRoute = route({
  method: 'GET',
  url: '/api/programmes/{programmeId}/merchants/{merchantId}/documents/{digest}',
  permission: 'merchant.review',
  summary: '审核人查看报名所附的一张证照（JPEG）',
  params: Type.Object({ programmeId: Id, merchantId: Id, digest: Digest }),
  reply: Empty,
  download: true,
  refusals: ['not_found', 'storage_unavailable'],
});
