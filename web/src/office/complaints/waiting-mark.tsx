import { useQuery } from '@tanstack/react-query';
import type * as contract from '../../../../server/src/features/complaint/complaint.contract.ts';
import { call } from '../../api/call.ts';
import { countOf } from '../../ui/figures.ts';
import { useWords } from '../words.ts';
import './complaints.css';

const lookAgainMs = 60_000;

/** How many complaints wait, beside the menu's word on every page; late ones are told apart. */
export function WaitingMark({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const { data } = useQuery({
    queryKey: ['complaints', programmeId, 'counts'],
    queryFn: () =>
      call<typeof contract.countComplaintsRoute>(
        'GET /api/programmes/{programmeId}/complaint-counts',
        { params: { programmeId } },
      ),
    refetchInterval: lookAgainMs,
  });
  if (data === undefined || data.openCount === 0) return null;
  const { openCount, lateCount } = data;
  const told = t(lateCount > 0 ? 'complaintCountLate' : 'complaintCount', {
    open: countOf(openCount),
    late: countOf(lateCount),
  });
  return (
    <span className={lateCount > 0 ? 'complaint-mark late' : 'complaint-mark'} title={told}>
      <span aria-hidden="true">{countOf(lateCount > 0 ? lateCount : openCount)}</span>
      <span className="complaint-aloud">{told}</span>
    </span>
  );
}
