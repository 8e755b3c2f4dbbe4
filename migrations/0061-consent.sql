-- What residents agreed to or refused, purpose by purpose, with the version of the text they were
-- shown. An answer is never overwritten: the next one ends it.

create table consent (
  consent_id uuid primary key,
  resident_account_id uuid not null references resident_account,
  purpose text not null constraint consent_purpose_known
    check (purpose in ('real_name', 'location', 'messages')),
  version integer not null check (version > 0),
  answer text not null constraint consent_answer_known check (answer in ('agreed', 'refused')),
  answered_at timestamptz not null,
  ended_at timestamptz check (ended_at >= answered_at)
);
create unique index one_standing_answer_per_purpose on consent (resident_account_id, purpose)
  where ended_at is null;

call grant_app('select, insert', 'consent');
call grant_app('update (ended_at)', 'consent');
