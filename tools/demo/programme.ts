import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { instant, type Instant } from '@huiquan/domain/instant.ts';
import type { Plan } from '@huiquan/domain/plan/effective-plan.ts';
import { shiftPlan } from '@huiquan/domain/plan/shift.ts';
import type { Actor } from '../../server/src/db/transact.ts';
import {
  createOrganisation,
  type OrganisationKind,
} from '../../server/src/features/people/organisation.ts';
import { loadPlan } from '../../server/src/features/programme/load-plan.ts';
import { checkPlanFile } from '../../server/src/features/programme/plan-file.ts';
import { preparePlan } from '../../server/src/features/programme/prepared-plan.ts';
import { approveVersion, createProgramme } from '../../server/src/features/programme/programme.ts';
import { installer, type World } from './world.ts';

const weekMs = 7 * 86_400_000;

/** A programme of `programmes/` whose whole calendar is moved by whole weeks into our days. */
export type Moved = {
  readonly planText: string;
  /** The moment of the document's own calendar, in ours. */
  readonly moved: (documentMoment: Instant) => Instant;
};

/**
 * Moves a programme file so that `documentMoment` falls at most a week before `now`. Fridays stay
 * Fridays; the document keeps its number and date.
 */
export function movePlan(name: string, documentMoment: Instant, now: Instant): Moved {
  const path = new URL(`../../programmes/${name}.yaml`, import.meta.url);
  const { file } = checkPlanFile(readFileSync(path, 'utf8'));
  if (file === undefined) throw new Error(`${name} is no programme file`);
  const weeks = Math.floor((now - documentMoment) / weekMs);
  return {
    planText: `# 演示：日期整体平移 ${weeks} 周，其余照原文件\n${stringify(shiftPlan(file, weeks))}`,
    moved: (moment) => instant(moment + weeks * weekMs),
  };
}

/** A programme that is published, with the organisations that play its parties. */
export type Published = {
  readonly programmeId: string;
  readonly plan: Plan;
  readonly organiserId: string;
  readonly parties: Readonly<Record<string, string>>;
};

type Wanted = {
  readonly planText: string;
  readonly code: string;
  readonly organiserKind: OrganisationKind;
  readonly level: 'province' | 'county';
  readonly regionCode: string;
  /** The kind of organisation behind each party; bureaus where nothing is said. */
  readonly kinds: Readonly<Record<string, OrganisationKind>>;
  readonly preparer: (organiserId: string) => Promise<Actor>;
  /** The approver sits where the plan says: he is given every party's organisation. */
  readonly approver: (
    organiserId: string,
    parties: Readonly<Record<string, string>>,
  ) => Promise<Actor>;
};

/** Builds the organisations of a plan and publishes it by two persons. */
export async function publish(world: World, wanted: Wanted): Promise<Published> {
  const { planText: sourceText, code, regionCode, level, kinds } = wanted;
  const draft = preparePlan({ sourceText, parties: [] }).file;
  const organiser = draft.parties.find((party) => party.roles.includes('organiser'));
  const organiserId = await world.act(installer, (tx) =>
    createOrganisation(tx, {
      name: organiser?.name ?? draft.name,
      kind: wanted.organiserKind,
      level,
      regionCode,
    }),
  );
  const parties: Record<string, string> = {};
  for (const party of draft.parties) {
    const kind = kinds[party.id] ?? 'industry_bureau';
    parties[party.id] =
      party.id === organiser?.id
        ? organiserId
        : await world.act(installer, (tx) =>
            createOrganisation(tx, { name: party.name, kind, parentId: organiserId, regionCode }),
          );
  }
  const pairs = Object.entries(parties).map(([party, organisationId]) => ({
    party,
    organisationId,
  }));
  const prepared = preparePlan({ sourceText, parties: pairs });
  const preparer = await wanted.preparer(organiserId);
  const { programmeId, versionId } = await world.act(preparer, (tx) =>
    createProgramme(tx, { prepared, organiserId, code }),
  );
  const approver = await wanted.approver(organiserId, parties);
  const seenHash = prepared.contentHash;
  await world.act(approver, (tx) => approveVersion(tx, { versionId, seenHash }));
  const plan = await world.act(approver, (tx) => loadPlan(tx, versionId));
  return { programmeId, plan, organiserId, parties };
}
