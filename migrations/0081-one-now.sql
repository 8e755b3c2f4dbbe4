-- The clock of business stands still within a transaction: a statement that travels with its begin
-- asks for the same instant that all later ones are judged by.
create or replace function business_now() returns timestamptz language sql stable as $$
  select coalesce((select o.now_at from clock_override o), date_trunc('milliseconds', now()))
$$;
