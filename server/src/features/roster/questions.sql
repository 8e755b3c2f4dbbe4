-- name: listQuestions
-- Each questioned row with the one it may repeat, which another list may have taken back since.
select t.duplicate_task_id, t.row_number, t.reason, t.state, t.envelope, t.key_id,
  coalesce(t.face_fen * t.voucher_count, 0)::bigint as amount_fen,
  e.entitlement_id as other_id, e.row_number as other_row, e.roster_id as other_roster_id,
  e.person_id as other_person_id, r.file_name as other_file_name, e.envelope as other_envelope,
  e.key_id as other_key_id
from duplicate_task t
left join entitlement e on e.entitlement_id = t.other_entitlement_id
left join roster r on r.roster_id = e.roster_id
where t.roster_id = :rosterId order by t.row_number limit 1000;
