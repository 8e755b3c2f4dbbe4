import { useEffect, useState } from 'react';
import type * as api from '../../../../server/src/features/programme/programme.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { reasonOf } from '../../ui/states.tsx';
import { useStateWords } from '../words.ts';

/** What the plan checker says of a text. */
export type Checked = ReplyOf<typeof api.checkPlanRoute>;

export type Check = {
  /** The last word of the checker; that on an earlier text while it checks anew. */
  readonly checked: Checked | undefined;
  readonly isChecking: boolean;
  readonly failure: string | undefined;
};

/** Long enough that a word is written to its end, short enough to seem live. */
const pauseMs = 600;

/** Has the plan checker look at `text` once nobody has typed for a moment. */
export function useCheck(text: string | undefined): Check {
  const words = useStateWords();
  const [checked, setChecked] = useState<Checked>();
  const [known, setKnown] = useState<string>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    if (text === undefined || text === known) return undefined;
    const leaving = new AbortController();
    const check = async () => {
      try {
        const body = { planText: text === '' ? ' ' : text };
        const sent = { body, signal: leaving.signal };
        const found = await call<typeof api.checkPlanRoute>('POST /api/plan-checks', sent);
        setChecked(found);
        setFailure(undefined);
      } catch (error) {
        if (leaving.signal.aborted) return;
        setFailure(reasonOf(error, words));
      }
      setKnown(text);
    };
    const timer = setTimeout(() => void check(), checked === undefined ? 0 : pauseMs);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [text, known, checked, words]);
  return { checked, isChecking: text !== known, failure };
}
