import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type * as merchants from '../../../../server/src/features/merchant/merchant.contract.ts';
import type * as owner from '../../../../server/src/features/merchant/owner.contract.ts';
import { call } from '../../api/call.ts';
import { Loaded } from '../../ui/states.tsx';
import { Failed } from '../failed.tsx';
import { type Key, useStateWords, useWords } from '../words.ts';
import { OwnerForm } from './form.tsx';
import { type Paper, PaperUpload } from './paper-upload.tsx';

const conditionKeys: Readonly<Record<string, Key>> = {
  registered_in_region: 'conditionRegion',
  above_quota: 'conditionQuota',
  not_on_dishonesty_list: 'conditionHonest',
  acceptance_mark: 'conditionMark',
  physical_shop: 'conditionShop',
  listed_dealer: 'conditionDealer',
};

const kinds = [
  ['business_licence', 'paperLicence'],
  ['permit', 'paperPermit'],
  ['shop_front', 'paperFront'],
] as const;

type Props = { readonly merchantId: string; readonly done: () => void };

/** Programme, category and papers of a new application. */
export function ApplyForm({ merchantId, done }: Props) {
  const { t } = useWords();
  const words = useStateWords();
  const [programmeId, setProgramme] = useState<string>();
  const [papers, setPapers] = useState<readonly Paper[]>([]);
  const query = useQuery({
    queryKey: ['open-programmes'],
    queryFn: () => call<typeof owner.openProgrammesRoute>('GET /api/owner/programmes', {}),
  });
  const hasLicence = papers.some((one) => one.kind === 'business_licence');
  return (
    <Loaded
      query={query}
      words={words}
      failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
    >
      {({ items }) => {
        const programme = items.find((one) => one.programmeId === programmeId) ?? items[0];
        if (programme === undefined) return <p className="till-empty">{t('applyNone')}</p>;
        return (
          <OwnerForm
            submitText={hasLicence ? t('applyDo') : t('applyNeedsLicence')}
            isBlocked={!hasLicence}
            onSubmit={async (value) => {
              const params = { programmeId: programme.programmeId };
              const body = { merchantId, category: value('category'), papers: [...papers] };
              const name = 'POST /api/programmes/{programmeId}/merchants';
              await call<typeof merchants.applyRoute>(name, { params, body });
              done();
            }}
          >
            <h2>{t('applyNew')}</h2>
            <Select
              label={t('applyProgramme')}
              name="programme"
              options={items.map((one) => [one.programmeId, one.title] as const)}
              onChange={setProgramme}
            />
            <Select
              key={programme.programmeId}
              label={t('applyCategory')}
              name="category"
              options={programme.categories.map((one) => [one.id, one.name] as const)}
            />
            <Conditions conditions={programme.conditions} />
            <Papers merchantId={merchantId} papers={papers} onChange={setPapers} />
          </OwnerForm>
        );
      }}
    </Loaded>
  );
}

function Conditions({ conditions }: { readonly conditions: readonly string[] }) {
  const { t } = useWords();
  return (
    <div>
      <strong>{t('applyConditions')}</strong>
      <ul className="owner-conditions">
        {conditions.map((one) => {
          const key = conditionKeys[one];
          return <li key={one}>{key === undefined ? one : t(key)}</li>;
        })}
      </ul>
    </div>
  );
}

type PapersProps = {
  readonly merchantId: string;
  readonly papers: readonly Paper[];
  readonly onChange: (papers: readonly Paper[]) => void;
};

function Papers({ merchantId, papers, onChange }: PapersProps) {
  const { t } = useWords();
  return (
    <div className="owner-papers">
      <strong>{t('applyPapers')}</strong>
      <p className="till-quiet">{t('applyPapersWhy')}</p>
      {kinds.map(([kind, key]) => (
        <PaperUpload
          key={kind}
          merchantId={merchantId}
          kind={kind}
          name={t(key)}
          onUploaded={(paper) => onChange([...papers.filter((one) => one.kind !== kind), paper])}
        />
      ))}
    </div>
  );
}

type SelectProps = {
  readonly label: string;
  readonly name: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange?: (value: string) => void;
};

function Select({ label, name, options, onChange }: SelectProps) {
  return (
    <label>
      <span>{label}</span>
      <select name={name} required onChange={(event) => onChange?.(event.target.value)}>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
