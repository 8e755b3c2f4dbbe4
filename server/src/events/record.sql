-- name: insertEvent
-- The event rides in the transaction of its effect; its xid places it in the chain.
insert into event
  (event_id, at, actor_kind, actor_id, kind, subject_kind, subject_id, programme_id, body, items)
overriding system value
values
  (coalesce(:eventId::bigint, next_event_id()), :now::timestamptz, :actorKind, :actorId, :kind,
   :subjectKind, :subjectId, :programmeId, :body::jsonb, :items::jsonb)
returning event_id;

-- name: insertEvents
-- The events of a group whose items are acts of their own.
insert into event
  (event_id, at, actor_kind, actor_id, kind, subject_kind, subject_id, programme_id, body, items)
overriding system value
select next_event_id(), :now::timestamptz, e.actor_kind, e.actor_id, e.kind, e.subject_kind,
  e.subject_id, null, e.body::jsonb, null
from unnest(:actorKinds::text[], :actorIds::text[], :kinds::text[], :subjectKinds::text[],
    :subjectIds::text[], :bodies::text[])
  as e(actor_kind, actor_id, kind, subject_kind, subject_id, body);

-- name: reserveEventId
-- Of the same sequence: an id that is not used after all leaves a gap, as one rolled back does.
select next_event_id() as event_id;
