-- Directed issuing: which fund pays which voucher of a batch, what was refused, and how programmes
-- end.

-- An act of bulk work records itself in the statement that does it: its items never leave the
-- database. Otherwise as a plain insert.
create function record_act(
  at timestamptz, actor_kind text, actor_id text, kind text, subject_kind text, subject_id text,
  programme_id uuid, body jsonb, items jsonb
) returns bigint language sql volatile as $$
  insert into event
    (at, actor_kind, actor_id, kind, subject_kind, subject_id, programme_id, body, items)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  returning event_id
$$;

alter table entitlement
  add column batch_id uuid references issue_batch,
  -- The 分 of the batch that stand before this row: its money lies in [offset, offset + amount).
  add column batch_offset_fen bigint,
  add constraint batched_entitlements_know_their_place
    check ((batch_id is null) = (batch_offset_fen is null));
create index entitlement_by_batch on entitlement (batch_id, state, entitlement_id)
  where batch_id is not null;
create index entitlement_by_person on entitlement (person_id) where person_id is not null;
create index entitlement_by_programme_and_identity on entitlement (programme_id, identity_index);

-- The money of a batch, end to end in the plan's order of use. A voucher lies wholly in one range:
-- whenever it is issued, the same fund pays it.
create table issue_batch_range (
  batch_id uuid not null references issue_batch,
  start_fen bigint not null check (start_fen >= 0),
  end_fen bigint not null,
  fund_id uuid not null references fund,
  primary key (batch_id, start_fen),
  constraint range_is_not_empty check (start_fen < end_fen)
);
create index issue_batch_range_by_fund on issue_batch_range (fund_id);

-- Why a row of an approved batch got nothing; its money went back to available.
create table issue_refusal (
  entitlement_id uuid primary key references entitlement,
  batch_id uuid not null references issue_batch,
  code text not null,
  details jsonb not null,
  event_id bigint not null references event
);
create index issue_refusal_by_batch on issue_refusal (batch_id);
create index issue_refusal_by_event on issue_refusal (event_id);

-- The rows of a roster in the order in which they are paid, each with its channel. A person who has
-- a channel in the programme keeps it; the others are dealt by the shares (cumulative, of 10,000)
-- in the order of a hash of who they are, so every run deals alike.
create function issue_order(
  roster_id uuid, faces bigint[], pools text[], channels text[], shares_up_to integer[]
) returns table (
  entitlement_id uuid, pool text, channel text, face_fen bigint, amount_fen bigint,
  offset_fen bigint
) language sql stable as $$
  with known as (
    select e.identity_index, min(e.channel) as channel
    from entitlement e
    where e.programme_id = (select r.programme_id from roster r where r.roster_id = $1)
      and e.identity_index is not null and e.roster_id <> $1 and e.channel <> ''
      and e.state in ('committed', 'issued')
    group by e.identity_index
  ), listed as (
    select e.entitlement_id, e.face_fen, e.amount_fen, f.pool,
      coalesce(nullif(e.channel, ''), known.channel) as channel,
      row_number() over (order by hashtextextended(encode(
        coalesce(e.identity_index, e.phone_index || e.name_index, e.name_index), 'hex'), 0),
        e.entitlement_id) - 1 as place,
      count(*) over () as total
    from entitlement e
    left join unnest(faces, pools) as f(face_fen, pool) on f.face_fen = e.face_fen
    left join known on known.identity_index = e.identity_index
    where e.roster_id = $1 and e.state = 'confirmed'
  ), dealt as (
    select l.entitlement_id, l.pool, l.face_fen, l.amount_fen,
      coalesce(l.channel, (
        select c.channel from unnest(channels, shares_up_to) as c(channel, up_to)
        where l.place * 10000 < c.up_to * l.total order by c.up_to limit 1), '') as channel
    from listed l
  )
  select d.entitlement_id, d.pool, d.channel, d.face_fen, d.amount_fen,
    (sum(d.amount_fen) over (order by d.pool, d.channel, d.entitlement_id) - d.amount_fen)::bigint
  from dealt d
$$;

-- A programme ends by two persons; the approval starts the work, which may be taken up again.
create table closing_order (
  closing_order_id uuid primary key,
  programme_id uuid not null references programme,
  state text not null constraint closing_state_known
    check (state in ('prepared', 'approved', 'rejected', 'done')),
  prepared_by uuid not null,
  approved_by uuid,
  created_at timestamptz not null,
  approved_at timestamptz,
  constraint approver_is_not_preparer check (approved_by <> prepared_by),
  constraint approved_closings_name_their_approver
    check (state in ('prepared', 'rejected') or approved_by is not null)
);
create unique index one_live_closing_per_programme on closing_order (programme_id)
  where state <> 'rejected';

alter table fund_return
  add column closing_order_id uuid references closing_order,
  add constraint approver_is_not_preparer check (approved_by::text <> prepared_by);
create index fund_return_by_fund on fund_return (fund_id);
create index fund_return_by_closing on fund_return (closing_order_id);

call grant_app('select, insert', 'issue_batch_range', 'issue_refusal', 'closing_order');
call grant_app('update (batch_id, batch_offset_fen)', 'entitlement');
call grant_app('update (state, approved_by, approved_at)', 'closing_order');

-- Holds what funds have available until the transaction ends. The server's role may not update
-- balances, so it may not lock them either but through this.
create function lock_available(fund_ids uuid[]) returns table (fund_id uuid, balance_fen bigint)
language sql volatile security definer set search_path = public, pg_temp as $$
  select a.fund_id, b.balance_fen
  from account a join account_balance b on b.account_id = a.account_id
  where a.fund_id = any($1) and a.kind = 'available'
  order by b.account_id for update of b
$$;

create unique index one_live_recall_per_batch on batch_recall (batch_id)
  where state in ('prepared', 'approved');
