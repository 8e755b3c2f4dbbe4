import { useQuery } from '@tanstack/react-query';
import type * as contract from '../../../../server/src/features/programme/programme.contract.ts';
import { call } from '../../api/call.ts';
import { Problem } from '../../api/problem.ts';
import { useMay } from './may.ts';

/**
 * Whether the whole programme is the signed-in person's to see: of a programme of the union above
 * it a union sees its own part, and is told that the whole is not there. Undefined until the
 * server has told it.
 */
export function useSeesWhole(programmeId: string): boolean | undefined {
  const may = useMay();
  const isAsked = programmeId !== 'none' && may('programme.read');
  const { data } = useQuery({
    queryKey: ['programme-reach', programmeId],
    enabled: isAsked,
    queryFn: async () => {
      try {
        const name = 'GET /api/programmes/{programmeId}';
        await call<typeof contract.getProgrammeRoute>(name, { params: { programmeId } });
        return true;
      } catch (error) {
        // Any other trouble is told by the page that meets it.
        return !(error instanceof Problem && error.status === 404);
      }
    },
  });
  return isAsked ? data : true;
}
