import { Type } from 'typebox';
import { route } from '../../http/contract.ts';

/** The form is the network's: what is not known of it is kept, not refused. */
export const networkNoticeRoute = route({
  method: 'POST',
  url: '/api/callbacks/payment-network',
  permission: 'public',
  callback: true,
  idempotent: false,
  summary: '支付网络通知支付结果：按原始字节验签，重复、乱序、迟到都只算一次',
  body: Type.Object(
    { event: Type.String({ minLength: 1, maxLength: 64 }) },
    { additionalProperties: true },
  ),
  reply: Type.Object({ taken: Type.Enum(['applied', 'repeated', 'parked']) }),
  refusals: ['signature_invalid'],
});
