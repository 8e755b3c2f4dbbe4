import { useQuery } from '@tanstack/react-query';
import type * as contract from '../../../../server/src/features/programme/desk.contract.ts';
import { call } from '../../api/call.ts';

const deskOf = (programmeId: string) => ({
  queryKey: ['desk', programmeId],
  queryFn: () =>
    call<typeof contract.programmeDeskRoute>('GET /api/programmes/{programmeId}/desk', {
      params: { programmeId },
    }),
});

/** What the signed-in person may do in a programme; undefined until the server has told it. */
export function useDesk(programmeId: string) {
  return useQuery(deskOf(programmeId)).data;
}

/**
 * As `useDesk`, asked only by who sees no more than a part of the programme; `isTold` once it is
 * known, or not needed.
 */
export function usePartDesk(
  programmeId: string,
  { seesWhole }: { readonly seesWhole: boolean | undefined },
) {
  const { data: desk, isPending } = useQuery({
    ...deskOf(programmeId),
    enabled: seesWhole === false,
  });
  return { desk, isTold: seesWhole === true || (seesWhole === false && !isPending) };
}
