-- What the server's role needs of the queue's own schema. Called after the queue library has
-- brought its tables up to date, whenever that is; its tables keep their row-level security.
create procedure grant_jobs(app_role text) language plpgsql as $$
declare t text;
begin
  execute format('grant usage on schema graphile_worker to %I', app_role);
  execute format('grant execute on all functions in schema graphile_worker to %I', app_role);
  execute format('grant usage on all sequences in schema graphile_worker to %I', app_role);
  for t in select tablename from pg_tables where schemaname = 'graphile_worker' loop
    execute format(
      'grant select, insert, update, delete on graphile_worker.%I to %I', t, app_role);
    if not exists (select 1 from pg_policies
        where schemaname = 'graphile_worker' and tablename = t and policyname = 'server_works_here')
    then
      execute format('create policy server_works_here on graphile_worker.%I to %I '
        'using (true) with check (true)', t, app_role);
    end if;
  end loop;
end $$;
