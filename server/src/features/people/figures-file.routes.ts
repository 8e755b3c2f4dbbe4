import { refuse } from '@huiquan/domain/refusals.ts';
import { receiveFile } from '../../files/receive-file.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled } from '../../http/handle.ts';
import * as contract from './figures-file.contract.ts';
import { importFigures } from './figures-file.ts';
import { getOrganisation } from './organisation.ts';

function dayIn(fields: Readonly<Record<string, string>>): string {
  const asOf = fields['asOf'] ?? '';
  if (/^[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/.test(asOf)) return asOf;
  const error = { pointer: '/asOf', code: 'invalid_date', text: '日期不正确' };
  refuse('invalid_fields', { errors: [error] });
}

/** A table of what the organisations below one report of themselves. */
export const figuresFileRoutes = ({ db }: Context): readonly Handled[] => [
  handle(contract.importFiguresRoute, async (request) => {
    const { organisationId: rootId } = request.params;
    const upload = await request.file();
    const file = await receiveFile(upload.stream, { name: upload.name });
    try {
      const { path, name: fileName } = file;
      await request.read(async (tx) => {
        const root = await getOrganisation(tx, rootId);
        request.authorize({ organisationPath: root.path });
      });
      // Idempotent by nature: a day that was reported keeps its first value.
      const asOf = dayIn(upload.fields);
      const { actor } = request.principal;
      return { reported: await importFigures({ db, actor }, { rootId, asOf, path, fileName }) };
    } finally {
      await file.release();
    }
  }),
];
