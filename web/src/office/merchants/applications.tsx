import { useQuery } from '@tanstack/react-query';
import { Button, Select, Tag } from 'antd';
import { useSearchParams } from 'react-router';
import type * as contract from '../../../../server/src/features/merchant/merchant.contract.ts';
import { call } from '../../api/call.ts';
import type { Translate } from '../../i18n/language.tsx';
import { instantOf } from '../../ui/figures.ts';
import { useSession } from '../../ui/session.ts';
import { Listed, type Column } from '../desk/listed.tsx';
import { allPages } from '../desk/pages.ts';
import { type Key, useWords } from '../words.ts';
import { ReviewPanel } from './review-panel.tsx';
import { admissionWords, type Application } from './words.ts';

/** The merchants that applied: each is reviewed by the department of its category. */
export function Applications({ programmeId }: { readonly programmeId: string }) {
  const { t } = useWords();
  const [params, setParams] = useSearchParams();
  const categories = useCategories(programmeId);
  const seesAll = useSeesAll();
  const category = params.get('category') ?? (seesAll ? '' : (categories.data?.[0]?.id ?? ''));
  const query = useQuery({
    queryKey: ['applications', programmeId, category],
    enabled: seesAll || category !== '' || categories.isError,
    queryFn: () =>
      allPages((cursor) =>
        call<typeof contract.listApplicationsRoute>('GET /api/programmes/{programmeId}/merchants', {
          params: { programmeId },
          query: {
            limit: 100,
            ...(category === '' ? {} : { category }),
            ...(cursor === undefined ? {} : { cursor }),
          },
        }),
      ),
  });
  const keep = (key: string, value: string) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (value === '') next.delete(key);
      else next.set(key, value);
      return next;
    });
  const columns = applicationColumns(t, (merchantId) => keep('merchant', merchantId));
  const chosen = query.data?.find((one) => one.merchantId === params.get('merchant'));
  return (
    <>
      <Listed
        key={category}
        name="merchants"
        query={query}
        columns={columns}
        rowKey={(one) => one.merchantId}
        empty={t('merchantNone')}
        tools={
          <Select
            className="desk-select"
            aria-label={t('merchantCategory')}
            value={category}
            onChange={(value) => keep('category', value)}
            options={[
              ...(seesAll ? [{ value: '', label: t('merchantAllCategories') }] : []),
              ...(categories.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        }
      />
      {chosen === undefined ? null : (
        <ReviewPanel
          programmeId={programmeId}
          application={chosen}
          onClosed={() => keep('merchant', '')}
        />
      )}
    </>
  );
}

/** The categories of the plan that one may look into. */
function useCategories(programmeId: string) {
  return useQuery({
    queryKey: ['merchant-categories', programmeId],
    queryFn: async () =>
      (
        await call<typeof contract.listCategoriesRoute>(
          'GET /api/programmes/{programmeId}/merchant-categories',
          { params: { programmeId } },
        )
      ).items,
  });
}

/** Whether one looks into merchants of all categories; a reviewer of an industry only into his. */
function useSeesAll(): boolean {
  const { data } = useSession();
  return (data?.grants ?? []).some(
    ({ role, scopeKind }) => role !== 'IND' || scopeKind !== 'industry',
  );
}

function applicationColumns(
  t: Translate<Key>,
  open: (merchantId: string) => void,
): readonly Column<Application>[] {
  return [
    { title: t('merchantName'), key: 'name', value: (one) => one.name },
    { title: t('merchantCode'), key: 'code', value: (one) => one.uscc },
    { title: t('merchantCategory'), key: 'category', value: (one) => one.categoryName },
    {
      title: t('merchantState'),
      key: 'state',
      value: (one) => t(admissionWords[one.state]),
      show: (one) => (
        <Tag color={one.state === 'applied' ? 'gold' : 'default'}>
          {t(admissionWords[one.state])}
        </Tag>
      ),
    },
    { title: t('merchantApplied'), key: 'at', value: (one) => instantOf(one.appliedAt) },
    {
      title: '',
      key: 'open',
      value: () => '',
      show: (one) => (
        <Button type="link" onClick={() => open(one.merchantId)}>
          {t('merchantOpen')}
        </Button>
      ),
    },
  ];
}
