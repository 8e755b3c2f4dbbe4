import { useQuery } from '@tanstack/react-query';
import { Button, Drawer, Empty, Select } from 'antd';
import type * as contract from '../../../../server/src/features/issuing/issuing.contract.ts';
import type { listRostersRoute } from '../../../../server/src/features/roster/roster.contract.ts';
import { call } from '../../api/call.ts';
import { countOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { useAct } from '../desk/act.tsx';
import { Failed } from '../desk/failed.tsx';
import { allPages } from '../desk/pages.ts';
import { useStateWords, useWords } from '../words.ts';
import { ForecastView } from './forecast-view.tsx';
import type { Batch } from './words.ts';

type Props = {
  readonly programmeId: string;
  readonly rosterId: string | undefined;
  readonly batches: readonly Batch[];
  readonly onChosen: (rosterId: string | undefined) => void;
  readonly onPrepared: (batchId: string) => void;
};

/** Confirmed rosters that no live batch has yet. */
function useIssuable(programmeId: string, batches: readonly Batch[]) {
  const taken = new Set(
    batches
      .filter((one) => one.state !== 'cancelled' && one.state !== 'recalled')
      .map((one) => one.rosterId),
  );
  const query = useQuery({
    queryKey: ['rosters', programmeId],
    queryFn: () =>
      allPages((cursor) =>
        call<typeof listRostersRoute>('GET /api/programmes/{programmeId}/rosters', {
          params: { programmeId },
          query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
        }),
      ),
  });
  const data = query.data?.filter((one) => one.state === 'confirmed' && !taken.has(one.rosterId));
  return { ...query, data };
}

/** A dry run of a roster, and its preparation as a batch. */
export function DraftPanel(props: Props) {
  const { programmeId, rosterId, batches, onChosen, onPrepared } = props;
  const { t } = useWords();
  const words = useStateWords();
  const rosters = useIssuable(programmeId, batches);
  return (
    <Drawer open size="large" title={t('issueNewTitle')} onClose={() => onChosen(undefined)}>
      <Loaded
        query={rosters}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {(found) =>
          found.length === 0 ? (
            <Empty description={t('issueNewNone')} />
          ) : (
            <Select
              className="desk-wide"
              aria-label={t('issueRoster')}
              placeholder={t('issueNewTitle')}
              {...(rosterId === undefined ? {} : { value: rosterId })}
              onChange={(chosen: string) => onChosen(chosen)}
              options={found.map((one) => ({
                value: one.rosterId,
                label: t('issueRosterOption', {
                  file: one.fileName,
                  owner: one.organisationName,
                  people: countOf(one.rowsAccepted),
                }),
              }))}
            />
          )
        }
      </Loaded>
      {rosterId === undefined ? null : <DryRun rosterId={rosterId} onPrepared={onPrepared} />}
    </Drawer>
  );
}

function DryRun(props: {
  readonly rosterId: string;
  readonly onPrepared: (batchId: string) => void;
}) {
  const { rosterId, onPrepared } = props;
  const { t } = useWords();
  const words = useStateWords();
  const act = useAct();
  const query = useQuery({
    queryKey: ['dry-run', rosterId],
    queryFn: () =>
      call<typeof contract.dryRunRoute>('GET /api/rosters/{rosterId}/issue-forecast', {
        params: { rosterId },
      }),
  });
  const prepare = () =>
    act(async () => {
      const { batchId } = await call<typeof contract.prepareBatchRoute>(
        'POST /api/rosters/{rosterId}/issue-batches',
        { params: { rosterId } },
      );
      onPrepared(batchId);
    });
  return (
    <section className="desk-section">
      <h2>{t('issueForecast')}</h2>
      <p className="desk-quiet">{t('issueForecastWhy')}</p>
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {(forecast) => (
          <>
            <ForecastView forecast={forecast} />
            <div className="desk-acts">
              <Button type="primary" onClick={() => void prepare()}>
                {t('issuePrepare')}
              </Button>
              <span className="desk-quiet">{t('issuePrepareWhy')}</span>
            </div>
          </>
        )}
      </Loaded>
    </section>
  );
}
