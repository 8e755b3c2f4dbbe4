import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { newId } from '@huiquan/domain/ids.ts';
import type { claimRoute } from '../../../server/src/features/round/round.contract.ts';
import { call, type ReplyOf } from '../api/call.ts';
import { Problem } from '../api/problem.ts';
import { endOf, instantOf, yuanOf } from '../ui/figures.ts';
import { reasonOf } from '../ui/states.tsx';
import { Captcha } from './captcha.tsx';
import { useProgramme, useRounds } from './home.tsx';
import { Shown, SignedIn, useLeft, useNow } from './parts.tsx';
import { findPlace, type Place } from './place.ts';
import { type Key, useStateWords, useWords } from './words.ts';

type Voucher = ReplyOf<typeof claimRoute>;
type Wish = { readonly kind: string; readonly key: string };
type Told = { readonly text: string; readonly link?: string };

/** What the plan asks for before a claim, apart from what the session proves. */
const captchaKinds = (gates: readonly string[]) =>
  gates.filter((gate) => gate === 'slider' || gate === 'picture');

const explained: Readonly<Record<string, Key>> = {
  location_inaccurate: 'placeInaccurate',
  location_not_eligible: 'placeOutside',
  risk_controls_degraded: 'degraded',
  round_not_open: 'notOpen',
  round_closed: 'roundOver',
};

type Asked = {
  readonly roundId: string;
  readonly wish: Wish;
  readonly place: Place | undefined;
  readonly pass?: string;
};

function claim({ roundId, wish, place, pass }: Asked): Promise<Voucher> {
  const found = place !== undefined && 'found' in place ? { location: place.found } : {};
  return call<typeof claimRoute>('POST /api/rounds/{roundId}/claims', {
    params: { roundId },
    body: { kind: wish.kind, ...found, ...(pass === undefined ? {} : { captchaPass: pass }) },
    // One wish is one request, however often the network loses it.
    key: wish.key,
  });
}

/** The steps of a claim: place, checks, then the claim itself, and what came of it. */
function useClaim(roundId: string | undefined, gates: readonly string[]) {
  const { t } = useWords();
  const words = useStateWords();
  const queries = useQueryClient();
  const [wish, setWish] = useState<Wish>();
  const [place, setPlace] = useState<Place>();
  const [step, setStep] = useState<'idle' | 'place' | 'captcha' | 'claim'>('idle');
  const [got, setGot] = useState<Voucher>();
  const [told, setTold] = useState<Told>();
  const tell = (error: unknown) => {
    const code = error instanceof Problem ? error.code : '';
    const key = explained[code];
    const text = key === undefined ? reasonOf(error, words) : t(key);
    setTold(
      code === 'real_name_required'
        ? { text: t('realNameNeeded'), link: '/app/real-name' }
        : { text },
    );
    setStep('idle');
  };
  const finish = async (asked: Asked) => {
    setStep('claim');
    try {
      setGot(await claim(asked));
      setStep('idle');
    } catch (error) {
      tell(error);
    }
    await queries.invalidateQueries({ queryKey: ['rounds'] });
    await queries.invalidateQueries({ queryKey: ['wallet'] });
  };
  const begin = async (kind: string) => {
    if (roundId === undefined) return;
    const wanted = { kind, key: newId() };
    setTold(undefined);
    setWish(wanted);
    let here: Place | undefined;
    if (gates.includes('location')) {
      setStep('place');
      here = await findPlace();
      setPlace(here);
      if ('missing' in here) {
        setTold({ text: t(here.missing) });
        setStep('idle');
        return;
      }
    }
    if (captchaKinds(gates).length > 0) setStep('captcha');
    else await finish({ roundId, wish: wanted, place: here });
  };
  const passed = (pass: string) => {
    if (roundId === undefined || wish === undefined) return;
    void finish({ roundId, wish, place, pass });
  };
  const close = () => {
    setGot(undefined);
    setStep('idle');
  };
  return { step, wish, got, told, begin, passed, close };
}

