import { useQuery } from '@tanstack/react-query';
import type * as contract from '../../../../server/src/features/programme/desk.contract.ts';
import { call } from '../../api/call.ts';

/** What the signed-in person may begin in a programme; undefined until the server has told it. */
export function useDesk(programmeId: string) {
  const { data } = useQuery({
    queryKey: ['desk', programmeId],
    queryFn: () =>
      call<typeof contract.programmeDeskRoute>('GET /api/programmes/{programmeId}/desk', {
        params: { programmeId },
      }),
  });
  return data;
}
