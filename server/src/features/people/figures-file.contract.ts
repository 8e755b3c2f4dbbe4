import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { Id } from '../../http/wire.ts';

export const importFiguresRoute = route({
  method: 'POST',
  url: '/api/organisations/{organisationId}/figures-file',
  permission: 'organisation.update',
  summary: '批量上报下级单位的会员人数、财政保障比例(表格;字段 asOf 为日期)',
  params: Type.Object({ organisationId: Id }),
  reply: Type.Object({ reported: Type.Integer() }),
  refusals: [
    'not_found',
    'invalid_fields',
    'roster_file_invalid',
    'file_type_not_allowed',
    'file_rejected',
    'sheet_limits',
    'payload_too_large',
    'malformed_multipart',
  ],
  upload: true,
});
