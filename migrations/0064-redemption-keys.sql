-- Nobody looks for the redemptions of an event: a redemption is found first, and its event by it.
-- Every commit wrote this key.
drop index redemption_by_commit_event;
