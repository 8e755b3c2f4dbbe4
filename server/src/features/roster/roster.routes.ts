import { fenOnWire } from '@huiquan/domain/fen.ts';
import { uuidPattern } from '@huiquan/domain/ids.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { Refusal, refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { record } from '../../events/record.ts';
import { receiveFile } from '../../files/receive-file.ts';
import { writeXlsx } from '../../files/write-xlsx.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled, type Request } from '../../http/handle.ts';
import { deskOf } from '../programme/desk.ts';
import { actScope, findOrganisationPath } from '../programme/load-plan.ts';
import { failureHeader, failureRows, problemText } from './failure-file.ts';
import { importRoster, type RosterReport } from './import.ts';
import * as contract from './roster.contract.ts';
import { correctionRoutes, preparable } from './correction.routes.ts';
import { questionRoutes } from './questions.routes.ts';
import { sourceRoutes } from './sources.routes.ts';
import {
  cancelRoster,
  confirmRoster,
  decideDuplicate,
  getRoster,
  listProblems,
  listRosters,
  type Roster,
} from './roster.ts';

const pageSize = 50;
const uuid = new RegExp(uuidPattern);

function rosterWire(roster: Roster) {
  const { rosterId, programmeId, organisationId, organisationName, source } = roster;
  const { fileName, state, preparedBy } = roster;
  const { rowsTotal, rowsAccepted, rowsFailed, rowsDuplicate, rowsExisting } = roster;
  const { rowsQuestioned, contentHash, confirmedBy } = roster;
  return {
    rosterId,
    programmeId,
    organisationId,
    organisationName,
    source,
    fileName,
    state,
    preparedBy,
    rowsTotal,
    rowsAccepted,
    rowsFailed,
    rowsDuplicate,
    rowsExisting,
    rowsQuestioned,
    openTasks: Number(roster.openTasks),
    amountFen: fenOnWire(roster.amountFen),
    createdAt: instantText(roster.createdAt),
    ...(contentHash === null ? {} : { contentHash: contentHash.toString('hex') }),
    ...(confirmedBy === null ? {} : { confirmedBy }),
  };
}

function reportWire({ amountFen, contentHash, ...figures }: RosterReport) {
  const hash = contentHash.toString('hex');
  return { ...figures, amountFen: fenOnWire(amountFen), contentHash: hash };
}

/** The roster, if the one who asks may see it. */
async function visible(request: Request, tx: Tx, rosterId: string): Promise<Roster> {
  const roster = await getRoster(tx, rosterId);
  const { programmeId, organisationPath } = roster;
  request.authorize({ programmeId, organisationPath });
  return roster;
}

/** The roster, if the plan lets the one who asks confirm it. */
async function approvable(request: Request, tx: Tx, rosterId: string): Promise<Roster> {
  const roster = await getRoster(tx, rosterId);
  const { programmeId, organisationPath: ownerPath } = roster;
  const scope = { programmeId, act: 'confirm_roster', side: 'approve', ownerPath } as const;
  request.authorize(await actScope(tx, scope));
  return roster;
}

