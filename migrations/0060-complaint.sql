-- What residents complain about, and what they were answered. Both are free text that may name
-- people: sealed, as personal data is.

create table complaint (
  complaint_id uuid primary key,
  programme_id uuid not null references programme,
  resident_account_id uuid not null references resident_account,
  -- Known once the real name is verified: who could not prove it may complain about just that.
  person_id uuid references person,
  kind text not null constraint complaint_kind_known
    check (kind in ('claim', 'payment', 'refund', 'price', 'refused', 'misuse', 'other')),
  shop_id uuid references shop,
  redemption_id uuid,
  envelope bytea not null,
  key_id smallint not null,
  filed_at timestamptz not null,
  due_at timestamptz not null constraint due_after_it_was_filed check (due_at > filed_at),
  decision text constraint complaint_decision_known
    check (decision in ('upheld', 'dismissed', 'explained')),
  answer_envelope bytea,
  answer_key_id smallint,
  answered_by uuid references staff,
  answered_at timestamptz,
  foreign key (person_id, redemption_id) references redemption,
  constraint about_own_redemption check (redemption_id is null or person_id is not null),
  constraint answered_in_full check (
    num_nonnulls(decision, answer_envelope, answer_key_id, answered_by, answered_at) in (0, 5))
);
create index complaint_by_account on complaint (resident_account_id, complaint_id);
create index complaint_by_person on complaint (person_id, redemption_id);
create index open_complaint_by_programme on complaint (programme_id, complaint_id)
  where answered_at is null;
create index answered_complaint_by_programme on complaint (programme_id, complaint_id)
  where answered_at is not null;

call grant_app('select, insert', 'complaint');
call grant_app('update (decision, answer_envelope, answer_key_id, answered_by, answered_at)',
  'complaint');
