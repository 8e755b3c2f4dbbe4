import { type FormEvent, useEffect, useRef, useState } from 'react';
import { normalizePaymentCode } from '@huiquan/domain/payment-code.ts';
import { yuanOf } from '../../ui/figures.ts';
import { useWords } from '../words.ts';
import { type CameraTrouble, readCamera } from './camera.ts';

type Props = {
  readonly orderFen: number;
  readonly onCode: (code: string) => void;
  readonly onClose: () => void;
};

const troubleKeys = { denied: 'scanDenied', missing: 'scanMissing', busy: 'scanBusy' } as const;
const startsByItself = () => matchMedia('(pointer: coarse)').matches;

/** The code by camera or by hand; a handheld scanner is heard by the page. */
export function ScanSheet({ orderFen, onCode, onClose }: Props) {
  const { t } = useWords();
  const [isOn, setOn] = useState(startsByItself);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    // On a telephone the camera comes first: its keyboard would cover the picture.
    if (!startsByItself()) dialog.current?.querySelector('input')?.focus();
  }, []);
  return (
    <dialog ref={dialog} className="scan" aria-label={t('scanTitle')} onClose={onClose}>
      <header>
        <h2>{t('scanTitle')}</h2>
        <strong>{t('scanOrder', { amount: yuanOf(orderFen) })}</strong>
      </header>
      {isOn ? (
        <Camera onCode={onCode} retry={() => setOn(false)} />
      ) : (
        <button type="button" className="till-secondary scan-open" onClick={() => setOn(true)}>
          {t('scanOpenCamera')}
        </button>
      )}
      <TypedCode onCode={onCode} />
      <button type="button" className="till-plain" onClick={onClose}>
        {t('cancel')}
      </button>
    </dialog>
  );
}

function Camera({ onCode, retry }: { onCode: (code: string) => void; retry: () => void }) {
  const { t } = useWords();
  const video = useRef<HTMLVideoElement>(null);
  const [trouble, setTrouble] = useState<CameraTrouble>();
  const [isSeen, setSeen] = useState(false);
  const told = useRef(onCode);
  told.current = onCode;
  useEffect(() => {
    const place = video.current;
    if (place === null) return undefined;
    const control = new AbortController();
    const found = (code: string) => {
      control.abort();
      told.current(code);
    };
    void readCamera(place, found, control.signal).then((why) => setTrouble(why));
    return () => control.abort();
  }, []);
  if (trouble !== undefined) {
    return (
      <div className="scan-trouble" role="alert">
        <p>{t(troubleKeys[trouble])}</p>
        <button type="button" className="till-secondary" onClick={retry}>
          {t('retry')}
        </button>
      </div>
    );
  }
  return (
    <div className="scan-camera">
      <video ref={video} muted playsInline onPlaying={() => setSeen(true)} />
      <p>{isSeen ? t('scanAim') : t('scanStarting')}</p>
    </div>
  );
}

/** Digits in groups of four, as they are read out. */
const grouped = (code: string) => code.replaceAll(/(.{4})(?=.)/g, '$1 ');

function TypedCode({ onCode }: { onCode: (code: string) => void }) {
  const { t } = useWords();
  const [code, setCode] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code !== '') onCode(code);
  };
  return (
    <form className="scan-typed" onSubmit={submit}>
      <label>
        <span>{t('scanTyped')}</span>
        <input
          name="code"
          inputMode="numeric"
          autoComplete="off"
          placeholder={t('scanTypedHint')}
          value={grouped(code)}
          onChange={(event) => setCode(normalizePaymentCode(event.target.value).slice(0, 40))}
        />
      </label>
      <button type="submit" className="till-secondary" disabled={code === ''}>
        {t('scanSubmit')}
      </button>
    </form>
  );
}