/** The fields beside the file: whose roster it is and which entitlement it gives. */
function fieldsOf(fields: Readonly<Record<string, string>>) {
  const { organisationId = '', source = '', contactName, contactPhone, contactEmail } = fields;
  const wrong = [
    ...(uuid.test(organisationId) ? [] : ['organisationId']),
    ...(/^[a-z][a-z0-9_]{0,63}$/.test(source) ? [] : ['source']),
  ];
  if (wrong.length > 0) {
    const errors = wrong.map((name) => ({
      pointer: `/${name}`,
      code: 'invalid_format',
      text: '填写有误',
    }));
    throw new Refusal('invalid_fields', { errors });
  }
  const contact = Object.entries({ contactName, contactPhone, contactEmail }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  return { organisationId, source, contact: Object.fromEntries(contact) };
}

function importHandler({ db, keys }: Context): Handled {
  return handle(contract.importRosterRoute, async (request) => {
    const { programmeId } = request.params;
    const upload = await request.file();
    const file = await receiveFile(upload.stream, { name: upload.name });
    try {
      const fields = fieldsOf(upload.fields);
      const { organisationId } = fields;
      await request.read(async (tx) => {
        const ownerPath = await findOrganisationPath(tx, organisationId);
        if (ownerPath === undefined) refuse('not_found');
        const scope = { programmeId, act: 'confirm_roster', side: 'prepare', ownerPath } as const;
        request.authorize(await actScope(tx, scope));
      });
      // Idempotent by nature: the same file of the same organisation is one roster.
      const digest = Buffer.from(file.sha256, 'hex');
      const { path, name: fileName } = file;
      const input = { ...fields, programmeId, path, fileName, digest };
      return reportWire(await importRoster({ db, keys }, request.principal.actor, input));
    } finally {
      await file.release();
    }
  });
}

const reading: readonly Handled[] = [
  handle(contract.listRostersRoute, async (request) => {
    const { limit = pageSize } = request.query;
    const { programmeId } = request.params;
    const before = request.position<string>();
    const asked = { programmeId, reach: request.reach(), before, limit };
    const found = await request.read((tx) => listRosters(tx, asked));
    const last = found.at(-1);
    const isLast = found.length < limit || last === undefined;
    const next = isLast ? {} : { next: request.cursor(last.rosterId) };
    return { items: found.map(rosterWire), ...next };
  }),
  handle(contract.getRosterRoute, async (request) =>
    request.read(async (tx) => {
      const roster = await visible(request, tx, request.params.rosterId);
      const { programmeId, organisationPath: ownerPath } = roster;
      const { grants } = request.principal;
      const permissions = { prepare: 'roster.update', approve: 'roster.confirm' } as const;
      const asked = { programmeId, act: 'confirm_roster', ownerPath, grants, permissions } as const;
      return { ...rosterWire(roster), desk: await deskOf(tx, asked) };
    }),
  ),
  handle(contract.listProblemsRoute, async (request) => {
    const { rosterId } = request.params;
    const { limit = pageSize } = request.query;
    const after = request.position<{ rowNumber: number; code: string }>();
    return request.read(async (tx) => {
      await visible(request, tx, rosterId);
      const found = await listProblems(tx, { rosterId, after, limit });
      const last = found.at(-1);
      const isLast = found.length < limit || last === undefined;
      const { rowNumber = 0, code = '' } = last ?? {};
      return {
        items: found.map((one) => ({
          row: one.rowNumber,
          code: one.code,
          message: problemText(one),
          ...(one.details.column === undefined ? {} : { column: one.details.column }),
        })),
        ...(isLast ? {} : { next: request.cursor({ rowNumber, code }) }),
      };
    });
  }),
];

/** The original cells of the rows that were not taken, each with its reasons. */
function failureHandler({ db, keys }: Context): Handled {
  return handle(contract.failureFileRoute, async (request) => {
    const { rosterId } = request.params;
    await request.read(async (tx) => {
      await preparable(request, tx, rosterId);
      await record(tx, {
        kind: 'roster.failures_downloaded',
        subject: { kind: 'roster', id: rosterId },
      });
    });
    const at = { db, keys, actor: request.principal.actor };
    const header = await failureHeader(at, rosterId);
    const sheet = { name: '未导入的行', header: ['原行号', ...header, '原因'] };
    return {
      name: '未导入的行.xlsx',
      type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      content: writeXlsx(sheet, failureRows(at, rosterId, header)),
    };
  });
}

const decisions: readonly Handled[] = [
  handle(contract.confirmRosterRoute, async (request) =>
    request.transact(async (tx) => {
      const { rosterId } = await approvable(request, tx, request.params.rosterId);
      await confirmRoster(tx, { rosterId, contentHash: request.body.contentHash });
      return {};
    }),
  ),
  handle(contract.cancelRosterRoute, async (request) =>
    request.transact(async (tx) => {
      const { rosterId } = await preparable(request, tx, request.params.rosterId);
      await cancelRoster(tx, { rosterId });
      return {};
    }),
  ),
  handle(contract.decideDuplicateRoute, async (request) =>
    request.transact(async (tx) => {
      const { rosterId, duplicateTaskId } = request.params;
      await preparable(request, tx, rosterId);
      const { decision } = request.body;
      await decideDuplicate(tx, { rosterId, duplicateTaskId, decision });
      return {};
    }),
  ),
];

/** Rosters: import, report, failure file, duplicates, confirmation by a second person. */
export const rosterRoutes = (context: Context): readonly Handled[] => [
  importHandler(context),
  failureHandler(context),
  ...reading,
  ...decisions,
  ...correctionRoutes(context),
  ...questionRoutes(context),
  ...sourceRoutes,
];
