import { readFile } from 'node:fs/promises';
import { instantText } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import { cleanImage, type CleanImage } from '../../files/clean-image.ts';
import { receiveFile } from '../../files/receive-file.ts';
import type { Context } from '../../http/context.ts';
import { handle, type FileAnswer, type Handled, type Upload } from '../../http/handle.ts';
import { passwordHash } from '../account/password.ts';
import { getMerchant } from './application.ts';
import { addDocument, findDocument, listDocuments, readImage, storeImage } from './document.ts';
import { reviewScope } from './list.ts';
import * as contract from './owner.contract.ts';
import { getShop } from './shop.ts';
import {
  hireCashier,
  listOpenProgrammes,
  listOwnApplications,
  resetCashier,
  shopStaffing,
  type OwnApplication,
  type Staffing,
} from './staffing.ts';

/** A photograph of a telephone has 3 to 8 MB. */
const imageBytesMax = 12 * 1024 * 1024;
const kindForm = /^[a-z][a-z0-9_]{0,39}$/;

function staffingWire({ terminals, cashiers }: Staffing) {
  return {
    terminals: terminals.map(({ boundAt, pausedUntil, ...one }) => ({
      ...one,
      boundAt: instantText(boundAt),
      ...(pausedUntil === null ? {} : { pausedUntil: instantText(pausedUntil) }),
    })),
    cashiers: cashiers.map(({ since, ...one }) => ({ ...one, since: instantText(since) })),
  };
}

function applicationWire({ reason, reviewedAt, appliedAt, documents, ...one }: OwnApplication) {
  return {
    ...one,
    documents: [...documents],
    appliedAt: instantText(appliedAt),
    ...(reviewedAt === null ? {} : { reviewedAt: instantText(reviewedAt) }),
    ...(reason === null ? {} : { reason }),
  };
}

function staffingRoutes({ keys }: Context): Handled[] {
  return [
    handle(contract.staffingRoute, (request) =>
      request.read(async (tx) => {
        const { shopId, merchantId } = await getShop(tx, request.params.shopId);
        request.authorize({ shopId, merchantId });
        return staffingWire(await shopStaffing(tx, keys, shopId));
      }),
    ),
    handle(contract.hireCashierRoute, async (request) => {
      const { initialPassword, ...given } = request.body;
      const hash = await passwordHash(initialPassword);
      return request.transact(async (tx) => {
        const { shopId, merchantId } = await getShop(tx, request.params.shopId);
        request.authorize({ shopId, merchantId });
        return hireCashier(tx, keys, { ...given, shopId, passwordHash: hash });
      });
    }),
    handle(contract.resetCashierRoute, async (request) => {
      const hash = await passwordHash(request.body.initialPassword);
      return request.transact(async (tx) => {
        const shop = await getShop(tx, request.params.shopId);
        request.authorize({ shopId: shop.shopId, merchantId: shop.merchantId });
        await resetCashier(tx, { shop, staffId: request.params.staffId, passwordHash: hash });
        return {};
      });
    }),
  ];
}

function applicationRoutes(): Handled[] {
  return [
    handle(contract.ownApplicationsRoute, (request) =>
      request.read(async (tx) => {
        const { merchantId } = await getMerchant(tx, request.params.merchantId);
        request.authorize({ merchantId });
        return { items: (await listOwnApplications(tx, merchantId)).map(applicationWire) };
      }),
    ),
    handle(contract.openProgrammesRoute, (request) =>
      request.read(async (tx) => ({
        items: (await listOpenProgrammes(tx)).map((one) => ({
          ...one,
          conditions: [...one.conditions],
          categories: [...one.categories],
        })),
      })),
    ),
  ];
}

/** The image of an upload, drawn anew; its file is gone when this has ended. */
async function imageOf(upload: Upload): Promise<CleanImage> {
  const limits = { bytesMax: imageBytesMax };
  const file = await receiveFile(upload.stream, { name: upload.name, limits });
  try {
    return await cleanImage(await readFile(file.path));
  } finally {
    await file.release();
  }
}

const answered = (digest: string, content: Buffer): FileAnswer => ({
  name: `${digest.slice(0, 12)}.jpg`,
  type: 'image/jpeg',
  content,
});

function documentRoutes({ keys, ports }: Context): Handled[] {
  const store = { documents: ports.documents, keys };
  return [
    handle(contract.uploadDocumentRoute, async (request) => {
      const { merchantId } = request.params;
      await request.read(async (tx) => {
        await getMerchant(tx, merchantId);
        request.authorize({ merchantId });
      });
      const upload = await request.file();
      const { kind = '' } = upload.fields;
      if (!kindForm.test(kind)) refuse('malformed_multipart');
      const image = await imageOf(upload);
      const { digest, keyId } = await storeImage(store, merchantId, image);
      request.alsoInput({ digest, kind });
      const { width, height } = image;
      const facts = { digest, kind, bytes: image.bytes.length, width, height };
      return request.transact(async (tx) => {
        await addDocument(tx, { ...facts, merchantId, keyId });
        return facts;
      });
    }),
    handle(contract.listDocumentsRoute, (request) =>
      request.read(async (tx) => {
        const { merchantId } = await getMerchant(tx, request.params.merchantId);
        request.authorize({ merchantId });
        const found = await listDocuments(tx, merchantId);
        return {
          items: found.map((one) => ({ ...one, uploadedAt: instantText(one.uploadedAt) })),
        };
      }),
    ),
    handle(contract.ownDocumentRoute, async (request) => {
      const { merchantId, digest } = request.params;
      const where = await request.read(async (tx) => {
        await getMerchant(tx, merchantId);
        request.authorize({ merchantId });
        return findDocument(tx, { merchantId, digest, programmeId: undefined });
      });
      return answered(digest, await readImage(store, where));
    }),
    handle(contract.reviewedDocumentRoute, async (request) => {
      const { digest } = request.params;
      const where = await request.read(async (tx) => {
        request.authorize(await reviewScope(tx, request.params));
        return findDocument(tx, request.params);
      });
      return answered(digest, await readImage(store, where));
    }),
  ];
}

/** What a merchant's owner keeps in order: cashiers, applications, papers. */
export function ownerRoutes(context: Context): readonly Handled[] {
  return [...staffingRoutes(context), ...applicationRoutes(), ...documentRoutes(context)];
}
