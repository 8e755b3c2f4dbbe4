import { Table } from 'antd';
import { useWords } from '../words.ts';
import type { Changes } from './words.ts';

/** As many as the server tells of one version. */
const toldMax = 300;

/** What a version changes against the one approved before it. */
export function ChangeList({ changes: { before, changes } }: { readonly changes: Changes }) {
  const { t } = useWords();
  if (before === undefined) return <p className="desk-quiet">{t('planChangesFirst')}</p>;
  if (changes.length === 0) {
    return <p className="desk-quiet">{t('planChangesNone', { number: before.number })}</p>;
  }
  return (
    <>
      {changes.length < toldMax ? null : (
        <p className="desk-quiet">{t('planChangesMany', { count: toldMax })}</p>
      )}
      <Table
        size="small"
        className="plan-changes"
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        rowKey={(one) => `${one.pointer} ${one.before ?? ''}`}
        dataSource={[...changes]}
        columns={[
          { title: t('planPlace'), dataIndex: 'place' },
          {
            title: t('planBefore'),
            render: (_, one) =>
              one.before === undefined ? (
                <span className="desk-quiet">{t('planAdded')}</span>
              ) : (
                <del>{one.before}</del>
              ),
          },
          {
            title: t('planAfter'),
            render: (_, one) =>
              one.after === undefined ? (
                <span className="desk-quiet">{t('planRemoved')}</span>
              ) : (
                <ins>{one.after}</ins>
              ),
          },
        ]}
      />
    </>
  );
}
