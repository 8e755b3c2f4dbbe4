import type { ObjectScope } from '@huiquan/domain/access.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import type { PlanFile } from '@huiquan/domain/plan/plan.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { handle, type Handled, type Request } from '../../http/handle.ts';
import { versionChanges } from './changes.ts';
import { deskOf } from './desk.ts';
import { prepareExtension } from './extension.ts';
import { getProgramme, listProgrammes, listVersions, type Programme, withNames } from './list.ts';
import {
  actScope,
  findOrganisationPath,
  loadPlan,
  partiesOf,
  programmeScope,
} from './load-plan.ts';
import { checkPlanFile } from './plan-file.ts';
import { preparePlan, type PreparedPlan } from './prepared-plan.ts';
import * as contract from './programme.contract.ts';
import {
  approveVersion,
  createProgramme,
  getVersion,
  getVersionText,
  type Prepared,
  prepareVersion,
  rejectVersion,
  type Version,
} from './programme.ts';
import { publicRoutes } from './public.routes.ts';
import {
  decideRestart,
  findWaitingRestart,
  getRestart,
  prepareRestart,
  type Restart,
  stopProgramme,
} from './stop.ts';

const pageSize = 50;

function restartWire({ restartId, preparedBy, reason }: Restart) {
  return {
    waitingRestartId: restartId,
    waitingRestartBy: preparedBy,
    waitingRestartReason: reason,
  };
}

/** Findings of a check without saving; a reader acts on the first few. */
const findingsMax = 500;

function fileWire({ id, name, parties, amendments = [] }: PlanFile) {
  return {
    id,
    name,
    parties: parties.map((one) => ({ party: one.id, name: one.name })),
    amendments: amendments.map((one) => one.document),
  };
}

function programmeWire(programme: Programme) {
  const { currentVersionId, createdAt, ...rest } = programme;
  const current = currentVersionId === null ? {} : { currentVersionId };
  return { ...rest, ...current, createdAt: instantText(createdAt) };
}

function versionWire(version: Omit<Version, 'programmeId' | 'parties' | 'findings'>) {
  const { versionId, number, state, preparedBy, extendsVersionId, approvedBy, effectiveFrom } =
    version;
  const { preparedAtName, approvedAtName } = version;
  return {
    versionId,
    number,
    state,
    contentHash: version.contentHash.toString('hex'),
    preparedBy,
    createdAt: instantText(version.createdAt),
    ...(extendsVersionId === null ? {} : { extendsVersionId }),
    ...(approvedBy === null ? {} : { approvedBy }),
    ...(effectiveFrom === null ? {} : { effectiveFrom: instantText(effectiveFrom) }),
    ...(preparedAtName === null ? {} : { preparedAtName }),
    ...(approvedAtName === null ? {} : { approvedAtName }),
  };
}

function preparedWire(made: Prepared, { contentHash, findings }: PreparedPlan) {
  return { ...made, contentHash: contentHash.toString('hex'), findings: findings.length };
}

/**
 * Where a new programme stands: with its organiser; for a bureau that a government above it names
 * as one of the programme's parties, with the bureau itself.
 */
async function newProgrammeScope(
  tx: Tx,
  principal: Request['principal'],
  asked: { readonly organiserId: string; readonly parties: PreparedPlan['parties'] },
): Promise<ObjectScope> {
  const organiserPath = await findOrganisationPath(tx, asked.organiserId);
  if (organiserPath === undefined) refuse('not_found');
  const own = principal.kind === 'staff' ? principal : undefined;
  const isParty = asked.parties.some((one) => one.organisationId === own?.organisationId);
  const ownPath = own?.organisationPath;
  const isBelow = ownPath?.startsWith(organiserPath) === true;
  return {
    organisationPath: isParty && isBelow && ownPath !== undefined ? ownPath : organiserPath,
  };
}

/** A version's act, and the plan that names its parties: its own while none is in force. */
async function decisionOf(tx: Tx, version: Version) {
  const { programmeId, versionId } = version;
  const { currentVersionId } = await getProgramme(tx, programmeId);
  const plan = await loadPlan(tx, currentVersionId ?? versionId);
  const act = version.extendsVersionId === null ? 'publish_plan' : 'extend_programme';
  return { programmeId, act, plan } as const;
}

/** Who decides a version: those named by the plan in force, or by itself while there is none. */
async function decisionScope(tx: Tx, version: Version): Promise<ObjectScope> {
  return actScope(tx, { ...(await decisionOf(tx, version)), side: 'approve' });
}

/** A party of a draft reads what it will be asked to approve; nobody else learns of it. */
async function readScope(tx: Tx, programmeId: string): Promise<ObjectScope> {
  return programmeScope(tx, programmeId);
}

const preparation: readonly Handled[] = [
  handle(contract.checkPlanRoute, async ({ body }) => {
    const { file, plan, findings } = checkPlanFile(body.planText);
    const checked = { runs: plan !== undefined, findings: findings.slice(0, findingsMax) };
    return file === undefined ? checked : { ...checked, file: fileWire(file) };
  }),
  handle(contract.createProgrammeRoute, async (request) => {
    const { planText: sourceText, parties, amendments, organiserId, code } = request.body;
    const prepared = preparePlan({ sourceText, parties, amendments });
    return request.transact(async (tx) => {
      const asked = { organiserId, parties };
      request.authorize(await newProgrammeScope(tx, request.principal, asked));
      const made = await createProgramme(tx, { prepared, organiserId, code });
      return preparedWire(made, prepared);
    });
  }),
  handle(contract.prepareVersionRoute, async (request) => {
    const { planText: sourceText, parties, amendments } = request.body;
    const { programmeId } = request.params;
    const prepared = preparePlan({ sourceText, parties, amendments });
    return request.transact(async (tx) => {
      request.authorize(await preparationScope(tx, programmeId, 'publish_plan'));
      return preparedWire(await prepareVersion(tx, { programmeId, prepared }), prepared);
    });
  }),
  handle(contract.prepareExtensionRoute, async (request) => {
    const { planText: sourceText, parties, amendments } = request.body;
    const { programmeId } = request.params;
    const prepared = preparePlan({ sourceText, parties, amendments });
    return request.transact(async (tx) => {
      request.authorize(await preparationScope(tx, programmeId, 'extend_programme'));
      return preparedWire(await prepareExtension(tx, { programmeId, prepared }), prepared);
    });
  }),
];

