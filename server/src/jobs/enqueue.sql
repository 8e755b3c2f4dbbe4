-- name: addJob
-- Rides in the transaction of the act that needs it: no act without its job, no job without its
-- act.
select graphile_worker.add_job(
  identifier => :name, payload => :payload::jsonb::json, run_at => :runAt::timestamptz,
  job_key => :key, max_attempts => 25, job_key_mode => 'replace');
