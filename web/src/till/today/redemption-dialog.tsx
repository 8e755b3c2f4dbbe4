import { useEffect, useRef, useState } from 'react';
import type * as contract from '../../../../server/src/features/redemption/redemption.contract.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { ReplyOf, SentTo } from '../../api/call.ts';
import { instantOf, yuanOf } from '../../ui/figures.ts';
import { useTillReason } from '../reason.ts';
import { useWords } from '../words.ts';
import { BackFigures } from './back-figures.tsx';
import { RefundForm } from './refund-form.tsx';
import { leftOf, type Listed, stateKeys } from './redemptions.ts';

/** As a till signs it, or as the owner's session carries it. */
export type Send = <R>(name: string, sent: SentTo<R>) => Promise<ReplyOf<R>>;

type Props = {
  readonly one: Listed;
  readonly send: Send;
  readonly close: (changed: 'changed' | 'same') => void;
};

type Refund = ReplyOf<typeof contract.reverseRoute>;

/** One redemption: what it was, and giving it back. */
export function RedemptionDialog({ one, send, close }: Props) {
  const { t } = useWords();
  const [act, setAct] = useState<'look' | 'reverse' | 'refund'>('look');
  const [done, setDone] = useState<Refund>();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const left = leftOf(one);
  const leave = () => close(done === undefined ? 'same' : 'changed');
  return (
    <dialog ref={dialog} className="sheet" onClose={leave} aria-label={one.voucherName}>
      <h2>{one.voucherName}</h2>
      {done === undefined ? null : (
        <div className="till-good" role="status">
          <strong>{t('backDone')}</strong>
          <BackFigures
            back={{ ...done, isVoucherRestored: done.outcome === 'restored' }}
            payment={one.payment}
          />
        </div>
      )}
      {act === 'look' || done !== undefined ? <Facts one={one} /> : null}
      {done !== undefined ? null : act === 'reverse' ? (
        <ReverseForm one={one} send={send} onDone={setDone} />
      ) : act === 'refund' ? (
        <RefundForm redemptionId={one.redemptionId} leftFen={left} send={send} onDone={setDone} />
      ) : left === 0 ? (
        <p className="till-quiet">{t('backNone')}</p>
      ) : (
        <div className="pay-acts">
          {one.mayReverse ? (
            <button type="button" className="till-secondary" onClick={() => setAct('reverse')}>
              {t('backReverse')}
            </button>
          ) : (
            <p className="till-quiet">{t('backNotYours')}</p>
          )}
          <button type="button" className="till-secondary" onClick={() => setAct('refund')}>
            {t('backRefund')}
          </button>
        </div>
      )}
      <button type="button" className="till-plain" onClick={() => dialog.current?.close()}>
        {t('close')}
      </button>
    </dialog>
  );
}

function Facts({ one }: { readonly one: Listed }) {
  const { t } = useWords();
  const payment = one.payment === 'network' ? 'payRestNetwork' : 'payRestMerchant';
  const facts = [
    [t('todayTime'), instantOf(one.triedAt)],
    [t('todayCustomer'), one.customer],
    [t('figureOrder'), `${yuanOf(one.orderFen)} ${t('yuan')}`],
    [t('figureVoucher'), `−${yuanOf(one.deductionFen)} ${t('yuan')}`],
    [t('figureRest'), `${yuanOf(one.cashFen)} ${t('yuan')}`],
    [t('todayPayment'), t(payment)],
    [t('todayCashier'), one.cashier ?? '—'],
    [t('todayTerminal'), one.terminalLabel],
  ] as const;
  return (
    <dl className="till-facts">
      <div>
        <dt>{t(stateKeys[one.state])}</dt>
        <dd>
          {one.refundedFen > 0 ? t('todayRefunded', { amount: yuanOf(one.refundedFen) }) : null}
        </dd>
      </div>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      <div>
        <dt>{t('todayNumber')}</dt>
        <dd className="is-code">{one.redemptionId}</dd>
      </div>
    </dl>
  );
}

type ReverseProps = Pick<Props, 'one' | 'send'> & { readonly onDone: (done: Refund) => void };

function ReverseForm({ one, send, onDone }: ReverseProps) {
  const { t } = useWords();
  const reason = useTillReason();
  const key = useRef(newId());
  const [trouble, setTrouble] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const reverse = async () => {
    setBusy(true);
    setTrouble(undefined);
    try {
      const name = 'POST /api/redemptions/{redemptionId}/reversal';
      const { redemptionId, orderFen } = one;
      const sent = { params: { redemptionId }, body: { orderFen }, key: key.current };
      onDone(await send<typeof contract.reverseRoute>(name, sent));
    } catch (error) {
      setTrouble(reason(error));
      setBusy(false);
    }
  };
  return (
    <div className="till-form is-bare">
      <p>{t('backReverseWhy')}</p>
      <BackFigures
        back={{ voucherFen: one.deductionFen, cashFen: one.cashFen, isVoucherRestored: true }}
        payment={one.payment}
      />
      {trouble === undefined ? null : (
        <p className="till-trouble" role="alert">
          {trouble}
        </p>
      )}
      <button
        type="button"
        className="till-primary"
        disabled={isBusy}
        onClick={() => void reverse()}
      >
        {t('backReverseDo')}
      </button>
    </div>
  );
}
