import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type * as gates from '../../../server/src/features/gate/gate.contract.ts';
import { call } from '../api/call.ts';
import { Problem } from '../api/problem.ts';
import { useElder } from './elder.ts';
import {
  type Answer,
  type Picture,
  PicturePuzzle,
  QuestionPuzzle,
  type Slider,
  SliderPuzzle,
} from './puzzles.tsx';
import { Shown, Trouble } from './parts.tsx';
import { useWords } from './words.ts';

type Kind = 'slider' | 'picture' | 'question';

type Props = {
  readonly roundId: string;
  readonly kinds: readonly string[];
  readonly passed: (pass: string) => void;
  readonly cancelled: () => void;
};

type Wish = Omit<Props, 'cancelled'>;

/** Which check is next, what is shown for it, and what was passed so far. */
function useChecks({ roundId, kinds, passed }: Wish) {
  const [isElder] = useElder();
  const [isInWords, setInWords] = useState(isElder);
  const [done, setDone] = useState<readonly string[]>([]);
  const [pass, setPass] = useState<string>();
  const [round, setRound] = useState(0);
  const [isWrong, setWrong] = useState(false);
  const next = kinds.find((one) => !done.includes(one));
  const kind: Kind = isInWords ? 'question' : next === 'picture' ? 'picture' : 'slider';
  const offer = useQuery({
    queryKey: ['captcha', roundId, kind, round],
    staleTime: Infinity,
    gcTime: 0,
    queryFn: () =>
      call<typeof gates.offerCaptchaRoute>('POST /api/rounds/{roundId}/captchas', {
        params: { roundId },
        body: { kind, form: isElder ? 'elder' : 'standard' },
      }),
  });
  const answer = useMutation({
    mutationFn: (given: Answer & { readonly challenge: string }) =>
      call<typeof gates.answerCaptchaRoute>('POST /api/rounds/{roundId}/captcha-answers', {
        params: { roundId },
        body: { ...given, ...(pass === undefined ? {} : { pass }) },
      }),
    onSuccess: (told) => {
      const known: readonly string[] = told.kinds;
      setWrong(false);
      setPass(told.pass);
      const isAll = known.includes('question') || kinds.every((one) => known.includes(one));
      if (isAll) passed(told.pass);
      else setDone(known);
    },
    onError: (error) => {
      setWrong(error instanceof Problem && error.code === 'captcha_invalid');
      setRound(round + 1);
    },
  });
  const another = () => setRound(round + 1);
  return { kind, offer, answer, isWrong, isInWords, another, inWords: () => setInWords(true) };
}

/** The checks of a claim, one after the other; 长辈版 answers one question in words instead. */
export function Captcha({ cancelled, ...wish }: Props) {
  const { t } = useWords();
  const { kind, offer, answer, isWrong, isInWords, another, inWords } = useChecks(wish);
  return (
    <div className="sheet" role="dialog" aria-modal="true" aria-label={t('captchaTitle')}>
      <div className="card">
        <h2>{t('captchaTitle')}</h2>
        {isWrong ? (
          <p className="trouble" role="alert">
            {t('captchaWrong')}
          </p>
        ) : (
          <Trouble error={answer.error} />
        )}
        <Shown query={offer}>
          {({ challenge, view }) => (
            <Puzzle
              key={challenge}
              kind={kind}
              view={view}
              send={(given) => answer.mutate({ ...given, challenge })}
            />
          )}
        </Shown>
        <p className="links">
          <button type="button" className="plain" onClick={another}>
            {t('captchaOther')}
          </button>
          {isInWords ? null : (
            <button type="button" className="plain" onClick={inWords}>
              {t('captchaElder')}
            </button>
          )}
          <button type="button" className="plain" onClick={cancelled}>
            {t('cancel')}
          </button>
        </p>
      </div>
    </div>
  );
}

type PuzzleProps = {
  readonly kind: Kind;
  readonly view: unknown;
  readonly send: (answer: Answer) => void;
};

function Puzzle({ kind, view, send }: PuzzleProps) {
  // What the server paints for each kind.
  if (kind === 'slider') return <SliderPuzzle view={view as Slider} send={send} />;
  if (kind === 'picture') return <PicturePuzzle view={view as Picture} send={send} />;
  return <QuestionPuzzle text={(view as { readonly text: string }).text} send={send} />;
}
