import { rowProblems } from '@huiquan/domain/files/row-problems.ts';
import type { Problem } from '../../api/problem.ts';
import { useWords } from '../words.ts';

type Row = { readonly rowNumber: number; readonly problems: readonly RowProblem[] };
type RowProblem = { readonly code: string; readonly column?: string };

const isRow = (value: unknown): value is Row =>
  typeof Reflect.get(Object(value), 'rowNumber') === 'number' &&
  Array.isArray(Reflect.get(Object(value), 'problems'));

function problemText(code: string): string {
  return Object.entries(rowProblems).find(([name]) => name === code)?.[1] ?? code;
}

const textsOf = (value: unknown) =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string').join('、') : '';

/** Why a statement was not taken, row by row where rows are to blame. */
export function RefusedFile({ problem }: { readonly problem: Problem }) {
  const { t } = useWords();
  const { reason, rows, rowNumber, missing, serials } = problem.facts;
  const row = typeof rowNumber === 'number' ? rowNumber : '';
  const whole = {
    header: t('moneyReasonHeader', { missing: textsOf(missing) }),
    empty: t('moneyReasonEmpty'),
    other_account: t('moneyReasonAccount', { row }),
    serial_twice: t('moneyReasonSerialTwice', { row }),
    serial_contradicts: t('moneyReasonSerials', { serials: textsOf(serials) }),
    balances: t('moneyReasonBalances', { row }),
  };
  const told = Object.entries(whole).find(([name]) => name === reason)?.[1];
  const wrong = Array.isArray(rows) ? rows.filter(isRow) : [];
  return (
    <>
      {told === undefined ? null : <p>{told}</p>}
      {wrong.length === 0 ? null : (
        <>
          <p>{t('moneyUploadRefused')}</p>
          <ul className="money-rows">
            {wrong.map((one) => (
              <li key={one.rowNumber}>
                <strong>{t('moneyBadRow', { row: one.rowNumber })}</strong>{' '}
                {one.problems
                  .map(({ column = '', code }) =>
                    t('moneyColumn', { column, problem: problemText(code) }),
                  )
                  .join('；')}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
