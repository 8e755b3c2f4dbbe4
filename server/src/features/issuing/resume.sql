-- name: openBatches
-- Started and not ended: a worker may have been killed with them in hand.
select batch_id from issue_batch where state = 'issuing' order by batch_id;

-- name: openRecalls
select recall_id from batch_recall where state = 'approved' order by recall_id;