/** A draft has no plan in force that could name its preparers. */
async function preparationScope(
  tx: Tx,
  programmeId: string,
  act: 'publish_plan' | 'extend_programme',
): Promise<ObjectScope> {
  const { currentVersionId } = await getProgramme(tx, programmeId);
  if (currentVersionId === null) return programmeScope(tx, programmeId);
  return actScope(tx, { programmeId, act, side: 'prepare' });
}

const reading: readonly Handled[] = [
  handle(contract.listProgrammesRoute, async (request) => {
    const { limit = pageSize, state } = request.query;
    const before = request.position<string>();
    const reach = request.reach();
    const found = await request.read((tx) => listProgrammes(tx, { reach, state, before, limit }));
    const last = found.at(-1);
    const next =
      found.length < limit || last === undefined ? {} : { next: request.cursor(last.programmeId) };
    return { items: found.map(programmeWire), ...next };
  }),
  handle(contract.getProgrammeRoute, async (request) => {
    const { programmeId } = request.params;
    return request.read(async (tx) => {
      request.authorize(await readScope(tx, programmeId));
      const programme = await getProgramme(tx, programmeId);
      const versions = await listVersions(tx, programmeId);
      const parties = await withNames(tx, await partiesOf(tx, programmeId));
      const waiting = await findWaitingRestart(tx, programmeId);
      return {
        ...programmeWire(programme),
        versions: versions.map((one) => ({ ...versionWire(one), findings: one.findingCount })),
        parties,
        ...(waiting === undefined ? {} : restartWire(waiting)),
      };
    });
  }),
  handle(contract.getVersionRoute, async (request) => {
    const { versionId } = request.params;
    return request.read(async (tx) => {
      const version = await getVersion(tx, versionId);
      const { programmeId, parties, findings } = version;
      request.authorize(await readScope(tx, programmeId));
      const planText = await getVersionText(tx, versionId);
      const named = await withNames(tx, parties);
      const lists = { parties: named, findings: [...findings] };
      return { ...versionWire(version), programmeId, planText, ...lists };
    });
  }),
  handle(contract.versionChangesRoute, async (request) => {
    const { versionId } = request.params;
    return request.read(async (tx) => {
      const version = await getVersion(tx, versionId);
      request.authorize(await readScope(tx, version.programmeId));
      const permissions = { prepare: 'programme.prepare', approve: 'programme.approve' } as const;
      const { grants } = request.principal;
      const asked = { ...(await decisionOf(tx, version)), grants, permissions };
      const desk = await deskOf(tx, asked);
      const { before, takesEffectAt, changes } = await versionChanges(tx, versionId);
      const at = instantText(takesEffectAt);
      const told = { takesEffectAt: at, desk, changes: [...changes] };
      return before === undefined ? told : { before, ...told };
    });
  }),
];

const decisions: readonly Handled[] = [
  handle(contract.approveVersionRoute, async (request) => {
    const { versionId } = request.params;
    const seenHash = Buffer.from(request.body.contentHash, 'hex');
    return request.transact(async (tx) => {
      request.authorize(await decisionScope(tx, await getVersion(tx, versionId)));
      const { programmeId, effectiveFrom } = await approveVersion(tx, { versionId, seenHash });
      return { programmeId, effectiveFrom: instantText(effectiveFrom) };
    });
  }),
  handle(contract.rejectVersionRoute, async (request) => {
    const { versionId } = request.params;
    return request.transact(async (tx) => {
      request.authorize(await decisionScope(tx, await getVersion(tx, versionId)));
      await rejectVersion(tx, { versionId, reason: request.body.reason });
      return {};
    });
  }),
  handle(contract.stopProgrammeRoute, async (request) => {
    const { programmeId } = request.params;
    return request.transact(async (tx) => {
      request.authorize(await programmeScope(tx, programmeId));
      await stopProgramme(tx, { programmeId, reason: request.body.reason });
      return {};
    });
  }),
  handle(contract.prepareRestartRoute, async (request) => {
    const { programmeId } = request.params;
    return request.transact(async (tx) => {
      request.authorize(await programmeScope(tx, programmeId));
      return prepareRestart(tx, { programmeId, reason: request.body.reason });
    });
  }),
  handle(contract.decideRestartRoute, async (request) => {
    const { restartId } = request.params;
    return request.transact(async (tx) => {
      const { programmeId } = await getRestart(tx, restartId);
      const asked = { programmeId, act: 'publish_plan', side: 'approve' } as const;
      request.authorize(await actScope(tx, asked));
      return decideRestart(tx, { restartId, decision: request.body.decision });
    });
  }),
];

/** Programmes, their versions, emergency stop; and what everybody may read of them. */
export const programmeRoutes: readonly Handled[] = [
  ...preparation,
  ...reading,
  ...decisions,
  ...publicRoutes,
];
