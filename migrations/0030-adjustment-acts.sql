-- An adjustment says what it draws on, and its approver names what was seen.

alter table stock_adjustment
  -- available money, stock of a live round, residual of a closed one, value that expired.
  add column takes text not null default 'available' constraint adjustment_takes_known
    check (takes in ('available', 'stock', 'residual', 'expired')),
  add column approved_hash bytea,
  add constraint approved_what_was_seen check (approved_hash = content_hash),
  add constraint an_approved_adjustment_names_who_and_what check (
    state <> 'approved' or (approved_by is not null and approved_hash is not null)),
  add constraint adjustment_ends_fit_what_it_takes check (
    (source_round_id is not null) = (takes in ('stock', 'residual'))
    and (target_round_id is not null or takes = 'stock')),
  drop constraint adjustment_state_known,
  add constraint adjustment_state_known check (state in ('prepared', 'approved', 'cancelled'));
alter table stock_adjustment alter column takes drop default;
create index stock_adjustment_by_source on stock_adjustment (source_round_id)
  where source_round_id is not null;

call grant_app('update (approved_hash)', 'stock_adjustment');
