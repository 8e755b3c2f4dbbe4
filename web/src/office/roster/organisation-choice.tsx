import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useDeferredValue, useState } from 'react';
import type * as contract from '../../../../server/src/features/people/organisation.contract.ts';
import type * as tree from '../../../../server/src/features/people/organisation-tree.contract.ts';
import { call } from '../../api/call.ts';
import { useWords } from '../words.ts';

type Props = {
  readonly value?: string;
  readonly onChange?: (organisationId: string) => void;
  readonly id?: string;
};

/** Chooses an organisation by a part of its name; those above it tell twins apart. */
export function OrganisationChoice({ value, onChange, id }: Props) {
  const { t } = useWords();
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed.trim());
  const chosen = useQuery({
    queryKey: ['organisation', value],
    enabled: value !== undefined,
    queryFn: () =>
      call<typeof contract.getOrganisationRoute>('GET /api/organisations/{organisationId}', {
        params: { organisationId: value ?? '' },
      }),
  });
  const found = useQuery({
    queryKey: ['organisations-found', search],
    queryFn: async () =>
      (
        await call<typeof tree.browseOrganisationsRoute>('GET /api/organisations', {
          query: { limit: 20, ...(search === '' ? {} : { search }) },
        })
      ).items,
  });
  const known = [...(chosen.data === undefined ? [] : [chosen.data]), ...(found.data ?? [])];
  const byId = new Map(known.map((one) => [one.organisationId, one]));
  const options = [...byId.values()]
    .filter((one) => search === '' || one.name.includes(search))
    .map((one) => ({
      value: one.organisationId,
      label: one.above.length === 0 ? one.name : `${one.name}（${one.above.join('、')}）`,
    }));
  return (
    <Select
      {...(id === undefined ? {} : { id })}
      {...(value === undefined ? {} : { value })}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      options={options}
      placeholder={t('orgSearch')}
      notFoundContent={t('orgNoneFound', { text: search })}
      onChange={(next: string) => onChange?.(next)}
    />
  );
}
