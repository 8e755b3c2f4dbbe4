import { instantText } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { listPublicProgrammes } from './list.ts';
import { type CurrentPlan, currentPlan } from './load-plan.ts';
import { poolStates } from './pools.ts';
import { getPublicProgrammeRoute, listPublicProgrammesRoute } from './programme.contract.ts';
import { kindWords } from './public-words.ts';

const pageSize = 20;

function stateOf({ state }: CurrentPlan): 'running' | 'stopped' | 'ended' {
  if (state === 'closing' || state === 'closed') return 'ended';
  return state === 'stopped' ? 'stopped' : 'running';
}

function publicWire(current: CurrentPlan) {
  const { plan, programmeId, code } = current;
  return {
    programmeId,
    code,
    name: plan.name,
    ...(plan.theme === undefined ? {} : { theme: plan.theme }),
    documentNumber: plan.document.number,
    documentTitle: plan.document.title,
    region: plan.region.name,
    state: stateOf(current),
    startsAt: instantText(plan.startsAt),
    endsAt: instantText(plan.endsAt),
    redeemUntil: instantText(plan.redeemUntil),
  };
}

/** What everybody may read of a published programme; a draft does not exist for them. */
export const publicRoutes: readonly Handled[] = [
  handle(listPublicProgrammesRoute, async (request) => {
    const { limit = pageSize } = request.query;
    const before = request.position<string>();
    return request.read(async (tx) => {
      const found = await listPublicProgrammes(tx, { before, limit });
      const items = [];
      for (const { programmeId } of found)
        items.push(publicWire(await currentPlan(tx, programmeId)));
      const last = found.at(-1);
      const isLast = found.length < limit || last === undefined;
      return isLast ? { items } : { items, next: request.cursor(last.programmeId) };
    });
  }),
  handle(getPublicProgrammeRoute, async (request) =>
    request.read(async (tx) => {
      const current = await currentPlan(tx, request.params.programmeId).catch(() =>
        refuse('not_found'),
      );
      const { plan } = current;
      return {
        ...publicWire(current),
        kinds: plan.kinds.map((kind) => ({
          kind: kind.id,
          name: kind.name,
          words: kindWords(kind, plan),
        })),
        rounds: plan.rounds.map(({ no, opensAt }) => ({ no, opensAt: instantText(opensAt) })),
        pools: [...(await poolStates(tx, current))],
        gates: plan.gates.filter((one) => one.at.includes('claim')).map((one) => one.gate),
        categories: plan.merchants.categories.map(({ id, name }) => ({ category: id, name })),
        hotlines: plan.hotlines.map(({ number, name }) => ({ number, name })),
      };
    }),
  ),
];
