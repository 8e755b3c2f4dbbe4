import { refuse } from '@huiquan/domain/refusals.ts';

/** What the first bytes of an image say, before anything is decoded. */
export type ImageHead = {
  readonly kind: 'jpeg' | 'png' | 'webp';
  readonly width: number;
  readonly height: number;
};

/** A photograph of a telephone has 12 to 50 million points; more is a bomb or a plan. */
export const pointsMax = 64_000_000;
export const sideMax = 16_000;

const pngMagic = Buffer.from('89504e470d0a1a0a', 'hex');
/** The anti-virus test file, which every scanner must find. */
const testVirus = 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE';

function pngHead(bytes: Buffer): ImageHead {
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR') refuse('file_rejected');
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  return { kind: 'png', width, height };
}

const isFrame = (marker: number) =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function jpegHead(bytes: Buffer): ImageHead {
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    const length = bytes.readUInt16BE(at + 2);
    if (isFrame(marker)) {
      const [height, width] = [bytes.readUInt16BE(at + 5), bytes.readUInt16BE(at + 7)];
      return { kind: 'jpeg', width, height };
    }
    at += 2 + length;
  }
  return refuse('file_rejected');
}

function webpHead(bytes: Buffer): ImageHead {
  const form = bytes.toString('latin1', 12, 16);
  const base = { kind: 'webp' } as const;
  if (bytes.length < 30) return refuse('file_rejected');
  if (form === 'VP8X') {
    return { ...base, width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
  }
  if (form === 'VP8L') {
    const bits = bytes.readUInt32LE(21);
    return { ...base, width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
  }
  const [width, height] = [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
  return { ...base, width, height };
}

/**
 * What kind of image `bytes` begin as, and how large. Refuses `file_rejected` for nothing, a PDF, a
 * broken head or the anti-virus test file, `image_type_not_allowed` for anything but JPEG, PNG and
 * WebP, `image_too_large` for more points than a camera makes.
 * @policy att-M5
 */
export function imageHead(bytes: Buffer): ImageHead {
  if (bytes.length === 0 || bytes.includes(testVirus)) return refuse('file_rejected');
  const head = headOf(bytes);
  const { width, height } = head;
  if (width === 0 || height === 0) refuse('file_rejected');
  if (width > sideMax || height > sideMax || width * height > pointsMax) {
    refuse('image_too_large', { width, height, sideMax });
  }
  return head;
}

function headOf(bytes: Buffer): ImageHead {
  if (bytes.subarray(0, 8).equals(pngMagic)) return pngHead(bytes);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return jpegHead(bytes);
  const isRiff = bytes.toString('latin1', 0, 4) === 'RIFF';
  if (isRiff && bytes.toString('latin1', 8, 12) === 'WEBP') return webpHead(bytes);
  return bytes.toString('latin1', 0, 5) === '%PDF-'
    ? refuse('file_rejected', { reason: 'pdf' })
    : refuse('image_type_not_allowed');
}
