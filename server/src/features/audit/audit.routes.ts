import { fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { programmeScope } from '../programme/load-plan.ts';
import { askVerificationRoute, chainRoute, listEventsRoute } from './events.contract.ts';
import { listEvents, type TimelineEvent } from './timeline.ts';
import {
  askVerification,
  chainStatus,
  lastVerifications,
  type Verification,
} from './verification.ts';

const pageSize = 50;

function eventWire(event: TimelineEvent) {
  const { loginName, organisation, programmeId, ...rest } = event;
  return {
    ...rest,
    eventId: String(event.eventId),
    at: instantText(event.at),
    movedFen: fenOnWire(event.movedFen),
    ...(loginName === null ? {} : { actorName: loginName }),
    ...(organisation === null ? {} : { organisation }),
    ...(programmeId === null ? {} : { programmeId }),
  };
}

function verificationWire({ report, askedBy, loginName, endedAt, ...one }: Verification) {
  const firstBad = report?.firstBad ?? undefined;
  return {
    ...one,
    askedBy: loginName ?? askedBy,
    askedAt: instantText(one.askedAt),
    ...(endedAt === null ? {} : { endedAt: instantText(endedAt) }),
    ...(firstBad === undefined ? {} : { firstBad }),
    invariants: (report?.invariants ?? []).map(({ name, lookedAt, badCount }) => ({
      name,
      lookedAt,
      badCount,
    })),
  };
}

/** The record of every act, and the proof that nobody touched it. */
export const auditRoutes: readonly Handled[] = [
  handle(listEventsRoute, async (request) => {
    const { programmeId, subjectKind, subjectId, about, limit = pageSize } = request.query;
    const position = request.position<string>();
    const hasSubject = subjectKind !== undefined && subjectId !== undefined;
    return request.read(async (tx) => {
      if (programmeId !== undefined) request.authorize(await programmeScope(tx, programmeId));
      const items = await listEvents(tx, request.reach(), {
        subject: hasSubject ? { kind: subjectKind, id: subjectId } : undefined,
        programmeId,
        isAboutPersons: about === 'personal_data',
        before: position === undefined ? undefined : BigInt(position),
        limit,
      });
      const last = items.at(-1);
      const page = { items: items.map(eventWire) };
      if (items.length < limit || last === undefined) return page;
      return { ...page, next: request.cursor(last.eventId) };
    });
  }),
  handle(chainRoute, async (request) =>
    request.read(async (tx) => {
      const { hash, sealedAt, headDay, headBlock, oldest, ...status } = await chainStatus(tx);
      const { last, proved } = await lastVerifications(tx);
      const lagMs = oldest === null ? 0 : Math.max(0, tx.now - oldest);
      return {
        blocks: Number(status.blocks),
        events: Number(status.events),
        unsealed: Number(status.unsealed),
        lagSeconds: Math.round(lagMs / 1_000),
        ...(hash === null || sealedAt === null
          ? {}
          : { head: { hash, sealedAt: instantText(sealedAt) } }),
        ...(headDay === null || headBlock === null
          ? {}
          : { published: { day: headDay, blockNo: Number(headBlock) } }),
        ...(last === undefined ? {} : { verification: verificationWire(last) }),
        ...(proved === undefined ? {} : { proved: verificationWire(proved) }),
      };
    }),
  ),
  handle(askVerificationRoute, async (request) => request.transact((tx) => askVerification(tx))),
];
