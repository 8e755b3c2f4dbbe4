import { claimRoute } from '../../server/src/features/round/round.contract.ts';
import { issueCodeRoute } from '../../server/src/features/wallet/code.contract.ts';
import { type Command, differs } from './command.ts';
import { fundOf, type Model, move, type RoundModel } from './model.ts';
import { personCount } from './world.ts';

const hourMs = 3_600_000;
export const codeLifeMs = 60_000;

/** A Friday's voucher ends on the Thursday after, at 23:00: six days and thirteen hours. */
const validToOf = (round: RoundModel) => round.opensAt + (6 * 24 + 13) * hourMs;

function claimOutcome(model: Model, round: RoundModel, claimant: string, kindId: string): string {
  if (round.state === 'prepared') return 'round_not_open';
  if (round.state !== 'approved') return 'round_closed';
  if (model.now < round.opensAt) return 'round_not_open';
  if (model.now >= round.closesAt) return 'round_closed';
  if (model.programme !== 'published') return 'programme_not_running';
  if (!model.kinds.some((kind) => kind.id === kindId)) return 'not_found';
  const stock = round.stock.find((one) => one.kind.id === kindId);
  if (stock !== undefined && stock.issued === stock.quantity) return 'sold_out';
  if (round.claims.has(claimant)) return 'limit_reached';
  return stock === undefined ? 'sold_out' : 'ok';
}

/** What a process may tell early: the hour by its clock, or sold out as it remembers. */
function earlyOutcome(model: Model, round: RoundModel, kindId: string): string | undefined {
  if (model.now < round.opensAt) return 'round_not_open';
  if (model.now >= round.closesAt) return 'round_closed';
  const stock = round.stock.find((one) => one.kind.id === kindId);
  return stock !== undefined && stock.issued === stock.quantity ? 'sold_out' : undefined;
}

/** Somebody claims in the round that is nearest. */
const claim: Command = {
  name: 'claim',
  weight: 40,
  draw: (model, chance) => {
    const known = model.rounds.slice(-4);
    const open = known.filter((one) => one.opensAt <= model.now && model.now < one.closesAt);
    const round = chance.pick(open.length > 0 && chance.in100(85) ? open : known);
    if (round === undefined || (open.length === 0 && chance.in100(70))) return undefined;
    const person = chance.below(personCount);
    const any = chance.pick(model.kinds)?.id ?? '';
    const wanted = chance.pick(round.stock)?.kind.id ?? any;
    const kindId = chance.in100(8) ? 'no_such_kind' : chance.in100(90) ? wanted : any;
    const claimant = `${person} ${kindId}`;
    return {
      facts: [round.number, person, kindId],
      expected: claimOutcome(model, round, claimant, kindId),
      or: earlyOutcome(model, round, kindId),
      send: (world) =>
        world.request(
          claimRoute,
          { params: { roundId: round.roundId }, body: { kind: kindId } },
          world.residents[person],
        ),
      accepted: (json) => {
        const stock = round.stock.find((one) => one.kind.id === kindId);
        if (stock === undefined) return `a voucher of ${kindId} that the round does not have`;
        const { kind } = stock;
        const fund = fundOf(model, kind);
        const [validFrom, validTo] = [model.now, validToOf(round)];
        stock.issued += 1;
        round.claims.add(claimant);
        move(fund, 'committed', 'outstanding', kind.faceFen);
        const { voucherId } = json;
        model.vouchers.push({ voucherId, person, kind, fund, validFrom, validTo, state: 'unused' });
        return (
          differs('face', json.faceFen, kind.faceFen) ??
          differs('start', Date.parse(json.validFrom), validFrom) ??
          differs('end', Date.parse(json.validTo), validTo)
        );
      },
    };
  },
};

/** A phone asks for the next payment code; of the live ones the two newest stay. */
const makeCode: Command = {
  name: 'make_code',
  weight: 30,
  draw: (model, chance) => {
    const recent = model.vouchers.slice(-60);
    const spendable = recent.filter((one) => one.state === 'unused' && one.validTo > model.now);
    const holder = chance.pick(spendable.length > 0 && chance.in100(80) ? spendable : recent);
    const person =
      chance.in100(90) && holder !== undefined ? holder.person : chance.below(personCount);
    const own = recent.filter((one) => one.person === person);
    const picked = chance.in100(15) ? chance.pick(chance.in100(70) ? own : recent) : undefined;
    const isOwn = picked === undefined || picked.person === person;
    return {
      facts: [person, picked === undefined ? '' : model.vouchers.indexOf(picked)],
      expected: isOwn ? 'ok' : 'not_found',
      send: (world) =>
        world.request(
          issueCodeRoute,
          { body: picked === undefined ? {} : { voucherId: picked.voucherId } },
          world.residents[person],
        ),
      accepted: (json) => {
        const live = model.codes.filter(
          (code) =>
            code.person === person &&
            code.ended === undefined &&
            code.createdAt + codeLifeMs > model.now,
        );
        for (const old of live.slice(0, -1)) old.ended = 'replaced';
        const { code: digits } = json;
        const createdAt = model.now;
        model.codes.push({ digits, person, createdAt, voucher: picked, ended: undefined });
        return differs('end of the code', Date.parse(json.expiresAt), createdAt + codeLifeMs);
      },
    };
  },
};

export const walletCommands: readonly Command[] = [claim, makeCode];
