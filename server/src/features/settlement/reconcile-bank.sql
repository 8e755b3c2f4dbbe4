-- name: paymentsOfLines
-- What we hold under the number or serial that each line names, whatever became of it.
select l.bank_line_id, p.payout_id, null::uuid as return_id, p.amount_fen, p.state,
  coalesce(p.decided_at, p.sent_at, r.created_at) as at
from unnest(:bankLineIds::uuid[], :orderNumbers::text[], :serials::text[])
  as l(bank_line_id, order_number, serial)
join payout p on p.payout_id::text = l.order_number
  or (l.order_number = '' and p.bank_serial = l.serial)
join settlement_run r on r.run_id = p.run_id and r.programme_id = :programmeId
union all
select l.bank_line_id, null::uuid, t.return_id, t.amount_fen, t.state,
  coalesce(t.returned_at, t.sent_at, t.created_at) as at
from unnest(:bankLineIds::uuid[], :orderNumbers::text[], :serials::text[])
  as l(bank_line_id, order_number, serial)
join fund_return t on t.return_id::text = l.order_number
join fund f on f.fund_id = t.fund_id and f.programme_id = :programmeId;

-- name: unprovenPayments
-- What we call paid by the end of the day and no line of a statement has shown.
select p.payout_id, null::uuid as return_id, p.amount_fen, p.state, p.decided_at as at
from payout p join settlement_run r using (run_id)
where r.programme_id = :programmeId and p.state = 'paid' and p.decided_at < :before::timestamptz
  and not exists (select from bank_line l where l.matched_kind = 'payout'
    and l.matched_id = p.payout_id and l.direction = 'out')
  and not exists (select from reconciliation_exception e where e.payout_id = p.payout_id
    and e.source = 'bank_statement')
union all
select null::uuid, t.return_id, t.amount_fen, t.state, t.returned_at
from fund_return t join fund f using (fund_id)
where f.programme_id = :programmeId and t.state = 'returned'
  and t.returned_at < :before::timestamptz
  and not exists (select from bank_line l where l.matched_kind = 'fund_return'
    and l.matched_id = t.return_id and l.direction = 'out')
  and not exists (select from reconciliation_exception e where e.return_id = t.return_id
    and e.source = 'bank_statement');
