import { handle, type Handled } from '../../http/handle.ts';
import * as contract from './organisation-tree.contract.ts';
import { type Branch, browseOrganisations } from './organisation-tree.ts';

const pageSize = 100;

function branchWire(branch: Branch) {
  const { organisationId, kind, name, childCount } = branch;
  const { parentId, level, regionCode, members, membersAsOf, above } = branch;
  return {
    organisationId,
    kind,
    name,
    childCount,
    above: [...above],
    ...(parentId === null ? {} : { parentId }),
    ...(level === null ? {} : { level }),
    ...(regionCode === null ? {} : { regionCode }),
    ...(members === null ? {} : { members: Number(members) }),
    ...(membersAsOf === null ? {} : { membersAsOf }),
  };
}

/** The tree as people walk through it. */
export const organisationTreeRoutes: readonly Handled[] = [
  handle(contract.browseOrganisationsRoute, async (request) => {
    const { limit = pageSize, search, parentId } = request.query;
    const after = request.position<string>();
    const asked = { reach: request.reach(), search, parentId, after, limit };
    const found = await request.read((tx) => browseOrganisations(tx, asked));
    const last = found.at(-1);
    const items = found.map(branchWire);
    if (found.length < limit || last === undefined) return { items };
    return { items, next: request.cursor(last.path) };
  }),
];
