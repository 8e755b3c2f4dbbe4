-- Proofs of the whole book that somebody asked for, with how far each has come.

create table verification (
  verification_id uuid primary key,
  asked_by text not null,
  asked_at timestamptz not null,
  state text not null constraint verification_state_known
    check (state in ('waiting', 'running', 'proved', 'broken', 'failed')),
  steps_done integer not null default 0,
  steps integer not null default 0,
  -- What it found: the report of `huiquan verify`.
  report jsonb,
  ended_at timestamptz,
  constraint steps_are_never_exceeded check (steps_done >= 0 and steps_done <= steps),
  constraint ended_with_a_time
    check ((ended_at is not null) = (state in ('proved', 'broken', 'failed')))
);
-- One at a time: it reads every row there is.
create unique index one_verification_at_a_time on verification ((true))
  where state in ('waiting', 'running');
create index verification_by_time on verification (asked_at);

-- Who was shown personal data: few among many events.
create index event_of_shown_data on event (event_id) where kind = 'personal_data.shown';

call grant_app('select, insert, update', 'verification');
