import { Button, Input, Table, type TableColumnType } from 'antd';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { countOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { useStateWords, useWords } from '../words.ts';
import { Failed } from './failed.tsx';

/** A column: what it shows, and the text or number it sorts, searches and exports by. */
export type Column<Row> = {
  readonly title: string;
  readonly key: string;
  readonly value: (row: Row) => string | number;
  readonly show?: (row: Row) => ReactNode;
  readonly isAmount?: boolean;
};

type Query<Row> = {
  readonly data: readonly Row[] | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly refetch: () => unknown;
};

type Props<Row> = {
  /** The name under which sort, page and search stand in the address. */
  readonly name: string;
  readonly query: Query<Row>;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly tools?: ReactNode;
  readonly empty: string;
};

const csvField = (value: string | number) => {
  const text = String(value);
  const plain = typeof value === 'string' && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
};

function saveCsv<Row>(name: string, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  const told = columns.filter((column) => column.title !== '');
  const lines = [
    told.map((column) => csvField(column.title)),
    ...rows.map((row) => told.map((column) => csvField(column.value(row)))),
  ];
  const text = `\uFEFF${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  link.download = `${name}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

const compare = (a: string | number, b: string | number) =>
  typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'zh');

function useKept(name: string) {
  const [params, setParams] = useSearchParams();
  const keep = (values: Readonly<Record<string, string>>) => {
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [key, value] of Object.entries(values)) {
          if (value === '') next.delete(`${name}-${key}`);
          else next.set(`${name}-${key}`, value);
        }
        return next;
      },
      { replace: true },
    );
  };
  return { keep, kept: (key: string) => params.get(`${name}-${key}`) ?? '' };
}

function shownColumns<Row>(
  columns: readonly Column<Row>[],
  { sortKey, order }: { readonly sortKey: string; readonly order: string },
): TableColumnType<Row>[] {
  return columns.map((column) => ({
    title: column.title,
    key: column.key,
    align: column.isAmount === true ? 'right' : 'left',
    render: (_, row) => column.show?.(row) ?? column.value(row),
    ...(column.title === ''
      ? {}
      : {
          sorter: (a: Row, b: Row) => compare(column.value(a), column.value(b)),
          sortOrder: sortKey === column.key ? (order === 'desc' ? 'descend' : 'ascend') : null,
        }),
  }));
}

/** A table that keeps search, sort and page in the address and exports what it shows. */
export function Listed<Row extends object>(props: Props<Row>) {
  const { name, query, columns, rowKey, tools, empty } = props;
  const { t } = useWords();
  const words = useStateWords();
  const { keep, kept } = useKept(name);
  const search = kept('search');
  const [sortKey = '', order = ''] = kept('sort').split('.');
  const shown = shownColumns(columns, { sortKey, order });

  return (
    <Loaded
      query={query}
      words={words}
      failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
    >
      {(all) => {
        const rows = all.filter((row) =>
          columns.some((column) => String(column.value(row)).includes(search)),
        );
        return (
          <>
            <div className="desk-tools">
              <Input.Search
                allowClear
                className="desk-search"
                placeholder={t('deskSearch')}
                aria-label={t('deskSearch')}
                defaultValue={search}
                onSearch={(value) => keep({ search: value.trim(), page: '' })}
              />
              {tools}
              <span className="desk-count">{t('deskRows', { count: countOf(rows.length) })}</span>
              <Button onClick={() => saveCsv(name, columns, rows)}>{t('deskExport')}</Button>
            </div>
            <Table<Row>
              size="middle"
              scroll={{ x: 'max-content' }}
              columns={shown}
              dataSource={rows}
              rowKey={rowKey}
              locale={{ emptyText: empty }}
              pagination={{
                current: Number(kept('page') || 1),
                pageSize: Number(kept('size') || 20),
                hideOnSinglePage: rows.length <= 20,
                showSizeChanger: true,
              }}
              onChange={(pages, _, sorter) => {
                const one = Array.isArray(sorter) ? sorter[0] : sorter;
                const key = String(one?.columnKey ?? '');
                const isSorted = one?.order !== null && one?.order !== undefined && key !== '';
                keep({
                  page: String(pages.current ?? 1),
                  size: String(pages.pageSize ?? 20),
                  sort: isSorted ? `${key}.${one.order === 'descend' ? 'desc' : 'asc'}` : '',
                });
              }}
            />
          </>
        );
      }}
    </Loaded>
  );
}
