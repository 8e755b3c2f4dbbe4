import { useQuery } from '@tanstack/react-query';
import { Button, Tag } from 'antd';
import type * as contract from '../../../../server/src/features/roster/roster.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { yuanOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { useAct } from '../desk/act.tsx';
import { Failed } from '../desk/failed.tsx';
import { useStateWords, useWords } from '../words.ts';
import type { Roster } from './words.ts';

type Question = ReplyOf<typeof contract.listDuplicatesRoute>['items'][number];
type Person = NonNullable<Question['person']>;

const reasonWords = {
  same_phone_other_name: 'rosterSamePhone',
  same_identity_other_name: 'rosterSameIdentity',
} as const;

/** Rows that may be somebody already listed: one person or two, each to be decided. */
export function Questions({ roster }: { readonly roster: Roster }) {
  const { t } = useWords();
  const words = useStateWords();
  const { rosterId } = roster;
  const query = useQuery({
    queryKey: ['roster-questions', rosterId],
    // Looking is on record: once is enough while nothing changes.
    refetchOnWindowFocus: false,
    queryFn: async () =>
      (
        await call<typeof contract.listDuplicatesRoute>('GET /api/rosters/{rosterId}/duplicates', {
          params: { rosterId },
        })
      ).items,
  });
  return (
    <Loaded
      query={query}
      words={words}
      failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
    >
      {(questions) =>
        questions.length === 0 ? (
          <p className="desk-quiet">{t('rosterNoQuestions')}</p>
        ) : (
          <>
            <p className="desk-quiet">{t('rosterQuestionsWhy')}</p>
            <ul className="desk-questions">
              {questions.map((one) => (
                <li key={one.duplicateTaskId}>
                  <OneQuestion question={one} roster={roster} />
                </li>
              ))}
            </ul>
          </>
        )
      }
    </Loaded>
  );
}

function OneQuestion(props: { readonly question: Question; readonly roster: Roster }) {
  const { question, roster } = props;
  const { t } = useWords();
  const { row, reason, person, other } = question;
  return (
    <>
      <strong>{t(reasonWords[reason])}</strong>
      <div className="desk-twins">
        <Twin title={t('rosterAskedRow', { row })} person={person} />
        {other === undefined ? (
          <p className="desk-quiet">{t('rosterOtherGone')}</p>
        ) : (
          <Twin
            title={
              other.rosterId === roster.rosterId
                ? t('rosterAskedRow', { row: other.row })
                : t('rosterOtherRow', { file: other.fileName, row: other.row })
            }
            person={other.person}
          />
        )}
      </div>
      <Answer question={question} roster={roster} />
    </>
  );
}

function Twin(props: { readonly title: string; readonly person: Person | undefined }) {
  const { title, person } = props;
  return (
    <dl>
      <dt>{title}</dt>
      <dd className="desk-twin-name">{person?.name ?? '—'}</dd>
      {person?.phone === undefined ? null : <dd>{person.phone}</dd>}
      {person?.idNumber === undefined ? null : <dd>{person.idNumber}</dd>}
    </dl>
  );
}

function Answer(props: { readonly question: Question; readonly roster: Roster }) {
  const { question, roster } = props;
  const { t } = useWords();
  const act = useAct();
  const { duplicateTaskId, state, reason, amountFen } = question;
  if (state !== 'open') {
    return <Tag>{t(state === 'same_person' ? 'rosterDecidedSame' : 'rosterDecidedTwo')}</Tag>;
  }
  if (roster.state !== 'imported') return null;
  const decide = (decision: 'same_person' | 'two_persons') => () =>
    void act(() =>
      call<typeof contract.decideDuplicateRoute>(
        'POST /api/rosters/{rosterId}/duplicates/{duplicateTaskId}',
        { params: { rosterId: roster.rosterId, duplicateTaskId }, body: { decision } },
      ),
    );
  const mayBeTwo = reason !== 'same_identity_other_name';
  return (
    <>
      <div className="desk-pair">
        <Button onClick={decide('same_person')}>{t('rosterSamePerson')}</Button>
        {mayBeTwo ? <Button onClick={decide('two_persons')}>{t('rosterTwoPersons')}</Button> : null}
      </div>
      <p className="desk-quiet">
        {t('rosterSameMeans')}；
        {mayBeTwo ? t('rosterTwoMeans', { amount: yuanOf(amountFen) }) : t('rosterOneIdentity')}
      </p>
    </>
  );
}
