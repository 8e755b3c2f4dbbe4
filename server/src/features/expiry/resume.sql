-- name: openClosings
-- A worker may have been killed with it in hand.
select closing_order_id from closing_order where state = 'approved' order by closing_order_id;
