import { instant } from '@huiquan/domain/instant.ts';
import { makeReport } from '../../server/src/features/evaluation/evaluate-command.ts';
import { givenFund } from '../../server/src/given/fund.ts';
import { givenPersons } from '../../server/src/given/issuing.ts';
import { givenMerchant, type GivenMerchant } from '../../server/src/given/merchant.ts';
import { givenProgramme, type GivenProgramme } from '../../server/src/given/programme.ts';
import { givenClaimedVouchers } from '../../server/src/given/redemption.ts';
import { median, peakRssMb, rounded } from './figures.ts';
import type { Place } from './place.ts';
import { redeemGroup, type Shops } from './redeem-groups.ts';
import type { Row } from './row.ts';

/** 2020: 17.2 % of 870 million yuan went out electronically, 300 yuan each: half a million. */
const redemptionsAsPrinted = 500_000;
/** Those of 山西: 11 cities, 117 counties, and branches that pay for their members. */
const counties = 117;
const branchesPerCounty = 20;
const merchantCount = 50;
const groupSize = 2_000;
const inThoseDays = '2020-05-08T10:00:00+08:00';

/** County unions with branches below the organiser, each with its members; 7.76 million in all. */
async function makeUnions(place: Place, { organiserId }: GivenProgramme): Promise<void> {
  await place.owner.query(
    `with root as (select path from organisation where organisation_id = $1),
     act as (
       insert into event (at, actor_kind, actor_id, kind, subject_kind, subject_id, body)
       values (business_now(), 'system', 'bench', 'organisation.figures', 'organisation', $1::text,
         '{}') returning event_id),
     county as (
       insert into organisation (organisation_id, parent_id, kind, level, name, path, created_at)
       select i.id, $1, 'county_union', 'county', '县总工会', root.path || i.id || '/',
         business_now()
       from root cross join (select new_id() as id from generate_series(1, $2::int)) i
       returning organisation_id, path),
     branch as (
       insert into organisation (organisation_id, parent_id, kind, level, name, path, created_at)
       select i.id, c.organisation_id, 'branch_union', 'enterprise', '基层工会',
         c.path || i.id || '/', business_now()
       from county c cross join lateral (
         select new_id() as id from generate_series(1, $3::int) where c.path <> '') i
       returning organisation_id)
     insert into organisation_figure (organisation_id, figure, as_of, value, event_id)
     select b.organisation_id, 'members', '2020-03-01', 7760000 / ($2::int * $3::int), a.event_id
     from branch b cross join act a`,
    [organiserId, counties, branchesPerCounty],
  );
}

type World = Shops & { readonly programme: GivenProgramme; readonly fundId: string };

/** New people, each with a voucher of 300 yuan. */
async function giveGroup(place: Place, world: World, count: number) {
  const { db } = place;
  const { programmeId, versionId } = world.programme;
  const personIds = await givenPersons(db, count);
  const face = { kind: 'union_300', faceFen: 30_000n, fundId: world.fundId };
  const validTo = instant(Date.parse('2020-06-30T00:00:00+08:00'));
  await givenClaimedVouchers(db, { programmeId, versionId, personIds, ...face, validTo });
  return { personIds };
}

/** The 2020 programme with `count` redemptions, by the real commands in groups. */
async function makeWorld(place: Place, count: number): Promise<World> {
  const { db, keys } = place;
  await place.setClock(inThoseDays);
  const programme = await givenProgramme(db, { file: 'shanxi-union-2020' });
  const { programmeId } = programme;
  await makeUnions(place, programme);
  const amountFen = 30_000n * BigInt(count);
  const pool = { programmeId, pool: 'voucher', channel: 'unionpay_app' };
  const { fundId } = await givenFund(db, { ...pool, amountFen });
  const industries = ['commerce', 'catering', 'department_store', 'tourism'];
  const merchants: GivenMerchant[] = [];
  for (let n = 0; n < merchantCount; n += 1) {
    const category = industries[n % industries.length] ?? 'retail';
    merchants.push(await givenMerchant(db, { programmeId, category, keys }));
  }
  return { programme, fundId, merchants };
}

/** The evaluation of a programme of 7.76 million members, from its ledger. */
export const evaluate: Row = async (place, wish) => {
  const count = wish.size ?? redemptionsAsPrinted;
  const world = await makeWorld(place, count);
  for (let made = 0; made < count; made += groupSize) {
    const { personIds } = await giveGroup(place, world, Math.min(groupSize, count - made));
    await redeemGroup(place, world, { personIds, orderFen: 38_000n });
    if (made % 50_000 === 0) wish.say(`  ${made} of ${count} redemptions`);
  }
  await place.owner.query('vacuum analyze');
  const times: number[] = [];
  for (let slice = 0; slice < Math.max(3, wish.slices); slice += 1) {
    const startedAt = performance.now();
    await makeReport(place.db, world.programme.code);
    times.push((performance.now() - startedAt) / 1_000);
  }
  await place.setClock(undefined);
  return {
    ours_s: rounded(median(times)),
    rss_mb: peakRssMb(process.pid),
    more: {
      redemptions: count,
      branches: counties * branchesPerCounty,
      best_s: rounded(Math.min(...times)),
    },
  };
};
