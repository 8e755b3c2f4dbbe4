import { yuanOf } from '../../ui/figures.ts';
import { useWords } from '../words.ts';
import { dismiss, useDesk } from './desk.ts';
import type { Outcome } from './payment.ts';

const words = {
  paid: 'donePaid',
  declined: 'doneDeclined',
  expired: 'doneExpired',
  cancelled: 'doneCancelled',
  reversed: 'doneReversed',
  refused: 'doneRefused',
} as const satisfies Record<Outcome['kind'], string>;

/** Payments that were set aside, until their end has been seen. */
export function AsideBar() {
  const { t } = useWords();
  const { aside } = useDesk();
  if (aside.length === 0) return null;
  const open = aside.filter((one) => one.outcome === undefined).length;
  return (
    <section className="aside" aria-live="polite">
      {open === 0 ? null : <h2>{t('asideTitle', { count: open })}</h2>}
      <ul>
        {aside.map((one) => (
          <li key={one.id}>
            <span>{t('asideOne', { amount: yuanOf(one.orderFen) })}</span>
            <strong className={one.outcome?.kind === 'paid' ? 'is-good' : undefined}>
              {one.outcome === undefined ? t('asidePending') : t(words[one.outcome.kind])}
            </strong>
            {one.outcome === undefined ? null : (
              <button type="button" className="till-plain" onClick={() => void dismiss(one.id)}>
                {t('close')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
