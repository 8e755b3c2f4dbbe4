import type { Reach } from '@huiquan/domain/access.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';

const sql = twin(import.meta.url);

/** An act as the time line tells it: who, when, what, to what, and how much money moved with it. */
export type TimelineEvent = {
  readonly eventId: bigint;
  readonly at: Instant;
  readonly actorKind: string;
  readonly actorId: string;
  readonly loginName: string | null;
  readonly organisation: string | null;
  readonly kind: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly programmeId: string | null;
  readonly body: Readonly<Record<string, unknown>>;
  readonly items: number;
  readonly movedFen: bigint;
};

/** Which events: of one object, of one programme, of shown personal data, or all. */
export type TimelineQuestion = {
  readonly subject: { readonly kind: string; readonly id: string } | undefined;
  readonly programmeId: string | undefined;
  readonly isAboutPersons: boolean;
  readonly before: bigint | undefined;
  readonly limit: number;
};

const endOfTime = 9_223_372_036_854_775_807n;

/**
 * A page of the time line, newest first, of what `reach` may see; a programme's own is for those
 * whom the caller has let in. Who reaches nothing sees nothing.
 * @policy access 33, requirement U2
 */
export async function listEvents(
  tx: Tx,
  reach: Reach,
  asked: TimelineQuestion,
): Promise<readonly TimelineEvent[]> {
  const { subject, programmeId, limit, before = endOfTime } = asked;
  const within = {
    everything: reach.everything,
    programmeIds: reach.programmeIds,
    paths: reach.organisationPaths.map((path) => `${path}%`),
  };
  const page = { before, limit };
  if (subject !== undefined) {
    return tx.rows<TimelineEvent>(sql('eventsOfSubject'), {
      ...within,
      ...page,
      subjectKind: subject.kind,
      subjectId: subject.id,
      merchantIds: reach.merchantIds,
    });
  }
  if (asked.isAboutPersons) {
    return tx.rows<TimelineEvent>(sql('eventsShowingPersons'), { ...within, ...page });
  }
  if (programmeId !== undefined) {
    return tx.rows<TimelineEvent>(sql('eventsOfProgramme'), { ...page, programmeId });
  }
  return reach.everything ? tx.rows<TimelineEvent>(sql('latestEvents'), page) : [];
}
