import { randomUUID } from 'node:crypto';
import { fen } from '@huiquan/domain/fen.ts';
import { instant } from '@huiquan/domain/instant.ts';
import { features } from '../../server/src/app.ts';
import { transact } from '../../server/src/db/transact.ts';
import { openFund } from '../../server/src/features/fund/fund.ts';
import { givenMerchant } from '../../server/src/given/merchant.ts';
import { someStaff } from '../../server/src/given/organisation.ts';
import { givenProgramme, smallPlan } from '../../server/src/given/programme.ts';
import {
  type As,
  type Got,
  type Sent,
  testApp,
  type TestApp,
} from '../../server/src/http/test-app.ts';
import type { Route } from '../../server/src/http/contract.ts';
import type { FundModel, KindModel, MerchantModel, Model, TillModel } from './model.ts';

export const personCount = 25;
const start = Date.parse('2023-08-30T09:00:00+08:00');

/** Two years of Fridays, so that no run of commands comes to the end of the calendar. */
const planText = smallPlan
  .replace(
    'dates: { from: "2023-09-01", to: "2023-12-08", redeem_until: "2023-12-14 23:00" }',
    'dates: { from: "2023-09-01", to: "2025-08-29", redeem_until: "2025-09-04 23:00" }',
  )
  .replace('from: "2023-09-01", to: "2023-12-08" }', 'from: "2023-09-01", to: "2025-08-29" }')
  // Every kind in the shops of its own pool only, so that a shop can be the wrong one.
  .replaceAll(/pool: (retail|catering), face/g, 'pool: $1, categories: [$1], face');

/** An answer that was given, to ask for it again. */
type Given = { readonly route: Route; readonly sent: Sent; readonly as: As; readonly got: Got };

/** The server and everybody who uses it. */
export type World = {
  readonly app: TestApp;
  readonly programmeId: string;
  /** Two of each office: the second person is another one. */
  readonly commerce: readonly As[];
  readonly finance: readonly As[];
  readonly bank: As;
  readonly residents: readonly As[];
  readonly tills: readonly As[];
  readonly owners: readonly As[];
  /** Sends a request and remembers its answer. */
  readonly request: (route: Route, sent: Sent, as: As | undefined) => Promise<Got>;
  readonly answers: Given[];
  readonly setClock: (now: number) => Promise<void>;
};

const answersKept = 40;

async function makeOffices(app: TestApp, programmeId: string) {
  const scope = { kind: 'programme', id: programmeId };
  return {
    commerce: [await app.signInStaff('COM', scope), await app.signInStaff('COM', scope)],
    finance: [await app.signInStaff('FIN', scope), await app.signInStaff('FIN', scope)],
    bank: await app.signInStaff('BNK', scope),
  };
}

async function makeShops(app: TestApp, programmeId: string) {
  const merchants: MerchantModel[] = [];
  const tills: TillModel[] = [];
  const signers: As[] = [];
  const owners: As[] = [];
  for (const category of ['retail', 'catering', 'retail']) {
    const made = await givenMerchant(app.db, { programmeId, category, keys: app.keys });
    const { merchantId, shopId } = made;
    merchants.push({ merchantId, category, admission: 'approved', sanctions: [] });
    signers.push(await app.terminal(shopId));
    owners.push(await app.signInStaff('MOW', { kind: 'merchant', id: merchantId }));
    const index = tills.length;
    tills.push({ index, merchantId, category, badScans: [], pausedUntil: 0 });
  }
  return { merchants, tills, signers, owners };
}

async function makeFunds(app: TestApp, programmeId: string): Promise<FundModel[]> {
  const { rows } = await app.sql(
    `select organisation_id from programme_party where programme_id = $1 and party = 'finance'`,
    [programmeId],
  );
  const funderId: string = rows[0].organisation_id;
  const funds: FundModel[] = [];
  for (const pool of ['retail', 'catering']) {
    const { fundId } = await transact(app.db, someStaff(), (tx) =>
      openFund(tx, { programmeId, pool, funderId, funder: 'fiscal', channel: undefined }),
    );
    const balances = { available: 0, committed: 0, outstanding: 0, payable: 0, return_due: 0 };
    funds.push({ pool, fundId, balances });
  }
  return funds;
}

async function setClock(app: TestApp, last: { at: number }, now: number): Promise<void> {
  await app.setClock(instant(now));
  // Approvals ask for a recent sign-in; who works for a year signs in every day.
  if (now - last.at < 60_000) return;
  last.at = now;
  await app.sql(
    `update session set signed_in_at = business_now(), second_factor_at = business_now(),
       expires_at = business_now() + interval '30 days'`,
  );
}

/** A programme in the hands of its offices, shops that take it, people who want its vouchers. */
export async function makeWorld(): Promise<{ readonly world: World; readonly model: Model }> {
  const app = await testApp(features);
  await app.setClock(instant(start));
  const { programmeId, plan } = await givenProgramme(app.db, { planText });
  const funds = await makeFunds(app, programmeId);
  const offices = await makeOffices(app, programmeId);
  const { merchants, tills, signers, owners } = await makeShops(app, programmeId);
  const residents: As[] = [];
  for (let n = 0; n < personCount; n += 1) residents.push(await app.signInResident());
  const kinds = plan.kinds.map((kind): KindModel => {
    const face = kind.face.type === 'fixed' ? kind.face.faceFen : fen(0);
    const { id, pool, threshold } = kind;
    const category = pool;
    return { id, pool, category, faceFen: Number(face), fromFen: Number(threshold.amountFen) };
  });
  const answers: Given[] = [];
  const last = { at: 0 };
  const world: World = {
    app,
    programmeId,
    ...offices,
    residents,
    tills: signers,
    owners,
    answers,
    request: async (route, sent, as) => {
      if (as === undefined) throw new Error(`nobody is there to ask ${route.name}`);
      const keyed = { ...sent, key: sent.key ?? randomUUID() };
      const got = await app.request(route, keyed, as);
      if (got.status < 300) answers.push({ route, sent: keyed, as, got });
      if (answers.length > answersKept) answers.shift();
      return got;
    },
    setClock: (now) => setClock(app, last, now),
  };
  const model: Model = {
    now: start,
    programme: 'published',
    restart: undefined,
    kinds,
    funds,
    orders: [],
    rounds: [],
    calendar: plan.rounds.map(({ opensAt, closesAt }, index) => ({
      number: index + 1,
      opensAt,
      closesAt,
    })),
    vouchers: [],
    codes: [],
    merchants,
    tills,
    redemptions: [],
    released: new Set(),
  };
  return { world, model };
}
