import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { FileLimits } from './limits.ts';

/** One part of a zip file: where its packed bytes lie and what they must inflate to. */
export type ZipPart = {
  readonly name: string;
  readonly packed: boolean;
  readonly start: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly crc32: number;
};

const endSignature = 0x06054b50;
const end64LocatorSignature = 0x07064b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const directoryBytesMax = 1024 * 1024;

/**
 * The parts of the zip file at `path` by name, from its central directory, before a byte is
 * inflated. Refuses `file_rejected` for damage, encryption, unknown packing, doubled or climbing
 * names, parts that share bytes, and sizes or ratios that only a bomb has.
 */
export async function zipParts(
  path: string,
  limits: FileLimits,
): Promise<ReadonlyMap<string, ZipPart>> {
  const file = await open(path);
  try {
    const size = (await file.stat()).size;
    const directory = await directoryOf(file, size);
    const entries = entriesOf(directory.bytes, directory.count, limits);
    return await located(file, entries, directory.offset);
  } finally {
    await file.close();
  }
}

type Entry = Omit<ZipPart, 'start'> & { readonly local: number };
type Directory = { readonly bytes: Buffer; readonly count: number; readonly offset: number };

async function directoryOf(file: FileHandle, size: number): Promise<Directory> {
  const tailStart = Math.max(0, size - 65_557);
  const tail = await bytesAt(file, tailStart, size - tailStart);
  const end = endRecordAt(tail);
  if (end === undefined) damaged('zip_end');
  let place = {
    count: tail.readUInt16LE(end + 10),
    bytes: tail.readUInt32LE(end + 12),
    offset: tail.readUInt32LE(end + 16),
  };
  const wide = place.count === 0xffff || place.bytes === 0xffffffff || place.offset === 0xffffffff;
  if (wide) place = await widePlace(file, tail, end);
  if (place.bytes > directoryBytesMax) refuse('file_rejected', { reason: 'too_many_parts' });
  if (place.offset + place.bytes > tailStart + end) damaged('zip_directory');
  const bytes = await bytesAt(file, place.offset, place.bytes);
  return { bytes, count: place.count, offset: place.offset };
}

/** The end record stands where its comment ends with the file; a stray signature does not. */
function endRecordAt(tail: Buffer): number | undefined {
  for (let at = tail.length - 22; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== endSignature) continue;
    if (at + 22 + tail.readUInt16LE(at + 20) === tail.length) return at;
  }
  return undefined;
}

async function widePlace(file: FileHandle, tail: Buffer, end: number) {
  const locator = end - 20;
  if (locator < 0 || tail.readUInt32LE(locator) !== end64LocatorSignature) damaged('zip_end');
  const record = await bytesAt(file, wideNumber(tail, locator + 8), 56);
  return {
    count: wideNumber(record, 32),
    bytes: wideNumber(record, 40),
    offset: wideNumber(record, 48),
  };
}

function entriesOf(directory: Buffer, count: number, limits: FileLimits): readonly Entry[] {
  if (count > limits.partsMax) refuse('file_rejected', { reason: 'too_many_parts' });
  const entries: Entry[] = [];
  let at = 0;
  let inflated = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > directory.length) damaged('zip_directory');
    if (directory.readUInt32LE(at) !== entrySignature) damaged('zip_directory');
    const entry = entryAt(directory, at);
    inflated += entry.bytes;
    if (inflated > limits.inflatedBytesMax) refuse('file_rejected', { reason: 'inflates_too_far' });
    const ratio = entry.bytes / Math.max(entry.packedBytes, 1);
    if (entry.bytes > 1024 * 1024 && ratio > limits.inflateRatioMax) {
      refuse('file_rejected', { reason: 'inflates_too_far' });
    }
    entries.push(entry);
    const [name, extra, comment] = [at + 28, at + 30, at + 32];
    at += 46 + directory.readUInt16LE(name);
    at += directory.readUInt16LE(extra) + directory.readUInt16LE(comment);
  }
  return entries;
}

function entryAt(directory: Buffer, at: number): Entry {
  const flags = directory.readUInt16LE(at + 8);
  const method = directory.readUInt16LE(at + 10);
  const nameEnd = at + 46 + directory.readUInt16LE(at + 28);
  const extraEnd = nameEnd + directory.readUInt16LE(at + 30);
  if (extraEnd > directory.length) damaged('zip_directory');
  if ((flags & 0x2041) !== 0) refuse('file_rejected', { reason: 'encrypted' });
  if (method !== 0 && method !== 8) damaged('zip_packing');
  const name = directory.toString('utf8', at + 46, nameEnd);
  if (/^\/|\\|\0|^[A-Za-z]:|(?:^|\/)\.\.(?:\/|$)/u.test(name)) damaged('zip_name');
  const sizes = sizesOf(directory, at, directory.subarray(nameEnd, extraEnd));
  return { name, packed: method === 8, crc32: directory.readUInt32LE(at + 16), ...sizes };
}

/** Sizes and offset of 4 GB and more stand in an extra field, only those that need it. */
function sizesOf(directory: Buffer, at: number, extra: Buffer) {
  let bytes = directory.readUInt32LE(at + 24);
  let packedBytes = directory.readUInt32LE(at + 20);
  let local = directory.readUInt32LE(at + 42);
  for (let place = 0; place + 4 <= extra.length;) {
    const length = extra.readUInt16LE(place + 2);
    if (extra.readUInt16LE(place) === 1) {
      const wide = extra.subarray(place + 4, place + 4 + length);
      let next = 0;
      const take = (value: number): number => {
        if (value !== 0xffffffff) return value;
        next += 8;
        return wideNumber(wide, next - 8);
      };
      bytes = take(bytes);
      packedBytes = take(packedBytes);
      local = take(local);
    }
    place += 4 + length;
  }
  return { bytes, packedBytes, local };
}

async function located(
  file: FileHandle,
  entries: readonly Entry[],
  directoryOffset: number,
): Promise<ReadonlyMap<string, ZipPart>> {
  const parts = new Map<string, ZipPart>();
  let freeFrom = 0;
  for (const { local, ...entry } of entries.toSorted((one, other) => one.local - other.local)) {
    if (local < freeFrom || local + 30 > directoryOffset) damaged('zip_overlap');
    const header = await bytesAt(file, local, 30);
    if (header.readUInt32LE(0) !== localSignature) damaged('zip_local');
    const start = local + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    freeFrom = start + entry.packedBytes;
    if (freeFrom > directoryOffset) damaged('zip_overlap');
    if (entry.name.endsWith('/')) continue;
    if (parts.has(entry.name)) damaged('zip_name');
    parts.set(entry.name, { ...entry, start });
  }
  return parts;
}

async function bytesAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
  if (bytesRead !== length) damaged('zip_short');
  return buffer;
}

function wideNumber(buffer: Buffer, at: number): number {
  if (at + 8 > buffer.length) damaged('zip_directory');
  const number = Number(buffer.readBigUInt64LE(at));
  if (!Number.isSafeInteger(number)) damaged('zip_directory');
  return number;
}

function damaged(reason: string): never {
  refuse('file_rejected', { reason });
}
