-- name: purgeProblems
-- The cells of rows that were not taken, once the failure file of a decided roster had its time.
update roster_problem p set cells = null
from roster r
where r.roster_id = p.roster_id and p.cells is not null
  and r.state in ('confirmed', 'cancelled', 'failed')
  and coalesce(r.confirmed_at, r.created_at) < :before::timestamptz;

-- name: purgeTasks
-- The rows of questions that were answered, and of rosters that were withdrawn.
update duplicate_task t set envelope = null, cells = null
from roster r
where r.roster_id = t.roster_id and (t.envelope is not null or t.cells is not null)
  and r.state in ('confirmed', 'cancelled', 'failed')
  and coalesce(r.confirmed_at, r.created_at) < :before::timestamptz;

-- name: purgeContacts
-- Whom to ask about a list, once nothing of it can change any more.
update roster r set contact = null
from programme p
where p.programme_id = r.programme_id and r.contact is not null
  and (p.state = 'closed' or r.state in ('cancelled', 'failed'))
  and coalesce(r.confirmed_at, r.created_at) < :before::timestamptz;

-- name: purgeEntitlements
-- The names, phones and ID numbers of a closed programme's lists: the ids and figures stay. A share
-- at a time; the envelope of nobody is empty.
with due as (
  select e.entitlement_id from entitlement e join programme_closing c using (programme_id)
  where c.closed_at < :closedBefore::timestamptz and length(e.envelope) > 0
    and e.state in ('issued', 'returned', 'recalled')
  limit :size
)
update entitlement e set envelope = ''::bytea from due d where e.entitlement_id = d.entitlement_id;
