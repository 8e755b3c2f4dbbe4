import { Empty, Tabs } from 'antd';
import { useSearchParams } from 'react-router';
import { Loaded } from '../../ui/states.tsx';
import { Failed } from '../desk/failed.tsx';
import { useOpen } from '../desk/use-open.ts';
import { useStateWords, useWords } from '../words.ts';
import { Adjustments } from './adjustments.tsx';
import { RoundCalendar } from './calendar.tsx';
import { RoundList } from './round-list.tsx';
import { RoundPanel } from './round-panel.tsx';
import './rounds.css';
import { useRounds } from './use-rounds.ts';

/** Rounds: when they open, what they give, the rush as it happens, and what rolls over. */
export function RoundsPage({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const words = useStateWords();
  const query = useRounds(programmeId);
  const [params, setParams] = useSearchParams();
  const [number, open] = useOpen('round');
  return (
    <>
      <h1>{t('roundTitle')}</h1>
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {(rounds) => {
          if (rounds.items.length === 0) return <Empty description={t('roundNone')} />;
          const of = { rounds, onOpen: open };
          const shown = rounds.items.find((one) => String(one.number) === number);
          return (
            <>
              <Tabs
                destroyOnHidden
                activeKey={params.get('tab') ?? 'calendar'}
                onChange={(tab) => setParams({ tab })}
                items={[
                  {
                    key: 'calendar',
                    label: t('roundTabCalendar'),
                    children: <RoundCalendar {...of} />,
                  },
                  { key: 'list', label: t('roundTabList'), children: <RoundList {...of} /> },
                  {
                    key: 'adjustments',
                    label: t('roundTabAdjust'),
                    children: <Adjustments programmeId={programmeId} rounds={rounds} />,
                  },
                ]}
              />
              {shown === undefined ? null : (
                <RoundPanel
                  programmeId={programmeId}
                  rounds={rounds}
                  round={shown}
                  onClosed={() => open(undefined)}
                />
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}
