import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Actor } from '../../server/src/db/transact.ts';
import { addDocument, storeImage } from '../../server/src/features/merchant/document.ts';
import type { Paper } from '../../server/src/features/merchant/application.ts';
import { cleanImage, type CleanImage } from '../../server/src/files/clean-image.ts';
import { makeFolderDocuments } from '../../server/src/ports/documents.ts';
import type { World } from './world.ts';

let specimen: Promise<CleanImage> | undefined;

/** The specimen licence, drawn anew as every upload is. */
async function licence(): Promise<CleanImage> {
  return cleanImage(await readFile(path.join(import.meta.dirname, 'licence.jpg')));
}

/** The licence that a merchant of the demo shows: the same specimen for all. */
export async function showLicence(world: World, owner: Actor, merchantId: string): Promise<Paper> {
  const { keys, config } = world.installation;
  const documents = makeFolderDocuments(path.join(config.dataFolder, 'documents'));
  specimen ??= licence();
  const image = await specimen;
  const { digest, keyId } = await storeImage({ documents, keys }, merchantId, image);
  const { width, height } = image;
  const paper = { kind: 'business_licence', digest };
  const facts = { ...paper, bytes: image.bytes.length, width, height };
  await world.act(owner, (tx) => addDocument(tx, { ...facts, merchantId, keyId }));
  return paper;
}
