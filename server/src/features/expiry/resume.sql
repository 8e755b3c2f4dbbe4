-- name: openClosings
select closing_order_id from closing_order where state = 'approved' order by closing_order_id;
