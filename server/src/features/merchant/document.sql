-- name: insertDocument
-- The same image again is the one that is there, under the key it was first sealed with.
insert into merchant_document (merchant_id, digest, kind, key_id, bytes, width, height, uploaded_by,
  uploaded_at)
values (:merchantId, :digest, :kind, :keyId, :bytes, :width, :height, :uploadedBy,
  :now::timestamptz)
on conflict (merchant_id, digest) do nothing;

-- name: listDocuments
-- Newest first; a merchant has a bounded number of them.
select d.digest, d.kind, d.bytes, d.width, d.height, d.uploaded_at
from merchant_document d where d.merchant_id = :merchantId
order by d.uploaded_at desc, d.digest limit 100;

-- name: countDocuments
-- Uploads are bounded, whoever sends them.
select count(*)::int as count from merchant_document d where d.merchant_id = :merchantId;

-- name: findDocument
-- The key it was sealed with, and its name in the store follows from it.
select d.key_id from merchant_document d
where d.merchant_id = :merchantId and d.digest = :digest;

-- name: isOfApplication
-- A reviewer sees the papers of the application before him, no others of the merchant.
select exists (select 1 from programme_merchant a,
    jsonb_array_elements(a.documents) as paper
  where a.programme_id = :programmeId and a.merchant_id = :merchantId
    and paper ->> 'digest' = :digest) as is_of_application;
