-- A redemption wrote eleven keys: six with its try, five with its decision, each on a page of its
-- own. Now eight.

-- A person's redemptions stand under the voucher's key, which holds them all from here on: one that
-- is over is alone under its own id, those that are active share null.
alter table redemption add column ended_id uuid generated always as (
  case when state in ('cancelled', 'voided', 'reversed') then redemption_id end) stored;
drop index one_active_redemption_per_voucher;
create unique index one_active_redemption_per_voucher
  on redemption (person_id, voucher_id, ended_id) nulls not distinct;

-- An id begins with its time: with the id first this key grows at its end, and serves the look by
-- the id alone, which had a key of its own.
alter table refund drop constraint refund_person_id_redemption_id_fkey;
alter table payout_hold drop constraint payout_hold_person_id_redemption_id_fkey;
alter table network_refund drop constraint network_refund_person_id_redemption_id_fkey;
alter table complaint drop constraint complaint_person_id_redemption_id_fkey;
alter table redemption drop constraint redemption_pkey,
  add constraint redemption_pkey primary key (redemption_id, person_id);
alter table refund add constraint refund_person_id_redemption_id_fkey
  foreign key (person_id, redemption_id) references redemption (person_id, redemption_id);
alter table payout_hold add constraint payout_hold_person_id_redemption_id_fkey
  foreign key (person_id, redemption_id) references redemption (person_id, redemption_id);
alter table network_refund add constraint network_refund_person_id_redemption_id_fkey
  foreign key (person_id, redemption_id) references redemption (person_id, redemption_id);
alter table complaint add constraint complaint_person_id_redemption_id_fkey
  foreign key (person_id, redemption_id) references redemption (person_id, redemption_id);
drop index redemption_by_id;

-- Asked for by the time of the decision only: a try has none yet.
drop index redemption_by_merchant;
create index redemption_by_merchant on redemption (merchant_id, decided_at)
  where decided_at is not null;
