-- Only the purges ask for these by age, a few times a day: a summary of each range of pages serves
-- them, and is not written for each claim and each signed request as a key of its own was.
drop index command_by_age;
create index command_by_age on command using brin (at) with (autosummarize = on);
drop index spent_nonce_by_end;
create index spent_nonce_by_end on spent_nonce using brin (expires_at) with (autosummarize = on);
