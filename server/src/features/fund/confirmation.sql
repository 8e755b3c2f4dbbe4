-- name: lockOrder
-- Held until the end: an order is confirmed or cancelled, never both.
select funding_order_id, programme_id, total_fen, state, account_number from funding_order
where funding_order_id = :fundingOrderId for update;

-- name: lockLine
-- One line confirms one order: two proposals are judged one after the other.
select bank_line_id, account_number, amount_fen, direction, state from bank_line
where bank_line_id = :bankLineId for update;

-- name: insertConfirmations
-- One live confirmation per order and per bank line; the loser of a race gets no row.
insert into money_confirmation (confirmation_id, funding_order_id, basis, bank_line_id,
  document_number, document_digest, is_exact, note, state, prepared_by, created_at)
select c.confirmation_id, c.funding_order_id, :basis, c.bank_line_id, :documentNumber,
  :documentDigest, :isExact, :note, c.state, :preparedBy, :now::timestamptz
from unnest(:confirmationIds::uuid[], :fundingOrderIds::uuid[], :bankLineIds::uuid[],
  :states::text[])
  as c(confirmation_id, funding_order_id, bank_line_id, state)
on conflict do nothing
returning confirmation_id, funding_order_id, bank_line_id, state;

-- name: lockOrders
-- In the order of their ids: an order is confirmed or cancelled, never both.
select funding_order_id, programme_id, state from funding_order
where funding_order_id = any(:fundingOrderIds::uuid[])
order by funding_order_id for update;

-- name: decide
-- Only what waits for a decision.
update money_confirmation set state = :state, decided_by = :decidedBy
where confirmation_id = :confirmationId and state = 'prepared'
returning funding_order_id, bank_line_id, basis;

-- name: findConfirmation
-- With its evidence, for the second person.
select c.confirmation_id, c.funding_order_id, c.basis, c.bank_line_id, c.document_number,
  c.is_exact,
  c.note, c.state, c.prepared_by, c.decided_by, c.created_at, f.programme_id, o.path as funder_path
from money_confirmation c
join funding_order f on f.funding_order_id = c.funding_order_id
join organisation o on o.organisation_id = f.funder_id
where c.confirmation_id = :confirmationId;

-- name: listConfirmations
-- Newest last, as they wait.
select c.confirmation_id, c.funding_order_id, c.basis, c.bank_line_id, c.document_number,
  c.is_exact,
  c.note, c.state, c.prepared_by, c.decided_by, c.created_at, f.programme_id, o.path as funder_path
from money_confirmation c
join funding_order f on f.funding_order_id = c.funding_order_id
join organisation o on o.organisation_id = f.funder_id
where f.programme_id = :programmeId and (:state::text is null or c.state = :state)
  and (:channels::text[] is null or exists (select from funding_order_channel l
    where l.funding_order_id = f.funding_order_id and l.channel = any(:channels::text[])))
  and c.confirmation_id > :after::uuid
order by c.confirmation_id limit :limit;

-- name: matchLines
-- A line is matched once, to one order.
update bank_line l
set state = 'matched', reason = null, reason_details = '{}'::jsonb,
  matched_kind = 'funding_order', matched_id = m.funding_order_id
from unnest(:bankLineIds::uuid[], :fundingOrderIds::uuid[]) as m(bank_line_id, funding_order_id)
where l.bank_line_id = m.bank_line_id and l.state = 'unmatched';
