-- name: openBatches
-- Started and not ended: a worker may have been killed with them in hand.
select batch_id from issue_batch where state = 'issuing' order by batch_id;

-- name: openRecalls
-- Approved and not done; run again they go on where they stood.
select recall_id from batch_recall where state = 'approved' order by recall_id;
