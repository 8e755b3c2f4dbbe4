/** Every call to an outside party has a limit in time and may be given up by its caller. */
export type Call = { readonly timeoutMs: number; readonly signal?: AbortSignal };

/** Why there is no answer: the limit passed, or the caller gave up. Either way nothing is known. */
export type NoAnswer = 'timeout' | 'aborted';

/** An answer, or why there is none. */
export type Reply<T> =
  | { readonly isAnswered: true; readonly answer: T }
  | { readonly isAnswered: false; readonly cause: NoAnswer };

const gaveUp = Symbol('the caller no longer waits');

/**
 * What `work` answers within the call's limit. `work` gets the signal that ends its own requests;
 * a rejection that comes after the end is of no interest to anybody. Any other rejection is a
 * mistake in the adapter and passes through.
 */
export async function replyWithin<T>(
  call: Call,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Reply<T>> {
  if (call.signal?.aborted === true) return { isAnswered: false, cause: 'aborted' };
  const end = new AbortController();
  const { promise: ended, resolve } = Promise.withResolvers<NoAnswer>();
  const timer = setTimeout(() => resolve('timeout'), call.timeoutMs);
  const onAbort = (): void => resolve('aborted');
  call.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const cause = ended.then((why): { cause: NoAnswer } => {
      end.abort(gaveUp);
      return { cause: why };
    });
    const working = work(end.signal).then(
      (answer) => ({ answer }),
      (error: unknown) => {
        if (error === gaveUp) return cause;
        throw error;
      },
    );
    const first = await Promise.race([working, cause]);
    return 'answer' in first
      ? { isAnswered: true, answer: first.answer }
      : { isAnswered: false, cause: first.cause };
  } finally {
    clearTimeout(timer);
    call.signal?.removeEventListener('abort', onAbort);
  }
}

/** Waits `milliseconds`, or rejects with the signal's reason as soon as it ends. */
export function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.reject(signal.reason);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = Number.isFinite(milliseconds) ? setTimeout(resolve, milliseconds) : undefined;
  const onAbort = (): void => {
    clearTimeout(timer);
    reject(signal.reason);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return promise.finally(() => signal.removeEventListener('abort', onAbort));
}

/** The silence of a party that will not answer: ends only when the caller stops waiting. */
export function silence(signal: AbortSignal): Promise<never> {
  return waitFor(Infinity, signal).then(() => silence(signal));
}
