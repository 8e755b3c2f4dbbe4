-- name: findRounds
-- A captcha is for a round that exists: an unknown one answers as such.
select r.round_id from unnest(:roundIds::uuid[]) as w(round_id)
  cross join lateral (select n.round_id from round n where n.round_id = w.round_id offset 0) r;
