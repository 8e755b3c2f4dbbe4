import { instant, type Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { makeGroup } from '../../db/group.ts';
import { spendNonces } from '../../db/nonce.ts';
import type { Db } from '../../db/pool.ts';
import { glance } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';

const sql = twin(import.meta.url);

/** The rounds a process remembers at most. */
const rememberedMax = 1_000;

/** A challenge that was answered. */
type Answered = { readonly nonce: string; readonly expiresAt: Instant };

/** What captchas ask of the database; those who ask at once ask together. */
export type Challenges = {
  /** Refuses `not_found` for a round nobody knows. Rounds stay: each is looked for once. */
  readonly requireRound: (roundId: string) => Promise<void>;
  /** Ends a captcha challenge; false if somebody was first. */
  readonly spend: (answered: Answered) => Promise<boolean>;
};

/**
 * Makes what one process asks for its captchas: while a round opens everybody solves one, and each
 * took three transactions of its own.
 */
export function makeChallenges(db: Db): Challenges {
  const known = new Set<string>();
  const rounds = makeGroup<string, boolean>({
    run: async (ids) => {
      const roundIds = [...new Set(ids)];
      const found = await glance(db.lanes.door, (asking) =>
        asking.rows<{ roundId: string }>(sql('findRounds'), { roundIds }),
      );
      const here = new Set(found.map((row) => row.roundId));
      return ids.map((id) => ({ result: here.has(id) }));
    },
  });
  const spending = makeGroup<Answered, boolean>({
    run: async (answered) => {
      const nonces = answered.map((one) => one.nonce);
      // Remembered a little longer than some of them could be used.
      const until = instant(Math.max(...answered.map((one) => one.expiresAt)));
      const isSpent = await glance(db.lanes.claim, (asking) =>
        spendNonces(asking, { purpose: 'captcha-challenge', nonces }, until),
      );
      return isSpent.map((result) => ({ result }));
    },
  });
  return {
    requireRound: async (roundId) => {
      if (known.has(roundId)) return;
      if (!(await rounds.submit(roundId))) refuse('not_found');
      const [oldest] = known;
      if (known.size >= rememberedMax && oldest !== undefined) known.delete(oldest);
      known.add(roundId);
    },
    spend: (answered) => spending.submit(answered),
  };
}
