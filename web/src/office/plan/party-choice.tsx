import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import type * as tree from '../../../../server/src/features/people/organisation-tree.contract.ts';
import { call } from '../../api/call.ts';
import { useWords } from '../words.ts';

/** An organisation with the name by which people know it. */
export type Organisation = { readonly organisationId: string; readonly name: string };

type Props = {
  readonly label: string;
  readonly value: readonly Organisation[];
  readonly onChange: (chosen: readonly Organisation[]) => void;
  readonly isSingle?: boolean;
};

/** Chooses the organisations that play a party, by a part of their name. */
export function PartyChoice({ label, value, onChange, isSingle }: Props) {
  const { t } = useWords();
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed.trim());
  const found = useQuery({
    queryKey: ['organisations-found', search],
    enabled: search !== '',
    queryFn: async () =>
      (
        await call<typeof tree.browseOrganisationsRoute>('GET /api/organisations', {
          query: { limit: 20, search },
        })
      ).items,
  });
  const known = new Map(value.map((one) => [one.organisationId, one.name]));
  const offered = (found.data ?? []).filter((one) => !known.has(one.organisationId));
  const options = [
    ...value.map((one) => ({ value: one.organisationId, label: one.name })),
    ...offered.map((one) => ({
      value: one.organisationId,
      label: one.above.length === 0 ? one.name : `${one.name}（${one.above.join('、')}）`,
    })),
  ];
  const names = new Map([
    ...offered.map((one) => [one.organisationId, one.name] as const),
    ...known,
  ]);
  return (
    <Select
      mode="multiple"
      aria-label={label}
      className="plan-party-choice"
      maxTagCount={20}
      {...(isSingle === true ? { maxCount: 2 } : {})}
      value={value.map((one) => one.organisationId)}
      options={options}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      placeholder={t('planSearchOrganisation')}
      notFoundContent={search === '' ? t('planSearchOrganisation') : t('planNoOrganisation')}
      onChange={(ids: string[]) => {
        const chosen = isSingle === true ? ids.slice(-1) : ids;
        setTyped('');
        onChange(chosen.map((id) => ({ organisationId: id, name: names.get(id) ?? id })));
      }}
    />
  );
}
