import { fenOnWire } from '@huiquan/domain/fen.ts';
import { type Instant, instantText } from '@huiquan/domain/instant.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { personOf } from '../../http/principal.ts';
import { programmeScope } from '../programme/load-plan.ts';
import { voucherFiguresRoute, walletRoute } from './voucher.contract.ts';
import { figuresOfProgramme, walletOf } from './wallet.ts';

const pageSize = 50;

/** The wallet of a resident and the figures of an organiser. */
export const voucherRoutes: readonly Handled[] = [
  handle(walletRoute, async (request) => {
    const personId = personOf(request.principal);
    request.authorize({ personId });
    const { tab, limit = pageSize } = request.query;
    const after = request.position<{ validTo: Instant; voucherId: string }>();
    return request.read(async (tx) => {
      const vouchers = await walletOf(tx, { personId, tab, after, size: limit });
      const items = vouchers.map(({ faceFen, usableFrom, validTo, categories, ...one }) => ({
        ...one,
        faceFen: fenOnWire(faceFen),
        usableFrom: instantText(usableFrom),
        validTo: instantText(validTo),
        categories: [...categories],
      }));
      const last = vouchers.at(-1);
      if (vouchers.length < limit || last === undefined) return { items };
      const { validTo, voucherId } = last;
      return { items, next: request.cursor({ validTo, voucherId }) };
    });
  }),
  handle(voucherFiguresRoute, async (request) =>
    request.read(async (tx) => {
      const { programmeId } = request.params;
      request.authorize(await programmeScope(tx, programmeId));
      const figures = await figuresOfProgramme(tx, programmeId);
      return {
        items: figures.map(({ issuedFen, usedFen, ...one }) => ({
          ...one,
          issuedFen: fenOnWire(issuedFen),
          usedFen: fenOnWire(usedFen),
        })),
      };
    }),
  ),
];
