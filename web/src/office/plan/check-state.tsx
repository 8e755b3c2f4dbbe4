import { Alert } from 'antd';
import { countOf } from '../../ui/figures.ts';
import { useWords } from '../words.ts';
import { errorsAmong } from './finding-list.tsx';
import type { Check } from './use-check.ts';

/** What the checker says of the text as it stands: whether it may be submitted, and approved. */
export function CheckState({ check: { checked, isChecking, failure } }: { readonly check: Check }) {
  const { t } = useWords();
  if (failure !== undefined) {
    return <Alert type="error" showIcon title={t('planCheckFailed', { reason: failure })} />;
  }
  if (checked === undefined || isChecking) {
    return <Alert type="info" showIcon title={t('planChecking')} />;
  }
  if (checked.file === undefined) return <Alert type="error" showIcon title={t('planUnfit')} />;
  const errors = errorsAmong(checked.findings);
  if (errors > 0) {
    const count = countOf(errors);
    return <Alert type="warning" showIcon title={t('planFitErrors', { count })} />;
  }
  return <Alert type="success" showIcon title={t('planFit')} />;
}