/** One round: what there is, when, and a claim. */
export function RoundPage() {
  const { programmeId = '', number = '' } = useParams();
  const programme = useProgramme(programmeId);
  const rounds = useRounds(programmeId, 3_000);
  const { t } = useWords();
  return (
    <>
      <p className="links">
        <Link to="/">‹ {t('back')}</Link>
      </p>
      <Shown query={programme}>
        {(found) => (
          <Shown query={rounds}>
            {({ items }) => {
              const round = items.find((one) => String(one.number) === number);
              if (round === undefined) return <p className="quiet">{t('noMoreRounds')}</p>;
              return <RoundCard programme={found} round={round} />;
            }}
          </Shown>
        )}
      </Shown>
    </>
  );
}

type Programme = NonNullable<ReturnType<typeof useProgramme>['data']>;
type Round = NonNullable<ReturnType<typeof useRounds>['data']>['items'][number];

function RoundCard({ programme, round }: { readonly programme: Programme; readonly round: Round }) {
  const { t } = useWords();
  const now = useNow();
  const left = useLeft();
  const claiming = useClaim(round.roundId, programme.gates);
  const [opensAt, closesAt] = [Date.parse(round.opensAt), Date.parse(round.closesAt)];
  const isReady = round.state === 'approved';
  const isOpen = isReady && now >= opensAt && now < closesAt;
  const kinds = programme.kinds.flatMap((kind) => {
    const stock = round.stock.find((one) => one.kind === kind.kind);
    return stock === undefined ? [] : [{ ...kind, remaining: stock.remaining }];
  });
  return (
    <>
      <h1>{t('roundTitle', { number: round.number })}</h1>
      <p className="quiet">
        {instantOf(round.opensAt)} – {endOf(round.closesAt)}
      </p>
      {now < opensAt ? (
        <p className="clock" role="timer">
          <span>{t('opensIn')}</span> {left(opensAt, now)}
        </p>
      ) : null}
      {now >= closesAt || round.state === 'closed' || round.state === 'stopped' ? (
        <p className="badge">{t('roundOver')}</p>
      ) : isReady ? null : (
        <p className="badge">{t('notReady')}</p>
      )}
      <Outcome claiming={claiming} />
      <SignedIn>
        {kinds.map((kind) => (
          <section key={kind.kind} className="card voucher">
            <div>
              <h2>{kind.name}</h2>
              <p className="quiet">{kind.words}</p>
              <p>{kind.remaining === 0 ? t('soldOut') : t('left', { count: kind.remaining })}</p>
            </div>
            <button
              type="button"
              className="first"
              disabled={!isOpen || kind.remaining === 0 || claiming.step !== 'idle'}
              onClick={() => void claiming.begin(kind.kind)}
            >
              {t('claim')}
            </button>
          </section>
        ))}
      </SignedIn>
      {claiming.step === 'captcha' && round.roundId !== undefined ? (
        <Captcha
          roundId={round.roundId}
          kinds={captchaKinds(programme.gates)}
          passed={claiming.passed}
          cancelled={claiming.close}
        />
      ) : null}
      <Got claiming={claiming} programme={programme} />
    </>
  );
}

type Claiming = ReturnType<typeof useClaim>;

/** What is going on, or why there is no voucher. */
function Outcome({ claiming }: { readonly claiming: Claiming }) {
  const { t } = useWords();
  const { step, told } = claiming;
  if (step === 'place') return <p role="status">{t('locating')}</p>;
  if (step === 'claim') return <p role="status">{t('claiming')}</p>;
  if (told === undefined) return null;
  return (
    <p className="trouble" role="alert">
      {told.text}{' '}
      {told.link === undefined ? null : <Link to={told.link}>{t('realNameTitle')}</Link>}
    </p>
  );
}

function Got({
  claiming,
  programme,
}: {
  readonly claiming: Claiming;
  readonly programme: Programme;
}) {
  const { t } = useWords();
  const { got } = claiming;
  if (got === undefined) return null;
  const name = programme.kinds.find((kind) => kind.kind === got.kind)?.name ?? '';
  return (
    <div className="sheet" role="dialog" aria-modal="true" aria-label={t('got')}>
      <div className="card center">
        <p className="tick">✓</p>
        <h2>{t('got')}</h2>
        <p className="face-value">
          {yuanOf(got.faceFen)} {t('yuan')}
        </p>
        <p>{t('gotText', { name, until: endOf(got.validTo) })}</p>
        <Link className="first" to="/app/wallet">
          {t('toWallet')}
        </Link>
        <button type="button" className="second" onClick={claiming.close}>
          {t('more')}
        </button>
      </div>
    </div>
  );
}
