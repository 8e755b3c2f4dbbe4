import { Problem } from '../../api/problem.ts';
import type { Translate } from '../../i18n/language.tsx';
import type { Key } from '../words.ts';

const textsIn = (value: unknown) =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

/** What is wrong with a file as a whole, where the server says more than that it is wrong. */
function troubleOf({ facts }: Problem, t: Translate<Key>): string | undefined {
  const [missing, doubled] = [textsIn(facts['missing']), textsIn(facts['doubled'])];
  if (missing.length > 0) return t('rosterFileMissing', { columns: missing.join('、') });
  if (doubled.length > 0) return t('rosterFileDoubled', { columns: doubled.join('、') });
  switch (facts['reason']) {
    case 'no_rows':
      return t('rosterFileEmpty');
    case 'encrypted':
      return t('rosterFileEncrypted');
    case 'csv_quotes':
      return t('rosterFileQuotes', { row: Number(facts['rowNumber']) });
    default:
      return undefined;
  }
}

/** The same refusal, telling what to put right. */
export function explained(error: unknown, t: Translate<Key>): unknown {
  if (!(error instanceof Problem)) return error;
  const trouble = troubleOf(error, t);
  if (trouble === undefined) return error;
  return new Problem(error.status, { ...error.facts, detail: `${error.message}：${trouble}` });
}
