import { useWords } from './words.ts';

type Props = { readonly reason: string; readonly retry: () => void };

/** What could not be shown, why, and a way to try again. */
export function Failed({ reason, retry }: Props) {
  const { t } = useWords();
  return (
    <div className="till-failed" role="alert">
      <p>{reason}</p>
      <button type="button" className="till-secondary" onClick={retry}>
        {t('retry')}
      </button>
    </div>
  );
}
