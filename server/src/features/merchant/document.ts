import { createHash } from 'node:crypto';
import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import { record } from '../../events/record.ts';
import type { CleanImage } from '../../files/clean-image.ts';
import type { Keys } from '../../keys.ts';
import type { DocumentStore } from '../../ports/documents.ts';

const sql = twin(import.meta.url);

/** Images that a merchant may keep; an application names 20 at most. */
export const documentsMax = 100;

/** One paper of a merchant. `digest` is the SHA-256 of its image, hex. */
export type Document = {
  readonly digest: string;
  readonly kind: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly uploadedAt: Instant;
};

type Where = { readonly merchantId: string; readonly digest: string; readonly keyId: number };

/** What a sealed image is called in the store: another merchant or key makes another name. */
function nameInStore({ merchantId, digest, keyId }: Where): string {
  return createHash('sha256').update(`${merchantId} ${digest} ${keyId}`).digest('hex');
}

/**
 * Puts an image, sealed, where documents lie; before its row is written, so that no row is without
 * its image. Answers its digest. Refuses `storage_unavailable`.
 * @policy M1, att-M5; fault-39
 */
export async function storeImage(
  to: { readonly documents: DocumentStore; readonly keys: Keys },
  merchantId: string,
  image: CleanImage,
): Promise<{ readonly digest: string; readonly keyId: number }> {
  const digest = createHash('sha256').update(image.bytes).digest('hex');
  const keyId = to.keys.currentId;
  const sealed = to.keys.seal(image.bytes.toString('base64'));
  const kept = await to.documents.put(nameInStore({ merchantId, digest, keyId }), sealed);
  if (kept === 'unavailable') refuse('storage_unavailable');
  return { digest, keyId };
}

/**
 * Enters an image that lies in the store as a paper of the merchant. Refuses `limit_reached` beyond
 * `documentsMax`.
 */
export async function addDocument(
  tx: Tx,
  input: Where & { readonly kind: string } & Pick<Document, 'bytes' | 'width' | 'height'>,
): Promise<void> {
  const { merchantId, digest, kind } = input;
  const { count } = await tx.one<{ count: number }>(sql('countDocuments'), { merchantId });
  if (count >= documentsMax) refuse('limit_reached', { documentsMax });
  const added = await tx.execute(sql('insertDocument'), {
    ...input,
    digest: Buffer.from(digest, 'hex'),
    uploadedBy: tx.actor.id,
    now: tx.now,
  });
  if (added === 0) return;
  const subject = { kind: 'merchant', id: merchantId };
  await record(tx, { kind: 'merchant.document_added', subject, body: { digest, kind } });
}

/** The papers of a merchant, newest first. */
export async function listDocuments(tx: Tx, merchantId: string): Promise<readonly Document[]> {
  type Row = Omit<Document, 'digest'> & { readonly digest: Buffer };
  const rows = await tx.rows<Row>(sql('listDocuments'), { merchantId });
  return rows.map((row) => ({ ...row, digest: row.digest.toString('hex') }));
}

/** Where the paper lies. Refuses `not_found`, also for a paper that the application lacks. */
export async function findDocument(
  tx: Tx,
  of: {
    readonly merchantId: string;
    readonly digest: string;
    /** Through whose application it is looked at; undefined for the merchant's own people. */
    readonly programmeId: string | undefined;
  },
): Promise<Where> {
  const { merchantId, digest, programmeId } = of;
  if (programmeId !== undefined) {
    const { isOfApplication } = await tx.one<{ isOfApplication: boolean }>(sql('isOfApplication'), {
      programmeId,
      merchantId,
      digest,
    });
    if (!isOfApplication) refuse('not_found');
  }
  const key = { merchantId, digest: Buffer.from(digest, 'hex') };
  const found = await tx.maybe<{ keyId: number }>(sql('findDocument'), key);
  if (found === undefined) return refuse('not_found');
  return { merchantId, digest, keyId: found.keyId };
}

/** The image itself, a JPEG. Refuses `storage_unavailable`, `not_found`. */
export async function readImage(
  from: { readonly documents: DocumentStore; readonly keys: Keys },
  where: Where,
): Promise<Buffer> {
  const sealed = await from.documents.get(nameInStore(where));
  if (sealed === 'unavailable') return refuse('storage_unavailable');
  if (sealed === undefined) return refuse('not_found');
  return Buffer.from(from.keys.open(sealed, where.keyId), 'base64');
}
