import { Button, Result } from 'antd';
import { useWords } from '../words.ts';

/** What could not be shown, why, and a way to try again. */
export function Failed(props: { readonly reason: string; readonly retry: () => void }) {
  const { t } = useWords();
  return (
    <Result
      status="warning"
      title={props.reason}
      extra={<Button onClick={props.retry}>{t('retry')}</Button>}
    />
  );
}
