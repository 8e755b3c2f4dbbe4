-- A recall may come before the start: then nothing was issued, the batch ends cancelled and its
-- rows may be issued by another batch.
alter table batch_recall add column before_start boolean not null default false;
call grant_app('update (before_start)', 'batch_recall');
