-- name: lockMerchant
-- Redemptions under way end first; those after see what was changed.
select lock_merchant(:merchantId::uuid);

-- name: findCodeFacts
-- Whether a code is listed as dishonest, excepted from its check character, or taken.
select
  exists (select 1 from dishonesty_listing d
    where d.uscc = :uscc and d.approved_by is not null and d.ended_at is null) as is_dishonest,
  exists (select 1 from credit_code_exception e where e.uscc = :uscc) as is_excepted,
  (select m.merchant_id from merchant m where m.uscc = :uscc) as merchant_id;

-- name: findMerchant
-- With its open shops counted: a plan may ask for a physical shop.
select m.merchant_id, m.uscc, m.name, m.region_code, m.industry, m.above_quota, m.owner_id,
  m.settlement_account, m.key_id, m.acceptance_mark, m.state, m.settlement_account_changed_at,
  (select count(*)::int from shop s where s.merchant_id = m.merchant_id and s.state = 'open')
    as shop_count
from merchant m where m.merchant_id = :merchantId;

-- name: insertMerchant
-- merchant_once_per_code: one legal person is one merchant.
insert into merchant (merchant_id, uscc, name, region_code, industry, above_quota, owner_id,
  settlement_account, settlement_account_changed_at, key_id, acceptance_mark, state, created_at)
values (:merchantId, :uscc, :name, :regionCode, :industry, :aboveQuota, :ownerId,
  :settlementAccount, null, :keyId, :acceptanceMark, 'active', :now::timestamptz);

-- name: updateMerchant
-- The instant of a changed account holds payouts to it for a day.
update merchant m set name = :name, region_code = :regionCode, industry = :industry,
  above_quota = :aboveQuota, settlement_account = :settlementAccount, key_id = :keyId,
  settlement_account_changed_at = case when :isAccountChanged then :now::timestamptz
    else m.settlement_account_changed_at end
where m.merchant_id = :merchantId;

-- name: applyToProgramme
-- Again after a rejection, or with another category; never out of a sanction.
insert into programme_merchant (programme_id, merchant_id, category, state, applied_at, applied_by,
  documents, content_hash)
values (:programmeId, :merchantId, :category, 'applied', :now::timestamptz, :appliedBy,
  :documents::jsonb, :contentHash)
on conflict (programme_id, merchant_id) do update
  set category = excluded.category, state = 'applied', applied_at = excluded.applied_at,
    applied_by = excluded.applied_by, documents = excluded.documents,
    content_hash = excluded.content_hash, reviewed_by = null, reviewed_at = null, reason = null
  where programme_merchant.state in ('applied', 'rejected', 'approved')
returning programme_id;

-- name: listApplications
-- Those that a change of the merchant's own facts concerns; sanctions stand.
select a.programme_id, a.category, a.documents from programme_merchant a
where a.merchant_id = :merchantId and a.state in ('applied', 'approved') order by a.programme_id;

-- name: backToReview
-- What was approved is no longer what is there: accepting stops until it is reviewed again.
update programme_merchant a set state = 'applied', applied_at = :now::timestamptz,
  applied_by = :appliedBy, content_hash = w.content_hash, reviewed_by = null, reviewed_at = null,
  reason = null
from unnest(:programmeIds::uuid[], :contentHashes::bytea[]) as w(programme_id, content_hash)
where a.merchant_id = :merchantId and a.programme_id = w.programme_id
  and a.state in ('applied', 'approved');

-- name: allowCreditCode
-- The first reason stands.
insert into credit_code_exception (uscc, reason, allowed_by, allowed_at)
values (:uscc, :reason, :allowedBy, :now::timestamptz)
on conflict (uscc) do nothing;

-- name: lockApplication
-- Two reviewers decide one after the other.
select a.programme_id, a.merchant_id, a.category, a.state, a.applied_by, a.content_hash
from programme_merchant a
where a.programme_id = :programmeId and a.merchant_id = :merchantId for update;

-- name: reviewApplication
-- Only what still waits can be decided.
update programme_merchant a set state = :state, reviewed_by = :reviewedBy,
  reviewed_at = :now::timestamptz, reason = :reason
where a.programme_id = :programmeId and a.merchant_id = :merchantId and a.state = 'applied';

-- name: plays
-- Whether an organisation is one of the parties in a programme.
select exists (select 1 from programme_party p
  where p.programme_id = :programmeId and p.party = any(:parties::text[])
    and p.organisation_id = :organisationId) as is_party;
