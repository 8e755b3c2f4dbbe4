import { useEffect, useRef, useState } from 'react';
import { yuanOf } from '../../ui/figures.ts';
import { Choice } from '../choice.tsx';
import { Icon } from '../icons.tsx';
import { signal } from '../sound.ts';
import { useWords } from '../words.ts';
import { fenOf, pressed } from './amount.ts';
import { dismiss, scan, useDesk } from './desk.ts';
import type { Payment } from './payment.ts';
import { PaymentView } from './payment-view.tsx';
import { ScanSheet } from './scan-sheet.tsx';
import { watchKeys } from './wedge.ts';

type Means = 'network' | 'merchant';

const meansKey = 'huiquan-till-rest';
const keptMeans = (): Means =>
  localStorage.getItem(meansKey) === 'network' ? 'network' : 'merchant';

/** What the page does, whoever asks for it: a finger, a keyboard, a scanner. */
type Acts = {
  readonly text: string;
  readonly payment: Payment | undefined;
  readonly isScanning: boolean;
  readonly press: (key: string) => void;
  readonly setText: (text: string) => void;
  readonly openScan: () => void;
  readonly closeScan: () => void;
  readonly start: (code: string, amount: string) => void;
  readonly next: (goesOn: 'next' | 'again') => void;
};

function useActs(): Acts & { readonly means: Means; readonly choose: (means: Means) => void } & {
  readonly needsAmount: boolean;
} {
  const { current } = useDesk();
  const [text, setText] = useState('');
  const [means, setMeans] = useState<Means>(keptMeans);
  const [isScanning, setScanning] = useState(false);
  const [needsAmount, setNeedsAmount] = useState(false);
  return {
    text,
    means,
    isScanning,
    needsAmount,
    payment: current,
    setText,
    choose: (chosen) => {
      localStorage.setItem(meansKey, chosen);
      setMeans(chosen);
    },
    press: (key) => {
      setNeedsAmount(false);
      setText((before) => pressed(before, key));
    },
    openScan: () => {
      if (fenOf(text) === 0) setNeedsAmount(true);
      else setScanning(true);
    },
    closeScan: () => setScanning(false),
    start: (code, amount) => {
      const orderFen = fenOf(amount);
      if (orderFen === 0) {
        signal('refused');
        setNeedsAmount(true);
        return;
      }
      setScanning(false);
      void scan({ code, orderFen, payment: means });
    },
    next: (goesOn) => {
      if (current === undefined) return;
      setText(goesOn === 'next' ? '' : yuanOf(current.orderFen).replaceAll(',', ''));
      void dismiss(current.id);
      setScanning(goesOn === 'again');
    },
  };
}

/** Keys and scanners act on the page as it is when they are heard. */
function useKeys(acts: Acts): void {
  const now = useRef(acts);
  now.current = acts;
  useEffect(() => {
    let before = '';
    return watchKeys({
      onBurst: () => {
        before = now.current.text;
      },
      onKey: (key) => {
        const { payment, isScanning, ...does } = now.current;
        if (payment !== undefined) {
          if (payment.phase === 'done' && key === 'enter') does.next('next');
        } else if (isScanning) {
          if (key === 'clear') does.closeScan();
        } else if (key === 'enter') does.openScan();
        else does.press(key);
      },
      onCode: (code) => {
        const { payment, setText, start } = now.current;
        if (payment !== undefined) return;
        setText(before);
        start(code, before);
      },
    });
  }, []);
}

/** Amount, scan, result: everything a sale needs, under one thumb. */
export function PayPage() {
  const { t } = useWords();
  const acts = useActs();
  const { text, payment, needsAmount } = acts;
  useKeys(acts);
  if (payment !== undefined) return <PaymentView payment={payment} onNext={acts.next} />;
  const hint = needsAmount ? t('payNeedAmount') : t('payAmountHint');
  const means = [
    ['merchant', t('payRestMerchant')] as const,
    ['network', t('payRestNetwork')] as const,
  ];
  return (
    <section className="pay" aria-label={t('menuPay')}>
      <div className="pay-amount">
        <span>{t('payAmount')}</span>
        <output data-testid="amount" className={text === '' ? 'is-empty' : undefined}>
          {shown(text)}
          <small>{t('yuan')}</small>
        </output>
        <p
          role={needsAmount ? 'alert' : undefined}
          className={needsAmount ? 'is-alert' : undefined}
        >
          {hint}
        </p>
      </div>
      <Choice label={t('payRest')} chosen={acts.means} options={means} choose={acts.choose} />
      <Keypad press={acts.press} />
      <button type="button" className="till-primary pay-scan" onClick={acts.openScan}>
        {t('payScan')}
      </button>
      <p className="till-quiet pay-hint">{t('payWedgeHint')}</p>
      {acts.isScanning ? (
        <ScanSheet
          orderFen={fenOf(text)}
          onCode={(code) => acts.start(code, text)}
          onClose={acts.closeScan}
        />
      ) : null}
    </section>
  );
}

/** The amount as it is typed, with its thousands apart. */
function shown(text: string): string {
  if (text === '') return '0.00';
  const [whole = '0', cents] = text.split('.');
  const spaced = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
  return cents === undefined ? spaced : `${spaced}.${cents}`;
}

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '.', '0', 'back'] as const;

function Keypad({ press }: { readonly press: (key: string) => void }) {
  const { t } = useWords();
  return (
    <div className="pay-keys">
      {keys.map((key) => (
        <button
          key={key}
          type="button"
          aria-label={key === 'back' ? t('payBack') : undefined}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => press(key)}
        >
          {key === 'back' ? <Icon shape="back" size={30} /> : key}
        </button>
      ))}
    </div>
  );
}
