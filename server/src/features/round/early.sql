-- name: findCalendars
-- What never changes of a round: no role of the server may update these columns.
select r.round_id, r.version_id, r.opens_at, r.closes_at from round r
where r.round_id = any(:roundIds::uuid[]);
