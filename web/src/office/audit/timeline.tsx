import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Input, Select, Table } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type { listEventsRoute } from '../../../../server/src/features/audit/events.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { endOf, instantOf, yuanOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { Failed } from '../desk/failed.tsx';
import { useStateWords, useWords } from '../words.ts';
import { actText, thingText } from './acts/acts.ts';

type Event = ReplyOf<typeof listEventsRoute>['items'][number];
type Props = { readonly programmeId: string; readonly isAboutPersons: boolean };

const kinds = [
  'programme',
  'settlement_run',
  'merchant',
  'redemption',
  'round',
  'roster',
  'fund',
  'payout',
  'staff',
  'person',
] as const;

/** Acts in the order they happened, newest first: of the programme or of one object. */
export function Timeline({ programmeId, isAboutPersons }: Props) {
  const { t } = useWords();
  const words = useStateWords();
  const [params] = useSearchParams();
  const subjectKind = params.get('kind') ?? '';
  const subjectId = params.get('id') ?? '';
  const hasSubject = subjectKind !== '' && subjectId !== '' && !isAboutPersons;
  const query = useInfiniteQuery({
    queryKey: ['events', programmeId, isAboutPersons, subjectKind, subjectId],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      call<typeof listEventsRoute>('GET /api/events', {
        query: {
          ...(isAboutPersons ? { about: 'personal_data' as const } : { programmeId }),
          ...(hasSubject ? { subjectKind, subjectId } : {}),
          ...(pageParam === undefined ? {} : { cursor: pageParam }),
        },
      }),
    getNextPageParam: (page) => page.next,
  });
  return (
    <>
      {isAboutPersons ? null : <SubjectForm />}
      <Loaded
        query={query}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {({ pages }) => (
          <>
            <Rows events={pages.flatMap((page) => page.items)} />
            {query.hasNextPage ? (
              <Button onClick={() => void query.fetchNextPage()}>{t('auditMore')}</Button>
            ) : null}
          </>
        )}
      </Loaded>
    </>
  );
}

function SubjectForm() {
  const { t } = useWords();
  const [params, setParams] = useSearchParams();
  const [kind, setKind] = useState(params.get('kind') ?? 'settlement_run');
  const keep = (id: string) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      next.set('kind', kind);
      next.set('id', id);
      if (id === '') {
        next.delete('id');
        next.delete('kind');
      }
      return next;
    });
  return (
    <div className="desk-tools">
      <Select
        aria-label={t('auditKind')}
        className="desk-select"
        value={kind}
        onChange={setKind}
        options={kinds.map((one) => ({ value: one, label: thingText(one, t) }))}
      />
      <Input.Search
        allowClear
        className="desk-search"
        aria-label={t('auditSubject')}
        placeholder={t('auditSubject')}
        enterButton={t('auditShow')}
        defaultValue={params.get('id') ?? ''}
        onSearch={(value) => keep(value.trim())}
      />
    </div>
  );
}

function who(event: Event, t: ReturnType<typeof useWords>['t']): string {
  if (event.actorKind === 'staff') {
    const name = event.actorName ?? event.actorId.slice(0, 8);
    return event.organisation === undefined ? name : `${name} · ${event.organisation}`;
  }
  if (event.actorKind === 'system') return t('auditSystem');
  return t(event.actorKind === 'resident' ? 'auditResident' : 'auditTill');
}

type Say = ReturnType<typeof useWords>['t'];

/** What the body of an act tells people; hashes and ids stay with the machine. */
const facts = {
  reason: (value: unknown, t: Say) => t('auditFactReason', { value: String(value) }),
  number: (value: unknown, t: Say) => t('auditFactNumber', { value: String(value) }),
  amountFen: (value: unknown, t: Say) => t('auditFactAmount', { value: yuanOf(Number(value)) }),
  voucherCount: (value: unknown, t: Say) => t('auditFactVouchers', { value: Number(value) }),
  lineCount: (value: unknown, t: Say) => t('auditFactLines', { value: Number(value) }),
  payouts: (value: unknown, t: Say) => t('auditFactPayouts', { value: Number(value) }),
  cutOff: (value: unknown, t: Say) => t('auditFactUntil', { value: endOf(String(value)) }),
  evidence: (value: unknown, t: Say) => t('auditFactReason', { value: String(value) }),
} as const;

function factsOf(body: Event['body'], t: Say): string {
  return Object.entries(facts)
    .flatMap(([key, tell]) => {
      const value = body[key];
      return value === undefined || value === null ? [] : [tell(value, t)];
    })
    .join(' · ');
}

function Rows({ events }: { readonly events: readonly Event[] }) {
  const { t } = useWords();
  return (
    <Table<Event>
      size="middle"
      scroll={{ x: 'max-content' }}
      rowKey="eventId"
      pagination={false}
      dataSource={[...events]}
      locale={{ emptyText: t('auditNothing') }}
      columns={[
        { title: t('auditAt'), render: (_, event) => instantOf(event.at) },
        {
          title: t('auditAct'),
          render: (_, event) => <strong data-kind={event.kind}>{actText(event.kind, t)}</strong>,
        },
        { title: t('auditWho'), render: (_, event) => who(event, t) },
        {
          title: t('auditAbout'),
          render: (_, event) => (
            <span title={event.subjectId}>
              {`${thingText(event.subjectKind, t)} ${event.subjectId.slice(0, 13)}`}
            </span>
          ),
        },
        {
          title: t('auditMoved'),
          align: 'right',
          render: (_, event) => (event.movedFen === 0 ? '' : yuanOf(event.movedFen)),
        },
        {
          title: t('auditFacts'),
          render: (_, event) => (
            <span className="desk-wrap desk-quiet">
              {event.items > 0 ? `${t('auditItems', { count: event.items })} ` : ''}
              {factsOf(event.body, t)}
            </span>
          ),
        },
      ]}
    />
  );
}
