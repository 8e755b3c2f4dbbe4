import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type * as contract from '../../../../server/src/features/round/office.contract.ts';
import { call } from '../../api/call.ts';
import { clockNow, setClock } from '../../ui/clock.ts';

const lookAgainMs = 15_000;

/** The rounds of a programme; the page goes by the server's clock from here on. */
export function useRounds(programmeId: string) {
  return useQuery({
    queryKey: ['office-rounds', programmeId],
    refetchInterval: lookAgainMs,
    queryFn: async () => {
      const rounds = await call<typeof contract.officeRoundsRoute>(
        'GET /api/programmes/{programmeId}/office-rounds',
        { params: { programmeId } },
      );
      setClock(rounds.serverTime);
      return rounds;
    },
  });
}

/** The time that counts, told every second. */
export function useNow(): number {
  const [now, setNow] = useState(clockNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(clockNow()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
