-- name: lockMerchant
-- Redemptions under way end first; the next scan meets the sanction.
select lock_merchant(:merchantId::uuid);

-- name: lockMerchantsOfCode
select lock_merchant(m.merchant_id) from merchant m where m.uscc = :uscc;

-- name: insertSanction
insert into merchant_sanction (sanction_id, merchant_id, programme_id, kind, evidence, state,
  prepared_by, created_at)
values (:sanctionId, :merchantId, :programmeId, :kind, :evidence, :state, :preparedBy,
  :now::timestamptz);

-- name: findSanction
select n.sanction_id, n.merchant_id, n.programme_id, n.kind, n.state, n.prepared_by
from merchant_sanction n where n.sanction_id = :sanctionId;

-- name: decideSanction
-- approver_is_not_preparer: the second person is another one.
update merchant_sanction n set state = :state, approved_by = :approvedBy
where n.sanction_id = :sanctionId and n.state = 'prepared';

-- name: setMerchantState
update merchant m set state = :state
where m.merchant_id = :merchantId and m.state = any(:fromStates::text[]);

-- name: setAdmissionState
update programme_merchant a set state = :state
where a.merchant_id = :merchantId and a.programme_id = :programmeId
  and a.state = any(:fromStates::text[]);

-- name: insertListing
insert into dishonesty_listing (listing_id, uscc, evidence, listed_by, listed_at)
values (:listingId, :uscc, :evidence, :listedBy, :now::timestamptz);

-- name: findListing
select d.listing_id, d.uscc, d.listed_by, d.approved_by, d.ended_at
from dishonesty_listing d where d.listing_id = :listingId;

-- name: approveListing
update dishonesty_listing d set approved_by = :approvedBy
where d.listing_id = :listingId and d.approved_by is null and d.ended_at is null;

-- name: endListing
update dishonesty_listing d set ended_at = :now::timestamptz
where d.listing_id = :listingId and d.ended_at is null;
