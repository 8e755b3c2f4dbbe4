import { useEffect, useState } from 'react';
import { clockNow } from '../../ui/clock.ts';
import { yuanOf } from '../../ui/figures.ts';
import { Icon } from '../icons.tsx';
import { useWords } from '../words.ts';
import { confirmCollected, giveUp, setAside, useDesk } from './desk.ts';
import type { Outcome, Payment } from './payment.ts';

type Props = {
  readonly payment: Payment;
  readonly onNext: (goesOn: 'next' | 'again') => void;
};

/** A payment at its step, to be understood in one glance. */
export function PaymentView({ payment, onNext }: Props) {
  const { outcome, phase } = payment;
  if (outcome !== undefined) return <Result payment={payment} outcome={outcome} onNext={onNext} />;
  if (phase === 'collecting') return <Collect payment={payment} />;
  return <Working payment={payment} />;
}

function useSecondsUntil(at: string): number {
  const left = () => Math.max(0, Math.ceil((Date.parse(at) - clockNow()) / 1_000));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(left()), 250);
    return () => clearInterval(timer);
  });
  return seconds;
}

function Collect({ payment }: { readonly payment: Payment }) {
  const { t } = useWords();
  const { held } = payment;
  const seconds = useSecondsUntil(held?.voidAt ?? '');
  if (held === undefined) return null;
  return (
    <section className="pay-state is-collect" aria-live="polite">
      <p className="pay-voucher">{held.voucherName}</p>
      <h2>{t('collectRest')}</h2>
      <p className="pay-figure">
        {yuanOf(held.cashFen)}
        <small>{t('yuan')}</small>
      </p>
      <Figures payment={payment} />
      <p className="pay-left">{t('collectLeft', { seconds })}</p>
      <div className="pay-acts">
        <button type="button" className="till-primary" onClick={() => void confirmCollected()}>
          {t('collectDone', { amount: yuanOf(held.cashFen) })}
        </button>
        <button type="button" className="till-plain" onClick={() => void giveUp()}>
          {t('collectCancel')}
        </button>
      </div>
    </section>
  );
}

function workKey(payment: Payment) {
  if (payment.isUnknown) return 'workUnknown';
  if (payment.isGivenUp || payment.phase === 'cancelling') return 'workCancelling';
  return payment.phase === 'trying' ? 'workTrying' : 'workCommitting';
}

function Working({ payment }: { readonly payment: Payment }) {
  const { t } = useWords();
  const { isCutOff } = useDesk();
  const mayGiveUp = payment.phase === 'trying' && !payment.isGivenUp;
  const why = isCutOff ? t('workCutOff') : payment.isUnknown ? t('workUnknownWhy') : '';
  return (
    <section className="pay-state is-working" aria-live="polite">
      <div className="pay-spinner" aria-hidden="true" />
      <h2>{isCutOff ? t('workUnknown') : t(workKey(payment))}</h2>
      <p className="pay-figure">
        {yuanOf(payment.orderFen)}
        <small>{t('yuan')}</small>
      </p>
      <p className="pay-why">{why}</p>
      <div className="pay-acts">
        {isCutOff || payment.isUnknown ? (
          <button type="button" className="till-secondary" onClick={() => void setAside()}>
            {t('workAside')}
          </button>
        ) : null}
        {mayGiveUp ? (
          <button type="button" className="till-plain" onClick={() => void giveUp()}>
            {t('workGiveUp')}
          </button>
        ) : null}
      </div>
    </section>
  );
}

const titles = {
  paid: 'donePaid',
  declined: 'doneDeclined',
  expired: 'doneExpired',
  cancelled: 'doneCancelled',
  reversed: 'doneReversed',
  refused: 'doneRefused',
} as const;

const whys = {
  declined: 'doneDeclinedWhy',
  expired: 'doneExpiredWhy',
  cancelled: 'doneCancelledWhy',
  reversed: 'doneReversedWhy',
} as const;

function useWhy(outcome: Outcome): string | undefined {
  const { t } = useWords();
  if (outcome.kind === 'paid') return undefined;
  return outcome.kind === 'refused' ? outcome.text : t(whys[outcome.kind]);
}

type ResultProps = Props & { readonly outcome: Outcome };

function Result({ payment, outcome, onNext }: ResultProps) {
  const { t } = useWords();
  const why = useWhy(outcome);
  const isPaid = outcome.kind === 'paid';
  return (
    <section
      className={isPaid ? 'pay-state is-paid' : 'pay-state is-refused'}
      aria-live="assertive"
    >
      <div className="pay-mark" aria-hidden="true">
        <Icon shape={isPaid ? 'check' : 'cross'} size={84} />
      </div>
      <h2 data-testid="result">{t(titles[outcome.kind])}</h2>
      {isPaid ? <Figures payment={payment} /> : <p className="pay-why">{why}</p>}
      {outcome.kind === 'refused' ? <RefusalFacts outcome={outcome} /> : null}
      <div className="pay-acts">
        <button type="button" className="till-primary" onClick={() => onNext('next')}>
          {t('doneNext')}
        </button>
        {isPaid ? null : (
          <button type="button" className="till-secondary" onClick={() => onNext('again')}>
            {t('doneAgain')}
          </button>
        )}
      </div>
    </section>
  );
}

/** Refusals after which the scanned code is of no more use. */
const keepsCode: ReadonlySet<string> = new Set([
  'code_invalid',
  'code_unknown',
  'terminal_paused',
  'merchant_not_accepting',
]);

function RefusalFacts({ outcome }: { readonly outcome: Extract<Outcome, { kind: 'refused' }> }) {
  const { t } = useWords();
  const { thresholdFen, strict, voucherName, retryAfterSeconds } = outcome.facts;
  const key = strict === true ? 'doneThresholdStrict' : 'doneThreshold';
  return (
    <>
      {typeof thresholdFen === 'number' ? (
        <p className="pay-fact">
          {t(key, { voucher: String(voucherName), amount: yuanOf(thresholdFen) })}
        </p>
      ) : null}
      {typeof thresholdFen !== 'number' && typeof voucherName === 'string' ? (
        <p className="pay-fact">{voucherName}</p>
      ) : null}
      {typeof retryAfterSeconds === 'number' ? (
        <p className="pay-fact">{t('doneWait', { seconds: retryAfterSeconds })}</p>
      ) : null}
      {keepsCode.has(outcome.code) ? null : <p className="till-quiet">{t('doneCodeSpent')}</p>}
    </>
  );
}

/** Order, voucher and what the customer pays himself. */
function Figures({ payment }: { readonly payment: Payment }) {
  const { t } = useWords();
  const { held, orderFen } = payment;
  if (held === undefined) return null;
  const isDone = payment.phase === 'done';
  const paid = payment.payment === 'network' ? 'figureRestNetwork' : 'figureRestMerchant';
  return (
    <dl className="pay-figures">
      <div>
        <dt>{t('figureOrder')}</dt>
        <dd>
          {yuanOf(orderFen)} {t('yuan')}
        </dd>
      </div>
      <div className="is-voucher">
        <dt>{t('figureVoucher')}</dt>
        <dd>
          −{yuanOf(held.deductionFen)} {t('yuan')}
        </dd>
      </div>
      <div>
        <dt>{t(isDone ? paid : 'figureRest')}</dt>
        <dd>
          {yuanOf(held.cashFen)} {t('yuan')}
        </dd>
      </div>
    </dl>
  );
}
