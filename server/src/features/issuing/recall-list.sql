-- name: listRecalls
-- A batch has one recall under way, and few before it.
select recall_id, state, reason, prepared_by, voided_count, created_at
from batch_recall where batch_id = :batchId order by recall_id desc limit 100;
