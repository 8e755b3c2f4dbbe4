import { instantText } from '@huiquan/domain/instant.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { programmeScope } from '../programme/load-plan.ts';
import { reviewScope } from './list.ts';
import { listListings, listSanctions, reviewChecks } from './review-checks.ts';
import * as contract from './review.contract.ts';

/** What reviewers and second persons read before they decide. */
export const reviewRoutes: readonly Handled[] = [
  handle(contract.reviewChecksRoute, (request) =>
    request.read(async (tx) => {
      const { namedOrganisationIds: _, ...scope } = await reviewScope(tx, request.params);
      request.authorize({ ...scope, merchantId: request.params.merchantId });
      return { items: [...(await reviewChecks(tx, request.params))] };
    }),
  ),
  handle(contract.listSanctionsRoute, (request) =>
    request.read(async (tx) => {
      const { programmeId } = request.params;
      request.authorize(await programmeScope(tx, programmeId));
      const items = await listSanctions(tx, programmeId);
      return {
        items: items.map(({ approvedBy, createdAt, ...one }) => ({
          ...one,
          createdAt: instantText(createdAt),
          ...(approvedBy === null ? {} : { approvedBy }),
        })),
      };
    }),
  ),
  handle(contract.listListingsRoute, (request) =>
    request.read(async (tx) => ({
      items: (await listListings(tx)).map(({ name, approvedBy, endedAt, listedAt, ...one }) => ({
        ...one,
        listedAt: instantText(listedAt),
        ...(name === null ? {} : { name }),
        ...(approvedBy === null ? {} : { approvedBy }),
        ...(endedAt === null ? {} : { endedAt: instantText(endedAt) }),
      })),
    })),
  ),
];
