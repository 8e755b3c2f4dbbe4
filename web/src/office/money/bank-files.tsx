import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import type * as contract from '../../../../server/src/features/fund/funding.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { instantOf, yuanOf } from '../../ui/figures.ts';
import { Listed, type Column } from '../desk/listed.tsx';
import { useWords } from '../words.ts';

type BankFile = ReplyOf<typeof contract.listBankFilesRoute>['items'][number];
type Props = { readonly programmeId: string; readonly onChosen: (bankFileId: string) => void };

/** The statements that were taken in, each with its opening and closing balance. */
export function BankFiles({ programmeId, onChosen }: Props) {
  const { t } = useWords();
  const query = useQuery({
    queryKey: ['bank-files', programmeId],
    queryFn: async () =>
      (
        await call<typeof contract.listBankFilesRoute>(
          'GET /api/programmes/{programmeId}/bank-files',
          { params: { programmeId } },
        )
      ).items,
  });
  const balance = (fen: number | undefined) => (fen === undefined ? '' : yuanOf(fen));
  const columns: readonly Column<BankFile>[] = [
    { title: t('moneyFileName'), key: 'name', value: (one) => one.fileName },
    { title: t('moneyAccountNumber'), key: 'account', value: (one) => one.accountNumber },
    { title: t('moneyFileLines'), key: 'lines', value: (one) => one.lines, isAmount: true },
    { title: t('moneyFileFresh'), key: 'fresh', value: (one) => one.newLines, isAmount: true },
    {
      title: t('moneyFileOpening'),
      key: 'opening',
      value: (one) => balance(one.openingFen),
      isAmount: true,
    },
    {
      title: t('moneyFileClosing'),
      key: 'closing',
      value: (one) => balance(one.closingFen),
      isAmount: true,
    },
    { title: t('moneyFileAt'), key: 'at', value: (one) => instantOf(one.uploadedAt) },
    {
      title: '',
      key: 'open',
      value: () => '',
      show: (one) => (
        <Button type="link" onClick={() => onChosen(one.bankFileId)}>
          {t('moneyOnlyFile')}
        </Button>
      ),
    },
  ];
  return (
    <section className="desk-section">
      <h3>{t('moneyFiles')}</h3>
      <Listed
        name="files"
        query={query}
        columns={columns}
        rowKey={(one) => one.bankFileId}
        empty={t('moneyNoFiles')}
      />
    </section>
  );
}
