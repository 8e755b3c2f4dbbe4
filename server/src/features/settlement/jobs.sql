-- name: programmesToSettle
-- Programmes with redemptions or later refunds before the cut-off that stand in no run.
select distinct r.programme_id
from redemption r join event e on e.event_id = r.commit_event_id
where r.state in ('committed', 'reversed') and e.at < :cutOff::timestamptz
  and not exists (select from settlement_line l where l.person_id = r.person_id
    and l.event_kind = 'redemption' and l.event_ref = r.redemption_id)
union
select r.programme_id
from refund f join redemption r using (person_id, redemption_id)
where f.after_settlement and f.voucher_fen > 0 and f.at < :cutOff::timestamptz
  and not exists (select from settlement_line l where l.person_id = f.person_id
    and l.event_kind = 'refund' and l.event_ref = f.refund_id);
