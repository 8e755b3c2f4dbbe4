import { instantText } from '@huiquan/domain/instant.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { residentOf, staffOf } from '../../http/principal.ts';
import { programmeScope } from '../programme/load-plan.ts';
import * as contract from './complaint.contract.ts';
import {
  answerComplaint,
  countOpenComplaints,
  type Complaint,
  fileComplaint,
  listComplaints,
  listOwnComplaints,
  programmeOfComplaint,
} from './complaint.ts';

const pageSize = 20;

function complaintWire({ shopName, redemptionId, answer, ...one }: Complaint) {
  const { complaintId, programmeId, kind, text } = one;
  return {
    complaintId,
    programmeId,
    kind,
    text,
    ...(shopName === null ? {} : { shopName }),
    ...(redemptionId === null ? {} : { redemptionId }),
    filedAt: instantText(one.filedAt),
    dueAt: instantText(one.dueAt),
    ...(answer === undefined ? {} : { answer: answerWire(answer) }),
  };
}

function answerWire({ decision, text, at, by }: NonNullable<Complaint['answer']>) {
  return { decision, text, at: instantText(at), ...(by === null ? {} : { by }) };
}

function nextOf(found: readonly Complaint[], limit: number): string | undefined {
  return found.length === limit ? found.at(-1)?.complaintId : undefined;
}

/** Residents file complaints and read the answers; the parties of the programme answer them. */
export const complaintRoutes = ({ keys }: Context): readonly Handled[] => [
  handle(contract.fileComplaintRoute, async (request) => {
    const { residentAccountId, personId } = residentOf(request.principal);
    const asked = { ...request.body, residentAccountId, personId };
    return request.transact(async (tx) => {
      const { complaintId, dueAt } = await fileComplaint(tx, keys, asked);
      return { complaintId, dueAt: instantText(dueAt) };
    });
  }),
  handle(contract.listOwnComplaintsRoute, async (request) => {
    const { residentAccountId, personId } = residentOf(request.principal);
    const { limit = pageSize } = request.query;
    const after = request.position<string>();
    const page = { residentAccountId, personId, after, limit };
    const found = await request.read((tx) => listOwnComplaints(tx, keys, page));
    const items = found.map((one) => ({
      ...complaintWire(one),
      programmeTitle: one.programmeTitle,
    }));
    const next = nextOf(found, limit);
    return { items, ...(next === undefined ? {} : { next: request.cursor(next) }) };
  }),
  handle(contract.listComplaintsRoute, async (request) => {
    const { programmeId } = request.params;
    const { state, limit = pageSize } = request.query;
    const after = request.position<string>();
    return request.read(async (tx) => {
      request.authorize(await programmeScope(tx, programmeId));
      const found = await listComplaints(tx, keys, { programmeId, state, after, limit });
      const items = found.map((one) => ({
        ...complaintWire(one),
        phone: one.phone,
        isLate: one.isLate,
      }));
      const next = nextOf(found, limit);
      return { items, ...(next === undefined ? {} : { next: request.cursor(next) }) };
    });
  }),
  handle(contract.countComplaintsRoute, async (request) =>
    request.read(async (tx) => {
      const { programmeId } = request.params;
      request.authorize(await programmeScope(tx, programmeId));
      return countOpenComplaints(tx, programmeId);
    }),
  ),
  handle(contract.answerComplaintRoute, async (request) => {
    const { complaintId } = request.params;
    const { staffId } = staffOf(request.principal);
    return request.transact(async (tx) => {
      const programmeId = await programmeOfComplaint(tx, complaintId);
      request.authorize(await programmeScope(tx, programmeId));
      const given = { complaintId, ...request.body, staffId };
      return { answeredAt: instantText(await answerComplaint(tx, keys, given)) };
    });
  }),
];
