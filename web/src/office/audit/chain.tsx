import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Descriptions, Progress } from 'antd';
import type * as contract from '../../../../server/src/features/audit/events.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { countOf, instantOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { useAct } from '../desk/act.tsx';
import { Failed } from '../desk/failed.tsx';
import { Listed, type Column } from '../desk/listed.tsx';
import { useStateWords, useWords } from '../words.ts';

type Status = ReplyOf<typeof contract.chainRoute>;
type Verification = NonNullable<Status['verification']>;
type Invariant = Verification['invariants'][number];

const isUnended = (one: Verification | undefined) =>
  one !== undefined && (one.state === 'waiting' || one.state === 'running');

/** Where the chain of proof stands, and a proof of everything on demand. */
export function Chain() {
  const { t } = useWords();
  const words = useStateWords();
  const act = useAct();
  const query = useQuery({
    queryKey: ['chain'],
    queryFn: () => call<typeof contract.chainRoute>('GET /api/chain', {}),
    refetchInterval: ({ state }) => (isUnended(state.data?.verification) ? 1_000 : 15_000),
  });
  const ask = () => call<typeof contract.askVerificationRoute>('POST /api/verifications', {});
  return (
    <Loaded
      query={query}
      words={words}
      failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
    >
      {(status) => (
        <>
          <Facts status={status} />
          <div className="desk-acts">
            <Button
              type="primary"
              disabled={isUnended(status.verification)}
              onClick={() => void act(ask)}
            >
              {t('auditVerify')}
            </Button>
          </div>
          {status.verification === undefined ? null : <Found one={status.verification} />}
        </>
      )}
    </Loaded>
  );
}

function Facts({ status }: { readonly status: Status }) {
  const { t } = useWords();
  const { head, published, proved } = status;
  const items = [
    { key: 'blocks', label: t('auditBlocks'), children: countOf(status.blocks) },
    { key: 'events', label: t('auditEvents'), children: countOf(status.events) },
    { key: 'unsealed', label: t('auditUnsealed'), children: countOf(status.unsealed) },
    { key: 'lag', label: t('auditLag'), children: countOf(status.lagSeconds) },
    {
      key: 'published',
      label: t('auditPublished'),
      children:
        published === undefined
          ? t('auditNever')
          : t('auditPublishedAs', { day: published.day, block: countOf(published.blockNo) }),
    },
    {
      key: 'proved',
      label: t('auditVerified'),
      children: proved?.endedAt === undefined ? t('auditNever') : instantOf(proved.endedAt),
    },
    {
      key: 'head',
      label: t('auditHead'),
      children:
        head === undefined ? t('auditNever') : <code className="desk-hash">{head.hash}</code>,
    },
  ];
  return <Descriptions bordered size="small" column={{ xs: 1, md: 2 }} items={items} />;
}

function Found({ one }: { readonly one: Verification }) {
  const { t } = useWords();
  if (isUnended(one)) {
    const percent = one.steps === 0 ? 0 : Math.floor((one.stepsDone / one.steps) * 100);
    return (
      <div role="status">
        <p>{t('auditRunning')}</p>
        <Progress percent={percent} aria-label={t('auditRunning')} />
      </div>
    );
  }
  const columns: readonly Column<Invariant>[] = [
    { title: t('auditInvariant'), key: 'name', value: (row) => row.name },
    { title: t('auditLookedAt'), key: 'looked', value: (row) => row.lookedAt, isAmount: true },
    { title: t('auditBad'), key: 'bad', value: (row) => row.badCount, isAmount: true },
  ];
  const rows = { data: one.invariants, error: null, isPending: false, refetch: () => undefined };
  return (
    <>
      {one.state === 'proved' ? (
        <Alert type="success" showIcon title={t('auditProved')} />
      ) : (
        <Alert
          type="error"
          showIcon
          title={t(one.state === 'failed' ? 'auditFailed' : 'auditBroken')}
          description={one.firstBad}
        />
      )}
      <Listed
        name="invariants"
        query={rows}
        columns={columns}
        rowKey={(row) => row.name}
        empty={t('auditNothing')}
      />
    </>
  );
}
