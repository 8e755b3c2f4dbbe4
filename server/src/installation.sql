-- name: findStoppedClock
-- Only tests and the loading of the demo set the clock.
select now_at from clock_override;
