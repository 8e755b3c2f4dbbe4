import { useQuery } from '@tanstack/react-query';
import type * as fund from '../../../../server/src/features/fund/fund.contract.ts';
import type * as funding from '../../../../server/src/features/fund/funding.contract.ts';
import type * as programme from '../../../../server/src/features/programme/programme.contract.ts';
import { call } from '../../api/call.ts';
import { Problem } from '../../api/problem.ts';
import { allPages } from '../desk/pages.ts';
import type { Desk } from '../desk/second-person.tsx';
import type { Money } from './words.ts';

const page = (cursor: string | undefined) => ({
  limit: 200,
  ...(cursor === undefined ? {} : { cursor }),
});

/** The funds of a programme that this person may see. */
export function useFunds(programmeId: string) {
  return useQuery({
    queryKey: ['money-funds', programmeId],
    queryFn: () =>
      allPages((cursor) =>
        call<typeof fund.listFundsRoute>('GET /api/programmes/{programmeId}/funds', {
          params: { programmeId },
          query: page(cursor),
        }),
      ),
  });
}

/** The whole programme's money; null for who sees only funds of his own. */
export function useMoney(programmeId: string) {
  return useQuery({
    queryKey: ['money', programmeId],
    queryFn: async (): Promise<Money | null> => {
      try {
        const name = 'GET /api/programmes/{programmeId}/money';
        return await call<typeof fund.programmeMoneyRoute>(name, { params: { programmeId } });
      } catch (error) {
        const isOutOfReach = error instanceof Problem && error.status === 404;
        const isDraft = error instanceof Problem && error.code === 'programme_not_running';
        if (isOutOfReach || isDraft) return null;
        throw error;
      }
    },
  });
}

/** What the reader may do about money that arrived; undefined until the server has told it. */
export function useConfirmingDesk(programmeId: string): Desk | undefined {
  return useMoney(programmeId).data?.confirming;
}

/** Where the money of a programme went. */
export function useFlows(programmeId: string) {
  return useQuery({
    queryKey: ['money-flows', programmeId],
    queryFn: () =>
      call<typeof fund.moneyFlowsRoute>('GET /api/programmes/{programmeId}/money-flows', {
        params: { programmeId },
      }),
  });
}

/** The pools of a programme, as everybody may read them. */
export function usePools(programmeId: string) {
  return useQuery({
    queryKey: ['public-pools', programmeId],
    queryFn: async () =>
      (
        await call<typeof programme.getPublicProgrammeRoute>(
          'GET /api/public/programmes/{programmeId}',
          { params: { programmeId } },
        )
      ).pools,
  });
}

/** The name of a pool by the plan's id for it. */
export function usePoolName(programmeId: string): (pool: string) => string {
  const { data } = usePools(programmeId);
  const names = new Map(data?.map((one) => [one.pool, one.name]));
  return (pool) => names.get(pool) ?? pool;
}

/** What funders are to pay. */
export function useOrders(programmeId: string) {
  return useQuery({
    queryKey: ['funding-orders', programmeId],
    queryFn: () =>
      allPages((cursor) =>
        call<typeof funding.listFundingOrdersRoute>(
          'GET /api/programmes/{programmeId}/funding-orders',
          { params: { programmeId }, query: page(cursor) },
        ),
      ),
  });
}

/** The lines of the statements of a programme's accounts. */
export function useBankLines(programmeId: string) {
  return useQuery({
    queryKey: ['bank-lines', programmeId],
    queryFn: () =>
      allPages((cursor) =>
        call<typeof funding.listBankLinesRoute>('GET /api/programmes/{programmeId}/bank-lines', {
          params: { programmeId },
          query: page(cursor),
        }),
      ),
  });
}
