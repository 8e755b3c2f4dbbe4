import * as contract from '../../server/src/features/redemption/redemption.contract.ts';
import { voidOverdueTries } from '../../server/src/features/redemption/decide.ts';
import { payRest } from '../../server/src/features/redemption/network.ts';
import { transact } from '../../server/src/db/transact.ts';
import type { Chance } from './chance.ts';
import { type Command, differs, type Step } from './command.ts';
import { type Model, move, type RedemptionModel, returnIfReleased } from './model.ts';

const done = { status: 200, code: undefined, headers: {}, text: '', json: {} };

/** Mostly what is still undecided, sometimes what was decided long ago. */
function drawRedemption(model: Model, chance: Chance): RedemptionModel | undefined {
  const open = model.redemptions
    .slice(-80)
    .filter((one) => one.state === 'tried' || one.state === 'sent');
  return chance.in100(75) && open.length > 0
    ? chance.pick(open.slice(-6))
    : chance.pick(model.redemptions.slice(-40));
}

function commit(model: Model, one: RedemptionModel): void {
  one.state = 'committed';
  one.committedAt = model.now;
  one.voucher.state = 'used';
  move(one.voucher.fund, 'outstanding', 'payable', one.voucher.kind.faceFen);
}

function free(model: Model, one: RedemptionModel, state: 'cancelled' | 'voided'): void {
  one.state = state;
  one.voucher.state = 'unused';
  returnIfReleased(model, one.voucher);
}

const isOver = (model: Model, one: RedemptionModel) => model.now >= one.voidAt;

type Told = { readonly isOurs: boolean; readonly isSame: boolean };

function commitOutcome(model: Model, one: RedemptionModel, told: Told): string {
  if (!told.isOurs) return 'not_found';
  if (!told.isSame) return 'amount_changed';
  if (one.payment === 'network') {
    if (one.state === 'voided') return 'hold_expired';
    return one.state === 'tried' && isOver(model, one) ? 'hold_expired' : 'ok';
  }
  switch (one.state) {
    case 'committed':
      return 'ok';
    case 'reversed':
      return 'already_reversed';
    case 'voided':
      return 'hold_expired';
    case 'cancelled':
    case 'sent':
      return 'state_conflict';
    case 'tried':
      return isOver(model, one) ? 'hold_expired' : 'ok';
  }
}

function stateDiffers(one: RedemptionModel, state: unknown): string | undefined {
  return differs('state', state, one.state);
}

/** The till says that the rest was paid, or has the network ask for it. */
const commitTry: Command = {
  name: 'commit',
  weight: 20,
  draw: (model, chance) => {
    const one = drawRedemption(model, chance);
    if (one === undefined) return undefined;
    const till = chance.in100(92) ? one.till.index : chance.below(model.tills.length);
    const orderFen = chance.in100(92) ? one.orderFen : one.orderFen + 1;
    const told = { isOurs: till === one.till.index, isSame: orderFen === one.orderFen };
    const kinds = ['obey', 'obey', 'obey', 'decline', 'unreachable', 'twice'] as const;
    const behaviour = chance.pick(kinds) ?? 'obey';
    const isAsked = one.payment === 'network' && one.state === 'tried';
    return {
      facts: [model.redemptions.indexOf(one), till, orderFen, isAsked ? behaviour : ''],
      expected: commitOutcome(model, one, told),
      send: (world) => {
        const { script } = world.app.sandboxes.paymentNetwork;
        if (isAsked) script.on(one.redemptionId, { kind: behaviour });
        const params = { redemptionId: one.redemptionId };
        return world.request(
          contract.commitRoute,
          { params, body: { orderFen } },
          world.tills[till],
        );
      },
      accepted: (json) => {
        if (one.state === 'tried') {
          const isDeclined = isAsked && behaviour === 'decline';
          const isUnsent = isAsked && behaviour === 'unreachable';
          if (isDeclined) free(model, one, 'cancelled');
          else if (!isUnsent) commit(model, one);
        }
        return stateDiffers(one, json.state);
      },
    };
  },
};

