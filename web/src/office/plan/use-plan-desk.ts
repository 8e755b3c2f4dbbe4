import { useQuery } from '@tanstack/react-query';
import type * as api from '../../../../server/src/features/programme/programme.contract.ts';
import { call } from '../../api/call.ts';
import type { Desk } from '../desk/second-person.tsx';
import type { Programme } from './words.ts';

/**
 * What the signed-in person may do with the plan of a programme that was published, and whom it
 * names; undefined until the server has told it. A restart is decided by the same persons.
 */
export function usePlanDesk({ state, versions }: Programme): Desk | undefined {
  // An extension has deciders of its own, so a version that is a whole plan is asked about.
  const versionId = versions.find((one) => one.extendsVersionId === undefined)?.versionId ?? '';
  const { data } = useQuery({
    queryKey: ['plan-desk', versionId],
    enabled: versionId !== '' && (state === 'published' || state === 'stopped'),
    queryFn: async () =>
      (
        await call<typeof api.versionChangesRoute>('GET /api/versions/{versionId}/changes', {
          params: { versionId },
        })
      ).desk,
  });
  return data;
}
