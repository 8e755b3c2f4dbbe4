-- name: moveProgramme
-- Of several who end a programme at once exactly one finds the state it needs.
update programme set state = :toState
where programme_id = :programmeId and state = any(:fromStates::text[]) returning programme_id;
