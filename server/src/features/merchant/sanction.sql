-- name: lockMerchant
-- Redemptions under way end first; the next scan meets the sanction.
select lock_merchant(:merchantId::uuid);

-- name: lockMerchantsOfCode
-- A listed code may belong to a merchant that is scanning now, or to none.
select lock_merchant(m.merchant_id) from merchant m where m.uscc = :uscc;

-- name: insertSanction
-- A suspension is effective as it is written; the others wait for a second person.
insert into merchant_sanction (sanction_id, merchant_id, programme_id, kind, evidence, state,
  prepared_by, created_at)
values (:sanctionId, :merchantId, :programmeId, :kind, :evidence, :state, :preparedBy,
  :now::timestamptz);

-- name: findSanction
-- The evidence stays with the office that keeps it.
select n.sanction_id, n.merchant_id, n.programme_id, n.kind, n.state, n.prepared_by
from merchant_sanction n where n.sanction_id = :sanctionId;

-- name: decideSanction
-- approver_is_not_preparer: the second person is another one.
update merchant_sanction n set state = :state, approved_by = :approvedBy
where n.sanction_id = :sanctionId and n.state = 'prepared';

-- name: setMerchantState
-- In all programmes at once; nothing moves from a state the sanction does not fit.
update merchant m set state = :state
where m.merchant_id = :merchantId and m.state = any(:fromStates::text[]);

-- name: setAdmissionState
-- In one programme only.
update programme_merchant a set state = :state
where a.merchant_id = :merchantId and a.programme_id = :programmeId
  and a.state = any(:fromStates::text[]);

-- name: insertListing
-- Without an approver it bars nobody.
insert into dishonesty_listing (listing_id, uscc, evidence, listed_by, listed_at)
values (:listingId, :uscc, :evidence, :listedBy, :now::timestamptz);

-- name: findListing
-- Whose code it is decides whose redemptions must end first.
select d.listing_id, d.uscc, d.listed_by, d.approved_by, d.ended_at
from dishonesty_listing d where d.listing_id = :listingId;

-- name: approveListing
-- approver_is_not_preparer: the second person is another one.
update dishonesty_listing d set approved_by = :approvedBy
where d.listing_id = :listingId and d.approved_by is null and d.ended_at is null;

-- name: endListing
-- Ended entries stay as history.
update dishonesty_listing d set ended_at = :now::timestamptz
where d.listing_id = :listingId and d.ended_at is null;
