import { fen, fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { getFund } from '../fund/fund.ts';
import { listPaperRoute, registerPaperRoute } from './paper.contract.ts';
import { listPaper, type PaperLine, registerPaper } from './paper.ts';

const pageSize = 100;

function lineWire({ level, faceFen, at, ...line }: PaperLine) {
  const told = level === null ? {} : { level };
  return { ...line, ...told, faceFen: fenOnWire(faceFen), at: instantText(at) };
}

/** The register of paper vouchers: each branch states its own. */
export const paperRoutes: readonly Handled[] = [
  handle(registerPaperRoute, async (request) => {
    const { fundId, issuedCount } = request.body;
    const faceFen = fen(request.body.faceFen);
    return request.transact(async (tx) => {
      const { programmeId, funderId: organisationId, funderPath } = await getFund(tx, fundId);
      request.authorize({ programmeId, organisationPath: funderPath });
      const statement = { programmeId, organisationId, fundId, faceFen, issuedCount };
      return registerPaper(tx, statement);
    });
  }),
  handle(listPaperRoute, async (request) => {
    const { limit = pageSize } = request.query;
    const { programmeId } = request.params;
    const after = request.position<string>();
    return request.read(async (tx) => {
      const page = { programmeId, reach: request.reach(), after, limit };
      const found = await listPaper(tx, page);
      const items = found.map(lineWire);
      const last = found.at(-1);
      if (found.length < limit || last === undefined) return { items };
      return { items, next: request.cursor(last.registerId) };
    });
  }),
];
