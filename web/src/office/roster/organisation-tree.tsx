import { useQueries, useQuery } from '@tanstack/react-query';
import { Button, Input, Table, type TableColumnType } from 'antd';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import type * as tree from '../../../../server/src/features/people/organisation-tree.contract.ts';
import { call } from '../../api/call.ts';
import type { Translate } from '../../i18n/language.tsx';
import { countOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { Failed } from '../desk/failed.tsx';
import { allPages } from '../desk/pages.ts';
import { useOpen } from '../desk/use-open.ts';
import { type Key, useStateWords, useWords } from '../words.ts';
import { OrganisationPanel } from './organisation-panel.tsx';
import { kindWords, levelWords, type Organisation } from './words.ts';

/** A row of the tree; its children are there once it was opened. */
type Branch = Organisation & { readonly children?: readonly Branch[] };

const browse = (query: { readonly search?: string; readonly parentId?: string }) => ({
  queryKey: ['organisations', query],
  queryFn: () =>
    allPages((cursor) =>
      call<typeof tree.browseOrganisationsRoute>('GET /api/organisations', {
        query: { ...query, limit: 100, ...(cursor === undefined ? {} : { cursor }) },
      }),
    ),
});

function useBranches(opened: readonly string[]) {
  const answers = useQueries({ queries: opened.map((parentId) => browse({ parentId })) });
  const below = new Map(opened.map((id, place) => [id, answers[place]?.data ?? []]));
  const grow = (one: Organisation): Branch => ({
    ...one,
    ...(one.childCount === 0 ? {} : { children: (below.get(one.organisationId) ?? []).map(grow) }),
  });
  return grow;
}

/** The organisations one may see, as a tree that opens step by step, or found by name. */
export function OrganisationTree() {
  const { t } = useWords();
  const words = useStateWords();
  const [organisationId, open] = useOpen('organisation');
  const [params, setParams] = useSearchParams();
  const search = params.get('find') ?? '';
  const [opened, setOpened] = useState<readonly string[]>([]);
  const tops = useQuery(browse(search === '' ? {} : { search }));
  const grow = useBranches(search === '' ? opened : []);
  const columns = treeColumns({ t, isSearch: search !== '', open });
  const find = (text: string) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (text === '') next.delete('find');
      else next.set('find', text);
      return next;
    });
  return (
    <>
      <div className="desk-tools">
        <Input.Search
          allowClear
          className="desk-search"
          placeholder={t('orgSearch')}
          aria-label={t('orgSearch')}
          defaultValue={search}
          onSearch={(text) => find(text.trim())}
        />
        {search === '' ? null : (
          <span className="desk-count">
            {t('deskRows', { count: countOf(tops.data?.length ?? 0) })}
          </span>
        )}
      </div>
      <Loaded
        query={tops}
        words={words}
        failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
      >
        {(found) => (
          <Table<Branch>
            size="middle"
            scroll={{ x: 'max-content' }}
            columns={columns}
            dataSource={found.map((one) => (search === '' ? grow(one) : one))}
            rowKey={(one) => one.organisationId}
            pagination={false}
            locale={{
              emptyText: search === '' ? t('orgNone') : t('orgNoneFound', { text: search }),
            }}
            expandable={{
              expandedRowKeys: [...opened],
              onExpand: (isOpen, one) =>
                setOpened((before) =>
                  isOpen
                    ? [...before, one.organisationId]
                    : before.filter((id) => id !== one.organisationId),
                ),
            }}
          />
        )}
      </Loaded>
      {organisationId === null ? null : (
        <OrganisationPanel organisationId={organisationId} onClosed={() => open(undefined)} />
      )}
    </>
  );
}

function treeColumns(of: {
  readonly t: Translate<Key>;
  readonly isSearch: boolean;
  readonly open: (organisationId: string) => void;
}): TableColumnType<Branch>[] {
  const { t, isSearch, open } = of;
  const above: TableColumnType<Branch> = {
    title: t('orgAbove'),
    key: 'above',
    render: (_, one) => <span className="desk-wrap">{one.above.join('、')}</span>,
  };
  return [
    {
      title: t('orgName'),
      key: 'name',
      render: (_, one) => (
        <Button type="link" className="desk-link" onClick={() => open(one.organisationId)}>
          {one.name}
        </Button>
      ),
    },
    ...(isSearch ? [above] : []),
    { title: t('orgKind'), key: 'kind', render: (_, one) => t(kindWords[one.kind]) },
    {
      title: t('orgLevel'),
      key: 'level',
      render: (_, one) => (one.level === undefined ? '—' : t(levelWords[one.level])),
    },
    {
      title: t('orgBelow'),
      key: 'below',
      align: 'right',
      render: (_, one) => countOf(one.childCount),
    },
    {
      title: t('orgMembers'),
      key: 'members',
      align: 'right',
      render: (_, { members, membersAsOf: day = '' }) =>
        members === undefined ? '—' : t('orgMembersAt', { count: countOf(members), day }),
    },
  ];
}
