import { useQuery } from '@tanstack/react-query';
import { Button, Tag } from 'antd';
import { Link, useSearchParams } from 'react-router';
import type * as api from '../../../../server/src/features/programme/programme.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { instantOf } from '../../ui/figures.ts';
import { Listed, type Column } from '../desk/listed.tsx';
import { useMay } from '../desk/may.ts';
import { allPages } from '../desk/pages.ts';
import { useWords } from '../words.ts';
import { programmeColours, programmeWords } from './words.ts';

type Row = ReplyOf<typeof api.listProgrammesRoute>['items'][number];

/** Every programme this person may see. */
export function ProgrammeList() {
  const { t } = useWords();
  const may = useMay();
  const [, setParams] = useSearchParams();
  const query = useQuery({
    queryKey: ['programmes-listed'],
    queryFn: () =>
      allPages((cursor) =>
        call<typeof api.listProgrammesRoute>('GET /api/programmes', {
          query: { limit: 100, ...(cursor === undefined ? {} : { cursor }) },
        }),
      ),
  });
  const columns: readonly Column<Row>[] = [
    {
      title: t('planName'),
      key: 'name',
      value: (one) => one.title,
      show: (one) => <Link to={`/p/${one.programmeId}/plan`}>{one.title}</Link>,
    },
    { title: t('planCode'), key: 'code', value: (one) => one.code },
    { title: t('planOrganiser'), key: 'organiser', value: (one) => one.organiserName },
    {
      title: t('planState'),
      key: 'state',
      value: (one) => t(programmeWords[one.state]),
      show: (one) => <Tag color={programmeColours[one.state]}>{t(programmeWords[one.state])}</Tag>,
    },
    { title: t('planCreated'), key: 'created', value: (one) => instantOf(one.createdAt) },
  ];
  return (
    <Listed
      name="programmes"
      query={query}
      columns={columns}
      rowKey={(one) => one.programmeId}
      empty={t('planNone')}
      tools={
        may('programme.create') ? (
          <Button type="primary" onClick={() => setParams({ edit: 'new' })}>
            {t('planNew')}
          </Button>
        ) : null
      }
    />
  );
}
