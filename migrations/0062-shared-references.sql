-- As 0024 did for vouchers: what the rows of one statement share is looked up once per statement. A
-- foreign key asks row by row and locks the row it finds: with two groups at work, programme, fund,
-- merchants and accounts were locked by both at once, thousands of times a second.

create or replace function refuse_removal() returns trigger language plpgsql as $$
begin
  raise exception '% rows are referred to by others: they are never deleted', tg_table_name
    using errcode = 'raise_exception';
end $$;
create trigger merchant_stays before delete or truncate on merchant
  for each statement execute function refuse_removal();
create trigger shop_stays before delete or truncate on shop
  for each statement execute function refuse_removal();
create trigger terminal_stays before delete or truncate on terminal
  for each statement execute function refuse_removal();

-- The voucher's own key stays, and that of the event that decided: these are each row's own.
alter table redemption
  drop constraint redemption_programme_id_fkey,
  drop constraint redemption_fund_id_fkey,
  drop constraint redemption_merchant_id_fkey,
  drop constraint redemption_shop_id_fkey,
  drop constraint redemption_terminal_id_fkey;

create function redemption_refers_to_rows() returns trigger language plpgsql
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
  return null;
end $$;
create trigger redemption_references after insert on redemption
  referencing new table as made for each statement execute function redemption_refers_to_rows();

alter table transfer
  drop constraint transfer_source_id_fkey,
  drop constraint transfer_target_id_fkey,
  drop constraint transfer_event_id_fkey;

create function transfer_refers_to_rows() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
declare
  strange record;
begin
  select m.* into strange
    from (select distinct p.source_id, p.target_id, p.event_id from posted p) m
    left join account s on s.account_id = m.source_id
    left join account t on t.account_id = m.target_id
    left join event e on e.event_id = m.event_id
    where s.account_id is null or t.account_id is null or e.event_id is null
    limit 1;
  if found then
    raise exception 'transfers from % to % under event % refer to nothing', strange.source_id,
      strange.target_id, strange.event_id
      using errcode = '23503', constraint = 'transfer_refers_to_rows';
  end if;
  return null;
end $$;
create trigger transfer_references after insert on transfer
  referencing new table as posted for each statement execute function transfer_refers_to_rows();
