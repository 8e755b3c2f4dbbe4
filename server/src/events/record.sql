-- name: insertEvent
-- The event rides in the transaction of its effect; its xid places it in the chain.
insert into event
  (at, actor_kind, actor_id, kind, subject_kind, subject_id, programme_id, body, items)
values
  (:now::timestamptz, :actorKind, :actorId, :kind, :subjectKind, :subjectId, :programmeId,
   :body::jsonb, :items::jsonb)
returning event_id;
