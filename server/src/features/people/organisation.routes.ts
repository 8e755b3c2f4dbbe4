import type { ObjectScope } from '@huiquan/domain/access.ts';
import type { Tx } from '../../db/transact.ts';
import { handle, type Handled } from '../../http/handle.ts';
import * as contract from './organisation.contract.ts';
import {
  createOrganisation,
  getOrganisation,
  listOrganisations,
  type Organisation,
  renameOrganisation,
  reportFigures,
  rollUpFigure,
} from './organisation.ts';

const pageSize = 100;

function organisationWire(organisation: Organisation) {
  const { organisationId, parentId, kind, level, name, regionCode } = organisation;
  return {
    organisationId,
    ...(parentId === null ? {} : { parentId }),
    kind,
    ...(level === null ? {} : { level }),
    name,
    ...(regionCode === null ? {} : { regionCode }),
  };
}

async function scopeOf(tx: Tx, organisationId: string): Promise<ObjectScope> {
  const { path } = await getOrganisation(tx, organisationId);
  return { organisationPath: path };
}

/** The tree of organisations and the figures they report of themselves. */
export const organisationRoutes: readonly Handled[] = [
  handle(contract.createOrganisationRoute, async (request) => {
    const { parentId } = request.body;
    return request.transact(async (tx) => {
      // A root belongs to nobody's subtree: only who reaches everything may plant one.
      request.authorize(parentId === undefined ? {} : await scopeOf(tx, parentId));
      return { organisationId: await createOrganisation(tx, request.body) };
    });
  }),
  handle(contract.getOrganisationRoute, async (request) =>
    request.read(async (tx) => {
      const found = await getOrganisation(tx, request.params.organisationId);
      request.authorize({ organisationPath: found.path });
      return { ...organisationWire(found), above: [...found.above] };
    }),
  ),
  handle(contract.listOrganisationsRoute, async (request) => {
    const { limit = pageSize, kind, childrenOnly } = request.query;
    const { organisationId: rootId } = request.params;
    const after = request.position<string>();
    return request.read(async (tx) => {
      request.authorize(await scopeOf(tx, rootId));
      const asked = { rootId, after, limit, kind, childrenOnly };
      const found = await listOrganisations(tx, asked);
      const last = found.at(-1);
      const items = found.map(organisationWire);
      if (found.length < limit || last === undefined) return { items };
      return { items, next: request.cursor(last.path) };
    });
  }),
  handle(contract.renameOrganisationRoute, async (request) => {
    const { organisationId } = request.params;
    return request.transact(async (tx) => {
      request.authorize(await scopeOf(tx, organisationId));
      await renameOrganisation(tx, { organisationId, ...request.body });
      return {};
    });
  }),
  handle(contract.reportFiguresRoute, async (request) => {
    const { organisationId } = request.params;
    return request.transact(async (tx) => {
      request.authorize(await scopeOf(tx, organisationId));
      return { reported: await reportFigures(tx, [{ organisationId, ...request.body }]) };
    });
  }),
  handle(contract.rollUpFigureRoute, async (request) => {
    const { organisationId, figure } = request.params;
    const { asOf } = request.query;
    return request.read(async (tx) => {
      request.authorize(await scopeOf(tx, organisationId));
      const { stated, rolledUp, reporting } = await rollUpFigure(tx, {
        organisationId,
        figure,
        asOf,
      });
      return {
        ...(stated === undefined ? {} : { stated }),
        ...(rolledUp === undefined ? {} : { rolledUp }),
        reporting,
      };
    });
  }),
];
