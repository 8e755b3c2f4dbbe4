import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import type * as api from '../../../../server/src/features/programme/programme.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { useAct } from '../desk/act.tsx';
import { useWords } from '../words.ts';
import type { Base } from './draft.tsx';
import { type Organisation, PartyChoice } from './party-choice.tsx';
import type { Edit } from './plan-page.tsx';
import type { Check, Checked } from './use-check.ts';

/** What was submitted. */
export type Made = ReplyOf<typeof api.prepareVersionRoute>;
type Choices = Readonly<Record<string, readonly Organisation[]>>;
type File = NonNullable<Checked['file']>;

type Props = {
  readonly base: Base;
  readonly edit: Edit;
  readonly programmeId: string;
  readonly text: string;
  readonly check: Check;
  readonly onSubmitted: (made: Made) => Promise<void>;
};

function choicesOf({ parties }: Base): Choices {
  const grouped = Object.groupBy(parties, (one) => one.party);
  return Object.fromEntries(
    Object.entries(grouped).map(([party, list = []]) => [
      party,
      list.map(({ organisationId, organisationName: name }) => ({ organisationId, name })),
    ]),
  );
}

/** Who plays the parties of the plan, and the way to the second person. */
export function Submission({ base, edit, programmeId, text, check, onSubmitted }: Props) {
  const { t } = useWords();
  const act = useAct();
  const [choices, setChoices] = useState(() => choicesOf(base));
  const [organiser, setOrganiser] = useState(base.organiser);
  const [code, setCode] = useState('');
  const [amendments, setAmendments] = useState(0);
  const { checked, isChecking } = check;
  const file = checked?.file;
  if (file === undefined) return null;
  const parties = file.parties.flatMap(({ party }) =>
    (choices[party] ?? []).map(({ organisationId }) => ({ party, organisationId })),
  );
  const inForce = Math.min(amendments, file.amendments.length);
  const draft = { planText: text, parties, amendments: inForce };
  const params = { programmeId };
  const send = async (): Promise<Made> => {
    if (edit === 'new') {
      const organiserId = organiser?.organisationId ?? '';
      const body = { ...draft, organiserId, ...(code.trim() === '' ? {} : { code: code.trim() }) };
      return call<typeof api.createProgrammeRoute>('POST /api/programmes', { body });
    }
    const sent = { params, body: draft };
    return edit === 'version'
      ? call<typeof api.prepareVersionRoute>('POST /api/programmes/{programmeId}/versions', sent)
      : call<typeof api.prepareExtensionRoute>(
          'POST /api/programmes/{programmeId}/extensions',
          sent,
        );
  };
  const submit = async () => {
    const made: Made[] = [];
    await act(async () => made.push(await send()), t('planWaiting'));
    const [first] = made;
    if (first !== undefined) await onSubmitted(first);
  };
  const isReady = !isChecking && (edit !== 'new' || organiser !== undefined);
  return (
    <section className="plan-submission">
      {edit === 'new' ? (
        <div className="plan-fields">
          <span>{t('planOrganiserWhy')}</span>
          <PartyChoice
            isSingle
            label={t('planOrganiserWhy')}
            value={organiser === undefined ? [] : [organiser]}
            onChange={([chosen]) => setOrganiser(chosen)}
          />
          <span>{t('planCodeWhy')}</span>
          <Input
            aria-label={t('planCodeWhy')}
            placeholder={file.id}
            value={code}
            maxLength={60}
            onChange={(event) => setCode(event.target.value)}
          />
        </div>
      ) : null}
      <Parties file={file} choices={choices} onChoices={setChoices} />
      <Amendments file={file} value={inForce} onChange={setAmendments} />
      <Button type="primary" size="large" disabled={!isReady} onClick={() => void submit()}>
        {t('planSubmit')}
      </Button>
    </section>
  );
}

type PartiesProps = {
  readonly file: File;
  readonly choices: Choices;
  readonly onChoices: (choices: Choices) => void;
};

function Parties({ file, choices, onChoices }: PartiesProps) {
  const { t } = useWords();
  return (
    <>
      <h3>{t('planParties')}</h3>
      <p className="desk-quiet">{t('planPartiesWhy')}</p>
      <div className="plan-fields">
        {file.parties.map(({ party, name }) => [
          <span key={`${party} name`}>
            {name} <code translate="no">{party}</code>
          </span>,
          <PartyChoice
            key={party}
            label={name}
            value={choices[party] ?? []}
            onChange={(chosen) => onChoices({ ...choices, [party]: chosen })}
          />,
        ])}
      </div>
    </>
  );
}

type AmendmentsProps = {
  readonly file: File;
  readonly value: number;
  readonly onChange: (count: number) => void;
};

function Amendments({ file: { amendments }, value, onChange }: AmendmentsProps) {
  const { t } = useWords();
  if (amendments.length === 0) return null;
  const options = [
    { value: 0, label: t('planAmendmentNone') },
    ...amendments.map((document, index) => ({
      value: index + 1,
      label: t('planAmendmentUpTo', { document }),
    })),
  ];
  return (
    <>
      <h3>{t('planAmendments')}</h3>
      <Select
        aria-label={t('planAmendments')}
        className="plan-party-choice"
        value={value}
        options={options}
        onChange={onChange}
      />
    </>
  );
}
