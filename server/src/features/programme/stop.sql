-- name: stopProgramme
-- Only a running programme stops; the second who tries changes nothing.
update programme set state = 'stopped' where programme_id = :programmeId and state = 'published'
returning programme_id;

-- name: findState
-- Tells the loser of a race what the programme is now.
select state from programme where programme_id = :programmeId;

-- name: insertRestart
-- One restart waits at a time.
insert into programme_restart (restart_id, programme_id, reason, state, prepared_by, created_at)
values (:restartId, :programmeId, :reason, 'prepared', :preparedBy, :now::timestamptz)
on conflict (programme_id) where state = 'prepared' do nothing
returning restart_id;

-- name: decideRestart
-- A request is decided once.
update programme_restart set state = :state, decided_by = :decidedBy
where restart_id = :restartId and state = 'prepared'
returning programme_id;

-- name: findRestart
-- With who asked: another must decide.
select restart_id, programme_id, reason, state, prepared_by, decided_by, created_at
from programme_restart where restart_id = :restartId;

-- name: waitingRestart
-- At most one request waits for its second person.
select restart_id, programme_id, reason, state, prepared_by, decided_by, created_at
from programme_restart where programme_id = :programmeId and state = 'prepared';

-- name: resumeProgramme
-- Only a stopped programme goes on.
update programme set state = 'published' where programme_id = :programmeId and state = 'stopped'
returning programme_id;
