import { dayOf } from '@huiquan/domain/instant.ts';
import { type Actor, transact } from '../server/src/db/transact.ts';
import { someStaff } from '../server/src/given/organisation.ts';
import {
  createOrganisations,
  type Figure,
  type NewOrganisation,
  reportFigures,
} from '../server/src/features/people/organisation.ts';
import type { Stage } from './sx20e-stage.ts';
import { type Dose, type PublishedLevel, shareOut, type Volumes } from './sx20e-volumes.ts';

/** A branch union with what it will hand out. */
export type Branch = {
  readonly organisationId: string;
  readonly name: string;
  /** None: the line of the register for what no level's members could get. */
  readonly level: PublishedLevel | undefined;
  readonly members: number;
  readonly electronic: number;
  readonly paper: number;
};

export type Tree = {
  readonly provincialUnionId: string;
  readonly cityUnionIds: readonly string[];
  readonly branches: readonly Branch[];
};

const cities = 11;
const perCall = 5_000;

async function create(
  stage: Stage,
  organisations: readonly NewOrganisation[],
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let at = 0; at < organisations.length; at += perCall) {
    const chunk = organisations.slice(at, at + perCall);
    ids.push(...(await transact(stage.db, someStaff(), (tx) => createOrganisations(tx, chunk))));
  }
  return ids;
}

/** Which branch of a level hands out how much: shares of the level's total over those who can. */
function deal(total: number, may: readonly boolean[]): readonly number[] {
  const shares = shareOut(total, may.filter(Boolean).length);
  let next = 0;
  return may.map((can) => (can ? (shares[next++] ?? 0) : 0));
}

/**
 * The unions of the province: 11 cities, 117 counties, branch unions at every level. Counties whose
 * budget guarantees half of their union money or more hand out electronic vouchers, those with none
 * hand out nothing: 县级行政事业单位工会经费不足.
 * @policy SX20E 问题（二）; requirement O1
 */
export async function growTree(stage: Stage, dose: Dose, volumes: Volumes): Promise<Tree> {
  const [provincialUnionId = ''] = await create(stage, [
    { name: '山西省总工会', kind: 'province_union', level: 'province', regionCode: '140000' },
  ]);
  const cityUnionIds = await create(
    stage,
    Array.from({ length: cities }, (_, n) => ({
      name: `第${n + 1}市总工会`,
      kind: 'city_union' as const,
      level: 'city' as const,
      parentId: provincialUnionId,
    })),
  );
  const countyUnionIds = await create(
    stage,
    volumes.guarantees.map((_, n) => ({
      name: `第${n + 1}县总工会`,
      kind: 'county_union' as const,
      level: 'county' as const,
      parentId: cityUnionIds[n % cities],
    })),
  );
  const { listsEvery } = dose;
  const branches = [
    ...(await growBranches(stage, 'province', repeat([provincialUnionId], dose.provinceBranches), {
      volumes,
      listsEvery: 1,
    })),
    ...(await growBranches(stage, 'city', repeat(cityUnionIds, dose.branchesPerCity), {
      volumes,
      listsEvery,
    })),
    ...(await growBranches(stage, 'county', repeat(countyUnionIds, dose.branchesPerCounty), {
      volumes,
      listsEvery,
      guarantees: repeat(volumes.guarantees, dose.branchesPerCounty),
    })),
    ...(await growRest(stage, provincialUnionId, volumes)),
  ];
  await report(stage, countyUnionIds, { volumes, branches });
  return { provincialUnionId, cityUnionIds, branches };
}

function repeat<T>(items: readonly T[], times: number): readonly T[] {
  return Array.from({ length: times }, () => items).flat();
}

async function growBranches(
  stage: Stage,
  level: PublishedLevel,
  parents: readonly string[],
  at: {
    readonly volumes: Volumes;
    readonly listsEvery: number;
    readonly guarantees?: readonly number[];
  },
): Promise<readonly Branch[]> {
  const names = { province: '省直', city: '市直', county: '县' };
  const ids = await create(
    stage,
    parents.map((parentId, n) => ({
      name: `${names[level]}第${n + 1}基层工会`,
      kind: 'branch_union' as const,
      level,
      parentId,
    })),
  );
  const { members, electronic, paper } = at.volumes.levels[level];
  const heads = shareOut(members, ids.length);
  const guarantees = at.guarantees ?? ids.map(() => 100);
  const { listsEvery } = at;
  const hasList = guarantees.map((percent, n) => percent >= 50 && n % listsEvery === 0);
  const electronics = deal(electronic, hasList);
  const papers = deal(
    paper,
    guarantees.map((percent, n) => percent > 0 && (listsEvery === 1 || hasList[n] !== true)),
  );
  return ids.map((organisationId, n) => ({
    organisationId,
    name: `${names[level]}第${n + 1}基层工会`,
    level,
    members: heads[n] ?? 0,
    electronic: electronics[n] ?? 0,
    paper: papers[n] ?? 0,
  }));
}

async function growRest(
  stage: Stage,
  parentId: string,
  volumes: Volumes,
): Promise<readonly Branch[]> {
  const paper = volumes.beyondCap;
  if (paper === 0) return [];
  const name = '超出会员上限、无法归属的纸质券';
  const [organisationId = ''] = await create(stage, [{ name, kind: 'branch_union', parentId }]);
  return [{ organisationId, name, level: undefined, members: 0, electronic: 0, paper }];
}

async function report(
  stage: Stage,
  countyUnionIds: readonly string[],
  known: { readonly volumes: Volumes; readonly branches: readonly Branch[] },
): Promise<void> {
  const statistician: Actor = someStaff();
  await transact(stage.db, statistician, async (tx) => {
    const asOf = dayOf(tx.now);
    const figures: Figure[] = [
      ...countyUnionIds.map((organisationId, n) => ({
        organisationId,
        figure: 'fiscal_guarantee',
        asOf,
        value: known.volumes.guarantees[n] ?? 0,
      })),
      ...known.branches
        .filter((one) => one.level !== undefined)
        .map(({ organisationId, members }) => ({
          organisationId,
          figure: 'members',
          asOf,
          value: members,
        })),
    ];
    await reportFigures(tx, figures);
  });
}
