import * as programme from '../../server/src/features/programme/programme.contract.ts';
import * as contract from '../../server/src/features/merchant/sanction.contract.ts';
import type { Command } from './command.ts';

/** One person stops a merchant at once. */
const suspend: Command = {
  name: 'suspend_merchant',
  weight: 1,
  draw: (model, chance) => {
    const merchant = chance.pick(model.merchants);
    if (merchant === undefined || chance.in100(30)) return undefined;
    return {
      facts: [model.merchants.indexOf(merchant)],
      expected: merchant.admission === 'approved' ? 'ok' : 'state_conflict',
      send: (world) =>
        world.request(
          contract.suspendRoute,
          {
            params: { programmeId: world.programmeId, merchantId: merchant.merchantId },
            body: { evidence: '涉嫌套现' },
          },
          world.commerce[0],
        ),
      accepted: () => void (merchant.admission = 'suspended'),
    };
  },
};

const proposeSanction: Command = {
  name: 'propose_sanction',
  weight: 4,
  draw: (model, chance) => {
    const barred = model.merchants.filter((one) => one.admission !== 'approved');
    const merchant = chance.pick(barred.length > 0 && chance.in100(90) ? barred : model.merchants);
    if (merchant === undefined) return undefined;
    const kind = chance.in100(85) ? 'restore' : 'disqualify';
    const by = chance.below(2);
    return {
      facts: [model.merchants.indexOf(merchant), kind, by],
      expected: 'ok',
      send: (world) =>
        world.request(
          contract.prepareSanctionRoute,
          {
            params: { programmeId: world.programmeId, merchantId: merchant.merchantId },
            body: { kind, evidence: '核查结论' },
          },
          world.commerce[by],
        ),
      accepted: (json) =>
        void merchant.sanctions.push({ sanctionId: json.sanctionId, kind, by, state: 'prepared' }),
    };
  },
};

const decideSanction: Command = {
  name: 'decide_sanction',
  weight: 5,
  draw: (model, chance) => {
    const merchant = chance.pick(model.merchants);
    const sanction = chance.pick(merchant?.sanctions.slice(-4) ?? []);
    if (merchant === undefined || sanction === undefined) return undefined;
    const asker = chance.in100(20) ? sanction.by : 1 - sanction.by;
    const decision = chance.in100(85) ? 'approved' : 'rejected';
    const isBarred = merchant.admission !== 'approved';
    const mayRestore = sanction.kind === 'restore' && isBarred;
    const mayBar = sanction.kind === 'disqualify' && merchant.admission !== 'disqualified';
    const carried = decision === 'rejected' || mayRestore || mayBar ? 'ok' : 'state_conflict';
    const open = sanction.state === 'prepared' ? carried : 'already_decided';
    return {
      facts: [model.merchants.indexOf(merchant), sanction.kind, asker, decision],
      expected: asker === sanction.by ? 'separation_of_duties' : open,
      send: (world) =>
        world.request(
          contract.decideSanctionRoute,
          { params: { sanctionId: sanction.sanctionId }, body: { decision } },
          world.commerce[asker],
        ),
      accepted: () => {
        sanction.state = decision;
        if (decision === 'rejected') return undefined;
        merchant.admission = sanction.kind === 'restore' ? 'approved' : 'disqualified';
        return undefined;
      },
    };
  },
};

/** One person stops the whole programme. */
const stop: Command = {
  name: 'stop_programme',
  weight: 2,
  draw: (model, chance) => {
    if (model.programme === 'published' && chance.in100(80)) return undefined;
    return {
      facts: [],
      expected: model.programme === 'published' ? 'ok' : 'state_conflict',
      send: (world) =>
        world.request(
          programme.stopProgrammeRoute,
          { params: { programmeId: world.programmeId }, body: { reason: '风控告警' } },
          world.commerce[0],
        ),
      accepted: () => void (model.programme = 'stopped'),
    };
  },
};

const askRestart: Command = {
  name: 'ask_programme_restart',
  weight: 3,
  draw: (model) => {
    const isFree = model.restart === undefined;
    return {
      facts: [],
      expected: model.programme === 'stopped' && isFree ? 'ok' : 'state_conflict',
      send: (world) =>
        world.request(
          programme.prepareRestartRoute,
          { params: { programmeId: world.programmeId }, body: { reason: '告警解除' } },
          world.commerce[0],
        ),
      accepted: (json) => void (model.restart = { restartId: json.restartId, by: 0 }),
    };
  },
};

const decideRestart: Command = {
  name: 'decide_programme_restart',
  weight: 2,
  draw: (model, chance) => {
    const { restart } = model;
    if (restart === undefined) return undefined;
    const decision = chance.in100(85) ? 'approved' : 'rejected';
    return {
      facts: [decision],
      expected: 'ok',
      send: (world) =>
        world.request(
          programme.decideRestartRoute,
          { params: { restartId: restart.restartId }, body: { decision } },
          world.finance[0],
        ),
      accepted: () => {
        model.restart = undefined;
        if (decision === 'approved') model.programme = 'published';
        return undefined;
      },
    };
  },
};

export const watchCommands: readonly Command[] = [
  suspend,
  proposeSanction,
  decideSanction,
  stop,
  askRestart,
  decideRestart,
];
