import { useQuery, useQueryClient } from '@tanstack/react-query';
import { code128 } from 'bwip-js/browser';
import QRCode from 'qrcode';
import { useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import type * as own from '../../../server/src/features/redemption/own.contract.ts';
import type { issueCodeRoute } from '../../../server/src/features/wallet/code.contract.ts';
import { call, type ReplyOf } from '../api/call.ts';
import { yuanOf } from '../ui/figures.ts';
import { Shown, SignedIn, useNow } from './parts.tsx';
import { useWords } from './words.ts';

const refreshMs = 50_000;
const lookMs = 1_500;

type Paid = ReplyOf<typeof own.listOwnRedemptionsRoute>['items'][number];

/** Keeps the screen awake while a code is shown, where the phone lets a page do so. */
function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined;
    let isGone = false;
    const hold = async () => {
      if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
      try {
        lock = await navigator.wakeLock.request('screen');
        if (isGone) await lock.release();
      } catch {
        // A phone that saves its battery says no: the code is shown all the same.
      }
    };
    const again = () => void hold();
    again();
    document.addEventListener('visibilitychange', again);
    return () => {
      isGone = true;
      document.removeEventListener('visibilitychange', again);
      void lock?.release();
    };
  }, []);
}

/** The payments of this person; the newest tells whether the till is done. */
function usePaid(isWatching: boolean) {
  return useQuery({
    queryKey: ['paid'],
    refetchInterval: isWatching ? lookMs : false,
    queryFn: () =>
      call<typeof own.listOwnRedemptionsRoute>('GET /api/wallet/redemptions', {
        query: { limit: 1 },
        attemptsMax: 1,
      }),
  });
}

/** 付款码: shown, renewed before it dies, and what came of it. */
export function CodePage() {
  return (
    <SignedIn>
      <Code />
    </SignedIn>
  );
}

function Code() {
  const { t } = useWords();
  const [asked] = useSearchParams();
  const voucherId = asked.get('voucher') ?? undefined;
  const [count, setCount] = useState(0);
  const [seen, setSeen] = useState<string | null>();
  const queries = useQueryClient();
  useWakeLock();
  const paid = usePaid(true);
  const newest = paid.data?.items[0];
  const isDone = newest?.state === 'committed';
  const doneId = paid.data === undefined ? undefined : isDone ? newest.redemptionId : null;
  // What was paid before this page was opened is no news.
  if (seen === undefined && doneId !== undefined) setSeen(doneId);
  const isNews = seen !== undefined && isDone && doneId !== seen;
  const code = useQuery({
    queryKey: ['code', voucherId, count],
    enabled: !isNews,
    gcTime: 0,
    staleTime: Infinity,
    refetchInterval: isNews ? false : refreshMs,
    queryFn: () =>
      call<typeof issueCodeRoute>('POST /api/wallet/payment-codes', {
        body: voucherId === undefined ? {} : { voucherId },
      }),
  });
  if (isNews && newest !== undefined) {
    const again = () => {
      setSeen(doneId ?? null);
      setCount(count + 1);
      void queries.invalidateQueries({ queryKey: ['wallet'] });
    };
    return <Done paid={newest} again={again} />;
  }
  const name = asked.get('name');
  return (
    <section className="card center">
      <h1>{t('codeTitle')}</h1>
      <p>{t('codeHint')}</p>
      <Shown query={code}>
        {(made) => <Drawn code={made.code} refreshAfter={made.refreshAfter} />}
      </Shown>
      <p>{name === null ? t('codeBest') : t('codePicked', { name })}</p>
      <p className="quiet">{t('codeNoScreenshot')}</p>
    </section>
  );
}

function Drawn({ code, refreshAfter }: { readonly code: string; readonly refreshAfter: string }) {
  const { t } = useWords();
  const now = useNow();
  const qr = useRef<HTMLCanvasElement>(null);
  const bars = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (qr.current !== null) void QRCode.toCanvas(qr.current, code, { width: 240, margin: 1 });
    if (bars.current !== null) {
      code128(bars.current, { bcid: 'code128', text: code, scale: 2, height: 18 });
    }
  }, [code]);
  const seconds = Math.max(0, Math.ceil((Date.parse(refreshAfter) - now) / 1000));
  return (
    <>
      <canvas ref={bars} className="bars" aria-hidden="true" />
      <canvas ref={qr} className="qr" role="img" aria-label={t('codeTitle')} />
      <p className="digits">{code.replaceAll(/(\d{4})(?=\d)/g, '$1 ')}</p>
      <p className="quiet">{t('codeRenew', { seconds })}</p>
    </>
  );
}

function Done({ paid, again }: { readonly paid: Paid; readonly again: () => void }) {
  const { t } = useWords();
  return (
    <section className="card center" role="status">
      <p className="tick">✓</p>
      <h1>{t('paid')}</h1>
      <p className="face-value">{t('paidText', { yuan: yuanOf(paid.deductionFen) })}</p>
      <p>{paid.shopName}</p>
      <button type="button" className="second" onClick={again}>
        {t('paidNext')}
      </button>
    </section>
  );
}
