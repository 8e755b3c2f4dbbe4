import { isDeepStrictEqual } from 'node:util';
import { tryRoute } from '../../server/src/features/redemption/redemption.contract.ts';
import { prepareFundingOrderRoute } from '../../server/src/features/fund/funding.contract.ts';
import { claimRoute } from '../../server/src/features/round/round.contract.ts';
import type { Got } from '../../server/src/http/test-app.ts';
import type { Command } from './command.ts';
import type { World } from './world.ts';

/** What a repeated request must get: the same answer, marked as repeated. */
function repeated(got: Got, first: Got): Got {
  const isSame = got.status === first.status && isDeepStrictEqual(got.json, first.json);
  const isMarked = got.headers['idempotent-replayed'] === 'true';
  if (isSame && isMarked) return got;
  return { ...got, status: 599, code: `answered differently: ${got.status} ${got.text}` };
}

const kept = new Set([claimRoute.name, prepareFundingOrderRoute.name, tryRoute.name]);

const answersOf = (world: World) => world.answers.filter(({ route }) => kept.has(route.name));

const nothing: Got = { status: 200, code: undefined, headers: {}, text: '', json: {} };

/** A phone or till that lost the answer asks again with the same key. */
const again: Command = {
  name: 'again',
  weight: 5,
  draw: (_, chance) => {
    const place = chance.below(1_000);
    return {
      facts: [place],
      expected: 'ok',
      send: async (world) => {
        const answers = answersOf(world);
        const given = answers[place % Math.max(1, answers.length)];
        if (given === undefined) return nothing;
        const { route, sent, as, got } = given;
        return repeated(await world.app.request(route, sent, as), got);
      },
      accepted: () => undefined,
    };
  },
};

/** The same key with other business: refused, and nothing happens. */
const misuse: Command = {
  name: 'key_for_other_business',
  weight: 3,
  draw: (_, chance) => {
    const place = chance.below(1_000);
    return {
      facts: [place],
      expected: 'ok',
      send: async (world) => {
        const answers = world.answers.filter(({ route }) => route.name === tryRoute.name);
        const given = answers[place % Math.max(1, answers.length)];
        if (given === undefined) return nothing;
        const { route, sent, as } = given;
        const orderFen = Number(Reflect.get(Object(sent.body), 'orderFen')) + 1;
        const body = { ...Object(sent.body), orderFen };
        const got = await world.app.request(route, { ...sent, body }, as);
        return got.code === 'idempotency_key_reused' ? nothing : { ...got, status: 599 };
      },
      accepted: () => undefined,
    };
  },
};

export const againCommands: readonly Command[] = [again, misuse];
