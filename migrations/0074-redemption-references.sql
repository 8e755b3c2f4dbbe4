-- As 0062 did for what the rows of one statement share, now for each row's own: the vouchers of a
-- group's redemptions, the event of its decisions and the persons of its codes are looked up by one
-- statement, without a lock on each. What is referred to is never deleted. By key (offset 0): how
-- few the new rows are is not known when the look is planned, and a walk through all may seem
-- cheaper.
create trigger voucher_stays before delete or truncate on voucher
  for each statement execute function refuse_removal();

alter table redemption
  drop constraint redemption_person_id_voucher_id_fkey,
  drop constraint redemption_commit_event_id_fkey;

create or replace function redemption_refers_to_rows() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
declare
  strange record;
begin
  select m.* into strange
    from (select distinct r.programme_id, r.fund_id, r.merchant_id, r.shop_id, r.terminal_id
      from made r) m
    left join fund f on f.fund_id = m.fund_id and f.programme_id = m.programme_id
    left join shop s on s.shop_id = m.shop_id and s.merchant_id = m.merchant_id
    left join terminal t on t.terminal_id = m.terminal_id
    where f.fund_id is null or s.shop_id is null or t.terminal_id is null
    limit 1;
  if found then
    raise exception 'redemptions of %, fund %, merchant %, shop %, terminal % refer to nothing',
      strange.programme_id, strange.fund_id, strange.merchant_id, strange.shop_id,
      strange.terminal_id using errcode = '23503', constraint = 'redemption_refers_to_rows';
  end if;
  select m.* into strange from made m
    where not exists (select from voucher v
        where v.person_id = m.person_id and v.voucher_id = m.voucher_id offset 0)
      or (m.commit_event_id is not null and not exists (select from event e
        where e.event_id = m.commit_event_id offset 0))
    limit 1;
  if found then
    raise exception 'redemption % of voucher %, event % refers to nothing', strange.redemption_id,
      strange.voucher_id, strange.commit_event_id
      using errcode = '23503', constraint = 'redemption_refers_to_rows';
  end if;
  return null;
end $$;

-- Of what it refers to, a redemption that stands may change its event alone.
create function redemption_decision_refers_to_event() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
declare
  strange bigint;
begin
  select m.commit_event_id into strange
    from (select distinct d.commit_event_id from decided d where d.commit_event_id is not null) m
    where not exists (select from event e where e.event_id = m.commit_event_id offset 0) limit 1;
  if found then
    raise exception 'redemptions committed under event % refer to nothing', strange
      using errcode = '23503', constraint = 'redemption_refers_to_rows';
  end if;
  return null;
end $$;
create trigger redemption_decisions after update on redemption
  referencing new table as decided
  for each statement execute function redemption_decision_refers_to_event();

create function redemption_keeps_its_facts() returns trigger language plpgsql as $$
begin
  raise exception 'redemption % keeps its voucher, shop and order', old.redemption_id
    using errcode = '23514', constraint = 'redemption_keeps_its_facts';
end $$;
create trigger redemption_facts before update of person_id, redemption_id, voucher_id,
  programme_id, fund_id, merchant_id, shop_id, terminal_id on redemption
  for each row execute function redemption_keeps_its_facts();

-- A code is used within a minute: its page keeps room for that, so that its use touches no key.
alter table payment_code set (fillfactor = 50);
alter table payment_code drop constraint payment_code_person_id_fkey;

create function payment_code_belongs_to_person() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
declare
  strange uuid;
begin
  select m.person_id into strange from made m
    where not exists (select from person p where p.person_id = m.person_id offset 0) limit 1;
  if found then
    raise exception 'a payment code belongs to person %, who does not exist', strange
      using errcode = '23503', constraint = 'payment_code_belongs_to_person';
  end if;
  return null;
end $$;
create trigger payment_code_owner after insert on payment_code referencing new table as made
  for each statement execute function payment_code_belongs_to_person();
