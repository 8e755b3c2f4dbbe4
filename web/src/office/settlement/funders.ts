import { useQuery } from '@tanstack/react-query';
import type { listFundsRoute } from '../../../../server/src/features/fund/fund.contract.ts';
import { call } from '../../api/call.ts';

type Funder = { readonly funderId: string; readonly funderName: string };

/** Who pays in a programme, each once. */
export function useFunders(programmeId: string): readonly Funder[] {
  const { data } = useQuery({
    queryKey: ['funds', programmeId],
    queryFn: () =>
      call<typeof listFundsRoute>('GET /api/programmes/{programmeId}/funds', {
        params: { programmeId },
        query: { limit: 100 },
      }),
  });
  return [...new Map((data?.items ?? []).map((fund) => [fund.funderId, fund])).values()];
}
