import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ConsentPurpose } from '@huiquan/domain/consent/texts.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { claimRoute } from '../../../server/src/features/round/round.contract.ts';
import { call, type ReplyOf } from '../api/call.ts';
import { Offline, Problem } from '../api/problem.ts';
import { useSession } from '../ui/session.ts';
import { reasonOf } from '../ui/states.tsx';
import { type Consent, consentsKey, purposeWords, useConsents } from './consent/consents.ts';
import { findPlace, type Place } from './place.ts';
import { type Key, useStateWords, useWords } from './words.ts';

type Voucher = ReplyOf<typeof claimRoute>;
type Wish = { readonly kind: string; readonly key: string };
type Told = { readonly text: string; readonly link?: { readonly to: string; readonly word: Key } };
type Step = 'idle' | 'consent' | 'place' | 'captcha' | 'claim' | 'cut';

/** What the plan asks for before a claim, apart from what the session proves. */
export const captchaKinds = (gates: readonly string[]) =>
  gates.filter((gate) => gate === 'slider' || gate === 'picture');

const explained: Readonly<Record<string, Key>> = {
  location_inaccurate: 'placeInaccurate',
  location_not_eligible: 'placeOutside',
  risk_controls_degraded: 'degraded',
  round_not_open: 'notOpen',
  round_closed: 'roundOver',
  real_name_required: 'realNameNeeded',
};

const ways = {
  real_name_required: { to: '/app/real-name', word: 'realNameTitle' },
  consent_required: { to: '/app/consents', word: 'consentLink' },
} as const;

const wayOf = (code: string) =>
  code === 'real_name_required' || code === 'consent_required' ? ways[code] : undefined;

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

const againMs = 3_000;

/** A claim whose answer the network lost: asked again, under its own key, until there is one. */
function useLost(lost: Asked | undefined, ask: (asked: Asked) => void): void {
  useEffect(() => {
    if (lost === undefined) return undefined;
    const again = () => ask(lost);
    const timer = setTimeout(again, againMs);
    globalThis.addEventListener('online', again);
    return () => {
      clearTimeout(timer);
      globalThis.removeEventListener('online', again);
    };
    // `ask` is made anew with every drawing; only another lost claim starts another wait.
  }, [lost]);
}

/** The first purpose that this person must agree to before such a claim, and has not. */
function missingIn(
  consents: readonly Consent[] | undefined,
  gates: readonly string[],
): ConsentPurpose | undefined {
  const needed: readonly ConsentPurpose[] = gates.includes('location')
    ? ['real_name', 'location']
    : ['real_name'];
  return needed.find((purpose) =>
    consents?.some((one) => one.purpose === purpose && !one.isAgreed),
  );
}

/** Says in the face's words why a claim came to nothing, and where that can be mended. */
function useReason(): (error: unknown) => Told {
  const { t } = useWords();
  const words = useStateWords();
  return (error) => {
    const code = error instanceof Problem ? error.code : '';
    const key = explained[code];
    const link = wayOf(code);
    const text = key === undefined ? reasonOf(error, words) : t(key);
    return { text, ...(link === undefined ? {} : { link }) };
  };
}

/** The claim itself: sent until it is answered, and what came of it. */
function useSending(setStep: (step: Step) => void) {
  const queries = useQueryClient();
  const reasonFor = useReason();
  const [got, setGot] = useState<Voucher>();
  const [told, setTold] = useState<Told>();
  const [lost, setLost] = useState<Asked>();
  const finish = async (asked: Asked) => {
    setStep('claim');
    setLost(undefined);
    try {
      setGot(await claim(asked));
      setStep('idle');
    } catch (error) {
      // A lost answer may be a voucher: nothing else is asked for before it is known.
      if (error instanceof Offline) setLost({ ...asked });
      else setTold(reasonFor(error));
      setStep(error instanceof Offline ? 'cut' : 'idle');
    }
    await queries.invalidateQueries({ queryKey: ['rounds'] });
    await queries.invalidateQueries({ queryKey: ['wallet'] });
  };
  useLost(lost, (asked) => void finish(asked));
  return { got, setGot, told, setTold, finish };
}

/** The steps of a claim: consent, place, checks, then the claim itself, and what came of it. */
export function useClaim(roundId: string | undefined, gates: readonly string[]) {
  const { t } = useWords();
  const [wish, setWish] = useState<Wish>();
  const [place, setPlace] = useState<Place>();
  const [step, setStep] = useState<Step>('idle');
  const { got, setGot, told, setTold, finish } = useSending(setStep);
  const session = useSession();
  const queries = useQueryClient();
  const consents = useConsents(session.data?.kind === 'resident');
  const missing = missingIn(consents.data, gates);
  const stop = (why: Told) => {
    setTold(why);
    setStep('idle');
  };
  const goOn = async (wanted: Wish) => {
    if (roundId === undefined) return;
    let here: Place | undefined;
    if (gates.includes('location')) {
      setStep('place');
      here = await findPlace();
      setPlace(here);
      if ('missing' in here) {
        stop({ text: t(here.missing) });
        return;
      }
    }
    if (captchaKinds(gates).length > 0) setStep('captcha');
    else await finish({ roundId, wish: wanted, place: here });
  };
  const begin = async (kind: string) => {
    const wanted = { kind, key: newId() };
    setTold(undefined);
    setWish(wanted);
    if (missing === undefined) await goOn(wanted);
    else setStep('consent');
  };
  const agreed = async () => {
    const known = queries.getQueryData<readonly Consent[]>(consentsKey);
    // There may be another purpose to ask for: then the next question takes this one's place.
    if (wish !== undefined && missingIn(known, gates) === undefined) await goOn(wish);
  };
  const refused = () => {
    if (missing !== undefined) stop({ text: t(purposeWords[missing].needed) });
  };
  const passed = (pass: string) => {
    if (roundId === undefined || wish === undefined) return;
    void finish({ roundId, wish, place, pass });
  };
  const close = () => {
    setGot(undefined);
    setStep('idle');
  };
  return { step, got, told, missing, begin, agreed, refused, passed, close };
}
