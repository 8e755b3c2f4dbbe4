-- name: findOwnRedemption
-- One may complain about one's own payment only; the shop and the programme are those it was in.
select v.programme_id, r.shop_id from redemption r
join voucher v on v.person_id = r.person_id and v.voucher_id = r.voucher_id
where r.person_id = :personId and r.redemption_id = :redemptionId;

-- name: insertComplaint
-- The text is sealed; the event that records the filing holds the id alone.
insert into complaint (complaint_id, programme_id, resident_account_id, person_id, kind, shop_id,
  redemption_id, envelope, key_id, filed_at, due_at)
values (:complaintId, :programmeId, :residentAccountId, :personId, :kind, :shopId, :redemptionId,
  :envelope, :keyId, :now::timestamptz, :dueAt::timestamptz);

-- name: listOwnComplaints
-- What was complained about from an earlier phone of the same person is his as well.
select c.complaint_id, c.programme_id, p.title as programme_title, c.kind, s.name as shop_name,
  c.redemption_id, c.envelope, c.key_id, c.filed_at, c.due_at, c.decision, c.answer_envelope,
  c.answer_key_id, c.answered_at, o.name as answered_by
from complaint c
join programme p on p.programme_id = c.programme_id
left join shop s on s.shop_id = c.shop_id
left join staff t on t.staff_id = c.answered_by
left join organisation o on o.organisation_id = t.organisation_id
where (c.resident_account_id = :residentAccountId or c.person_id = :personId::uuid)
  and (:before::uuid is null or c.complaint_id < :before::uuid)
order by c.complaint_id desc limit :limit;

-- name: listOpenComplaints
-- All have the same time to be answered in: the first to be filed is the first to be due.
select c.complaint_id, c.programme_id, c.kind, s.name as shop_name, c.redemption_id, c.envelope,
  c.key_id, c.filed_at, c.due_at, a.envelope as account_envelope, a.key_id as account_key_id
from complaint c
join resident_account a on a.resident_account_id = c.resident_account_id
left join shop s on s.shop_id = c.shop_id
where c.programme_id = :programmeId and c.answered_at is null
  and (:after::uuid is null or c.complaint_id > :after::uuid)
order by c.complaint_id limit :limit;

-- name: countOpenComplaints
-- From the index of the open ones alone: asked for by every desk, over and over.
select count(*) as open_count, count(*) filter (where c.due_at < :now::timestamptz) as late_count
from complaint c where c.programme_id = :programmeId and c.answered_at is null;

-- name: listAnsweredComplaints
-- Newest first: what was answered last is what is asked about.
select c.complaint_id, c.programme_id, c.kind, s.name as shop_name, c.redemption_id, c.envelope,
  c.key_id, c.filed_at, c.due_at, a.envelope as account_envelope, a.key_id as account_key_id,
  c.decision, c.answer_envelope, c.answer_key_id, c.answered_at, o.name as answered_by
from complaint c
join resident_account a on a.resident_account_id = c.resident_account_id
left join shop s on s.shop_id = c.shop_id
left join staff t on t.staff_id = c.answered_by
left join organisation o on o.organisation_id = t.organisation_id
where c.programme_id = :programmeId and c.answered_at is not null
  and (:after::uuid is null or c.complaint_id < :after::uuid)
order by c.complaint_id desc limit :limit;

-- name: findComplaint
-- Where it stands decides who may answer it.
select c.programme_id, c.shop_id from complaint c where c.complaint_id = :complaintId;

-- name: answerComplaint
-- The first answer stands: of two clerks at once one finds it answered.
update complaint c set decision = :decision, answer_envelope = :envelope, answer_key_id = :keyId,
  answered_by = :staffId, answered_at = :now::timestamptz
where c.complaint_id = :complaintId and c.answered_at is null;
