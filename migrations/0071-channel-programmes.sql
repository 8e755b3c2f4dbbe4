-- The programmes in which an organisation operates a channel. Channels are named by each plan: the
-- same name in another plan may be somebody else's.
create function programmes_of_channel(organisation_id uuid, channel text) returns setof uuid
language sql stable as $$
  select p.programme_id
  from programme_party y
  join programme p on p.programme_id = y.programme_id
  join programme_version v on v.version_id = p.current_version_id
  where y.organisation_id = $1 and exists (
    select from jsonb_array_elements(v.plan -> 'channels') as c(channel)
    where c.channel ->> 'id' = $2 and c.channel ->> 'operator' = y.party)
$$;
