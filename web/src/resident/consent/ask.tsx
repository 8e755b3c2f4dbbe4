import type { ConsentPurpose } from '@huiquan/domain/consent/texts.ts';
import { Trouble } from '../parts.tsx';
import { useWords } from '../words.ts';
import { purposeWords, useAnswer } from './consents.ts';

type Props = {
  readonly purpose: ConsentPurpose;
  readonly agreed: () => void;
  readonly refused: () => void;
};

/** Asks for one purpose at the moment it is needed, and says why. */
export function ConsentAsk({ purpose, agreed, refused }: Props) {
  const { t } = useWords();
  const answer = useAnswer();
  const { title, text } = purposeWords[purpose];
  const agree = () => {
    // The answer takes this question off the page: what comes next must not hang on it.
    const goOn = answer.mutateAsync({ purpose, answer: 'agreed' }).then(agreed);
    // Why it did not work stands above the button.
    goOn.catch(() => undefined);
  };
  return (
    <>
      <h2>{t('consentAsk')}</h2>
      <h3>{t(title)}</h3>
      <p>{t(text)}</p>
      <Trouble error={answer.error} />
      <button type="button" className="first" disabled={answer.isPending} onClick={agree}>
        {t('consentGoOn')}
      </button>
      <button type="button" className="second" onClick={refused}>
        {t('consentNotNow')}
      </button>
    </>
  );
}
