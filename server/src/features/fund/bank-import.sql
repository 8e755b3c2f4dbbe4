-- name: isProgrammeAccount
-- An account is a programme's when its orders are to be paid to it; a channel's likewise.
select exists (select 1 from funding_order f where f.programme_id = :programmeId
  and f.account_number = :accountNumber
  and (:channels::text[] is null or exists (select from funding_order_channel c
    where c.funding_order_id = f.funding_order_id
      and c.channel = any(:channels::text[])))) as known;

-- name: insertFile
-- The digest is unique per account: the same file is taken once.
insert into bank_file (bank_file_id, account_number, digest, file_name, line_count, new_line_count,
  opening_fen, closing_fen, uploaded_by, uploaded_at)
values (:bankFileId, :accountNumber, :digest, :fileName, :lineCount, 0, :openingFen, :closingFen,
  :uploadedBy, :now::timestamptz)
on conflict on constraint bank_file_once_per_account do nothing
returning bank_file_id;

-- name: findFileByDigest
-- So that the refusal can name the earlier import.
select bank_file_id from bank_file where account_number = :accountNumber and digest = :digest;

-- name: insertLines
-- Overlapping files add only what is new: the account, the serial and the occurrence are the line.
insert into bank_line (bank_line_id, bank_file_id, account_number, serial, occurrence, posted_at,
  direction, amount_fen, balance_fen, remark, counterparty, counterparty_key_id, payer_index, state,
  reason, order_number)
select l.bank_line_id, :bankFileId, :accountNumber, l.serial, l.occurrence, l.posted_at,
  l.direction,
  l.amount_fen, l.balance_fen, l.remark, l.counterparty, l.key_id, l.payer_index, 'unmatched',
  case when l.direction = 'out' then 'outgoing' end, l.order_number
from unnest(:bankLineIds::uuid[], :serials::text[], :occurrences::integer[],
    :postedAts::timestamptz[], :directions::text[], :amounts::bigint[], :balances::bigint[],
    :remarks::text[], :counterparties::bytea[], :keyIds::smallint[], :payerIndexes::bytea[],
    :orderNumbers::text[])
  as l(bank_line_id, serial, occurrence, posted_at, direction, amount_fen, balance_fen, remark,
    counterparty, key_id, payer_index, order_number)
on conflict on constraint bank_line_once do nothing
returning bank_line_id;

-- name: contradictedSerials
-- A serial number that stands for another amount, time or direction than before.
select l.serial from unnest(:serials::text[], :occurrences::integer[], :postedAts::timestamptz[],
    :directions::text[], :amounts::bigint[]) as l(serial, occurrence, posted_at, direction,
      amount_fen)
join bank_line b on b.account_number = :accountNumber and b.serial = l.serial
  and b.occurrence = l.occurrence
where (b.posted_at, b.direction, b.amount_fen) is distinct from
  (l.posted_at, l.direction, l.amount_fen)
limit 20;

-- name: setNewLineCount
-- Known only when the overlap with earlier files is.
update bank_file set new_line_count = :newLineCount where bank_file_id = :bankFileId;

-- name: ordersOfAccount
-- Open orders, and closed ones of the amounts that came in: they explain a second payment.
select funding_order_id, remark_code, total_fen, state, payer_index from funding_order
where account_number = :accountNumber
  and (state = 'open' or total_fen = any(:amounts::bigint[]));

-- name: unmatchedLines
-- Locked: two who look for orders at the same time take turns. Lines a person proposed wait.
select l.bank_line_id, l.amount_fen, l.remark, l.payer_index from bank_line l
where l.account_number = :accountNumber and l.state = 'unmatched' and l.direction = 'in'
  and not exists (select 1 from money_confirmation c
    where c.bank_line_id = l.bank_line_id and c.state = 'prepared')
order by l.posted_at, l.bank_line_id limit :limit for update;

-- name: explainLines
-- A line that stays unmatched says why.
update bank_line l set reason = e.reason, reason_details = e.details
from unnest(:bankLineIds::uuid[], :reasons::text[], :details::text[]::jsonb[])
  as e(bank_line_id, reason, details)
where l.bank_line_id = e.bank_line_id and l.state = 'unmatched';

-- name: listFiles
-- Of the programme's accounts; a year has hundreds.
select b.bank_file_id, b.account_number, b.file_name, b.line_count, b.new_line_count, b.opening_fen,
  b.closing_fen, b.uploaded_at
from bank_file b
where b.account_number in (
  select f.account_number from funding_order f where f.programme_id = :programmeId
    and (:channels::text[] is null or exists (select from funding_order_channel c
      where c.funding_order_id = f.funding_order_id and c.channel = any(:channels::text[]))))
order by b.uploaded_at desc, b.bank_file_id desc limit 500;

-- name: listLines
-- Of the programme's accounts; who only sees his own sees the lines that paid his own orders. A
-- bank sees its channel's account; where two channels share one, not what paid the other's order.
select l.bank_line_id, l.bank_file_id, l.account_number, l.posted_at, l.direction, l.amount_fen,
  l.balance_fen, l.remark, l.state, l.reason, l.reason_details, l.matched_kind, l.matched_id
from bank_line l
where l.account_number in (
    select f.account_number from funding_order f where f.programme_id = :programmeId)
  and (:state::text is null or l.state = :state)
  and (:direction::text is null or l.direction = :direction)
  and (:bankFileId::uuid is null or l.bank_file_id = :bankFileId::uuid)
  and (:wholeProgramme or exists (
    select 1 from funding_order f join organisation o on o.organisation_id = f.funder_id
    join unnest(:paths::text[]) as r(path) on o.path like r.path || '%'
    where l.matched_kind = 'funding_order' and f.funding_order_id = l.matched_id
      and f.programme_id = :programmeId))
  and (:channels::text[] is null or exists (
    select from funding_order f
    join funding_order_channel c on c.funding_order_id = f.funding_order_id
    where f.programme_id = :programmeId and f.account_number = l.account_number
      and c.channel = any(:channels::text[])
      and (l.matched_kind is distinct from 'funding_order' or l.matched_id = f.funding_order_id)))
  and (l.posted_at, l.bank_line_id) > (:afterAt::timestamptz, :afterId::uuid)
order by l.posted_at, l.bank_line_id limit :limit;
