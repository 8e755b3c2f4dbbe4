import { Problem } from '../api/problem.ts';
import { reasonOf } from '../ui/states.tsx';
import { useStateWords } from './words.ts';

/** What went wrong, in the cashier's words where the server has them. */
export function useTillReason(): (error: unknown) => string {
  const words = useStateWords();
  return (error) => {
    const cashier = error instanceof Problem ? error.facts['cashier'] : undefined;
    return typeof cashier === 'string' ? cashier : reasonOf(error, words);
  };
}
