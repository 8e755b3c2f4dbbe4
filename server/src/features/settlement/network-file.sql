-- name: insertFile
-- The same file again adds nothing.
insert into network_file (network_file_id, programme_id, day, digest, file_name, line_count,
  new_line_count, uploaded_by, uploaded_at, event_id)
values (:networkFileId, :programmeId, :day::date, :digest, :fileName, :lineCount, :newLineCount,
  :uploadedBy, :now::timestamptz, :eventId)
on conflict on constraint network_file_once_per_programme do nothing
returning network_file_id;

-- name: isKnownFile
-- Asked under the lock of the programme, before anything is written.
select exists (select from network_file where programme_id = :programmeId and digest = :digest)
  as known;

-- name: countNew
-- Before the insert: overlapping files bring only what is new.
select count(*)::int as count
from unnest(:tradeKinds::text[], :references::text[]) as l(trade_kind, reference)
where not exists (select from network_line n where n.programme_id = :programmeId
  and n.trade_kind = l.trade_kind and n.reference = l.reference);

-- name: insertLines
-- The same payment in two files is one line.
insert into network_line (programme_id, trade_kind, reference, network_file_id, amount_fen, at)
select :programmeId, l.trade_kind, l.reference, :networkFileId, l.amount_fen, l.at
from unnest(:tradeKinds::text[], :references::text[], :amounts::bigint[], :ats::timestamptz[])
  as l(trade_kind, reference, amount_fen, at)
on conflict do nothing;

-- name: contradictedLines
-- A number that stood for another amount before.
select l.reference from unnest(:tradeKinds::text[], :references::text[], :amounts::bigint[])
  as l(trade_kind, reference, amount_fen)
join network_line n on n.programme_id = :programmeId and n.trade_kind = l.trade_kind
  and n.reference = l.reference
where n.amount_fen <> l.amount_fen limit 20;

-- name: lockProgramme
-- Files of one programme are stored one after the other.
select programme_id from programme where programme_id = :programmeId for update;
