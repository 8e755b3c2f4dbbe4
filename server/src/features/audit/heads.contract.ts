import { Type } from 'typebox';
import { route } from '../../http/contract.ts';
import { DayWire, InstantWire } from '../../http/wire.ts';

export const listHeadsRoute = route({
  method: 'GET',
  url: '/api/public/heads',
  permission: 'public',
  summary: '证据链每日公布的链头与验签公钥(Ed25519)',
  reply: Type.Object({
    publicKey: Type.Optional(Type.String({ description: 'SPKI, PEM' })),
    items: Type.Array(
      Type.Object({
        day: DayWire,
        blockNo: Type.Integer(),
        hash: Type.String({ description: 'SHA-256，十六进制' }),
        signature: Type.String({
          description: 'base64；所签文字为 huiquan head、日期、块号、哈希四行，每行以换行结束',
        }),
        publishedAt: InstantWire,
      }),
    ),
  }),
  refusals: [],
});
