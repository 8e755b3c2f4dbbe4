import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { refuse } from '@huiquan/domain/refusals.ts';
import { extensionOf } from './file-name.ts';

/** The two kinds of table that are read. */
export type FileKind = 'csv' | 'xlsx';

const headBytes = 4096;
const zipMagic = '504b0304';
const oleMagic = 'd0cf11e0a1b11ae1';
/** How a workbook with a password names its content inside the old container format. */
const encryptedPackage = Buffer.from('EncryptedPackage', 'utf16le');

/**
 * What the file at `path` really is, by its content, when that agrees with the extension of `name`
 * (`xlsx`; `csv` or `txt`). Refuses `file_type_not_allowed` when it does not or is anything else,
 * `file_rejected` for a workbook with a password.
 */
export async function fileKindOf(path: string, name: string): Promise<FileKind> {
  const extension = extensionOf(name);
  const head = await headOf(path);
  const magic = head.toString('hex', 0, 8);
  if (magic === oleMagic && (await holds(path, encryptedPackage))) {
    refuse('file_rejected', { reason: 'encrypted' });
  }
  if (extension === 'xlsx') {
    if (magic.startsWith(zipMagic)) return 'xlsx';
    refuse('file_type_not_allowed', { extension });
  }
  if ((extension === 'csv' || extension === 'txt') && looksLikeText(head)) return 'csv';
  refuse('file_type_not_allowed', { extension });
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Text has hardly any control characters; a stray one is a matter of its row. */
function looksLikeText(head: Buffer): boolean {
  const mark = head.toString('hex', 0, 2);
  if (mark === 'fffe' || mark === 'feff') return true;
  const start = head.toString('latin1', 0, 5);
  if (/^(?:PK\x03\x04|MZ.\0|%PDF-|\x89PNG|GIF8|\xFF\xD8\xFF|\s*<|\{\\rtf)/su.test(start)) {
    return false;
  }
  const controls = head.filter((byte) => byte < 9 || (byte > 13 && byte < 32)).length;
  return controls * 100 <= Math.max(head.length, 100);
}

async function holds(path: string, needle: Buffer): Promise<boolean> {
  let tail = Buffer.alloc(0);
  for await (const chunk of createReadStream(path)) {
    const window = Buffer.concat([tail, Buffer.from(chunk)]);
    if (window.includes(needle)) return true;
    tail = window.subarray(-needle.length);
  }
  return false;
}