/** The network takes the money and says nothing. */
const payInSilence: Command = {
  name: 'pay_in_silence',
  weight: 12,
  draw: (model, chance) => {
    const one = chance.pick(
      model.redemptions
        .slice(-30)
        .filter(({ payment, state }) => payment === 'network' && state === 'tried')
        .filter((open) => !isOver(model, open)),
    );
    if (one === undefined) return undefined;
    return {
      facts: [model.redemptions.indexOf(one)],
      expected: 'ok',
      send: async ({ app }) => {
        const network = app.context.ports.paymentNetwork;
        app.sandboxes.paymentNetwork.script.on(one.redemptionId, { kind: 'silent' });
        const { rows } = await app.sql(
          'select terminal_id from redemption where redemption_id = $1',
          [one.redemptionId],
        );
        const terminalId: string = rows[0].terminal_id;
        const actor = { kind: 'terminal', id: terminalId } as const;
        const { redemptionId } = one;
        const orderFen = BigInt(one.orderFen) as Parameters<typeof payRest>[3]['orderFen'];
        const asked = { redemptionId, terminalId, orderFen, timeoutMs: 5 };
        return { ...done, json: { state: await payRest(app.db, network, actor, asked) } };
      },
      accepted: (json) => {
        one.state = 'sent';
        return stateDiffers(one, json.state);
      },
    };
  },
};

const decisions = { paid: 'committed', not_paid: 'cancelled' } as const;

function bankOutcome(one: RedemptionModel, outcome: 'paid' | 'not_paid'): string {
  if (one.state === decisions[outcome]) return 'ok';
  switch (one.state) {
    case 'reversed':
      return 'already_reversed';
    case 'voided':
      return 'hold_expired';
    case 'committed':
    case 'cancelled':
      return 'state_conflict';
    case 'sent':
      return 'ok';
    case 'tried':
      return outcome === 'paid' ? 'ok' : 'state_conflict';
  }
}

/** Reconciliation tells the bank what became of a payment that nobody answered. */
const bankDecides: Command = {
  name: 'bank_decides',
  weight: 3,
  draw: (model, chance) => {
    const silent = model.redemptions.slice(-80).filter((one) => one.state === 'sent');
    const one = chance.pick(
      silent.length > 0 && chance.in100(80) ? silent : model.redemptions.slice(-30),
    );
    if (one === undefined) return undefined;
    const outcome = chance.in100(50) ? 'paid' : 'not_paid';
    return {
      facts: [model.redemptions.indexOf(one), outcome],
      expected: bankOutcome(one, outcome),
      send: (world) =>
        world.request(
          contract.confirmOutcomeRoute,
          { params: { redemptionId: one.redemptionId }, body: { outcome } },
          world.bank,
        ),
      accepted: (json) => {
        if (one.state !== decisions[outcome]) {
          if (outcome === 'paid') commit(model, one);
          else free(model, one, 'cancelled');
        }
        return stateDiffers(one, json.state);
      },
    };
  },
};

function cancelOutcome(one: RedemptionModel, isOurs: boolean): string {
  if (!isOurs) return 'not_found';
  switch (one.state) {
    case 'tried':
    case 'cancelled':
      return 'ok';
    case 'reversed':
      return 'already_reversed';
    case 'voided':
      return 'hold_expired';
    case 'committed':
    case 'sent':
      return 'state_conflict';
  }
}

/** The till gives up. */
const cancelTry: Command = {
  name: 'cancel',
  weight: 6,
  draw: (model, chance) => {
    const one = drawRedemption(model, chance);
    if (one === undefined) return undefined;
    const till = chance.in100(85) ? one.till.index : chance.below(model.tills.length);
    return {
      facts: [model.redemptions.indexOf(one), till],
      expected: cancelOutcome(one, till === one.till.index),
      send: (world) =>
        world.request(
          contract.cancelRoute,
          { params: { redemptionId: one.redemptionId } },
          world.tills[till],
        ),
      accepted: (json) => {
        if (one.state === 'tried') free(model, one, 'cancelled');
        return stateDiffers(one, json.state);
      },
    };
  },
};

/** What happens by itself: tries that nobody decided end after 45 seconds. */
const voidTries: Command = {
  name: 'void_overdue_tries',
  weight: 4,
  draw: (model): Step => {
    const overdue = model.redemptions.filter((one) => one.state === 'tried' && isOver(model, one));
    return {
      facts: [overdue.length],
      expected: 'ok',
      send: async ({ app }) => {
        const actor = { kind: 'system', id: 'void_tries' } as const;
        return { ...done, json: { count: await transact(app.db, actor, voidOverdueTries) } };
      },
      accepted: (json) => {
        for (const one of overdue) free(model, one, 'voided');
        return differs('tries ended', json.count, overdue.length);
      },
    };
  },
};

export const outcomeCommands: readonly Command[] = [
  commitTry,
  payInSilence,
  bankDecides,
  cancelTry,
  voidTries,
];
