-- Papers of merchants as images: their contents lie sealed in the document store.

create table merchant_document (
  merchant_id uuid not null references merchant,
  -- SHA-256 of the image as it was drawn anew.
  digest bytea not null constraint digest_is_sha256 check (length(digest) = 32),
  kind text not null,
  -- The key its content is sealed with.
  key_id smallint not null,
  bytes integer not null check (bytes > 0),
  width integer not null,
  height integer not null,
  uploaded_by uuid not null,
  uploaded_at timestamptz not null,
  primary key (merchant_id, digest)
);

call grant_app('select, insert', 'merchant_document');
