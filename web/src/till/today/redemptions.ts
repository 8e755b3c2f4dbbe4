import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type * as lists from '../../../../server/src/features/redemption/list.contract.ts';
import type { ReplyOf } from '../../api/call.ts';
import { tillCall } from '../call.ts';
import { useDesk } from '../pay/desk.ts';
import { useTill } from '../terminal.ts';

/** One redemption of the shop. */
export type Listed = ReplyOf<typeof lists.shopRedemptionsRoute>['items'][number];

const pageSize = 30;

/** Today's redemptions of this shop, page by page; asked again after every end at the counter. */
export function useToday() {
  const { terminal } = useTill();
  const { ends } = useDesk();
  const shopId = terminal?.shopId ?? '';
  return useInfiniteQuery({
    queryKey: ['today', shopId, ends],
    initialPageParam: '',
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam }) =>
      tillCall<typeof lists.shopRedemptionsRoute>('GET /api/shops/{shopId}/redemptions', {
        params: { shopId },
        query: { limit: pageSize, ...(pageParam === '' ? {} : { cursor: pageParam }) },
      }),
    getNextPageParam: (last) => last.next,
  });
}

/** The words of the states. */
export const stateKeys = {
  tried: 'stateTried',
  sent: 'stateSent',
  committed: 'stateCommitted',
  cancelled: 'stateCancelled',
  voided: 'stateVoided',
  reversed: 'stateReversed',
} as const;

/** What is left of a redemption that could still be given back, in 分. */
export const leftOf = (one: Listed): number =>
  one.state === 'committed' ? one.orderFen - one.refundedFen : 0;
