import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { cleanImage } from './clean-image.ts';

const refuses = (code: string) => (error: unknown) =>
  error instanceof Refusal && error.code === code;

/** A sheet 60 wide and 40 high: its left half red, its right half white. */
function sheet(kind: 'png' | 'jpeg'): Buffer {
  const canvas = createCanvas(60, 40);
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, 60, 40);
  pen.fillStyle = '#f00';
  pen.fillRect(0, 0, 30, 40);
  return kind === 'png' ? canvas.toBuffer('image/png') : canvas.toBuffer('image/jpeg', 95);
}

/** Puts an EXIF block with an orientation and a place into a JPEG. */
function withExif(jpeg: Buffer, orientation: number): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write('II', 0, 'latin1');
  tiff.writeUInt16LE(42, 2);
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(1, 8);
  tiff.writeUInt16LE(0x0112, 10);
  tiff.writeUInt16LE(3, 12);
  tiff.writeUInt32LE(1, 14);
  tiff.writeUInt16LE(orientation, 18);
  const body = Buffer.concat([Buffer.from('Exif\0\0'), tiff, Buffer.from('GPS 35.97N 110.83E')]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}

async function colourAt(jpeg: Buffer, x: number, y: number): Promise<string> {
  const image = await loadImage(jpeg);
  const canvas = createCanvas(image.width, image.height);
  const pen = canvas.getContext('2d');
  pen.drawImage(image, 0, 0);
  const [red = 0, green = 0] = pen.getImageData(x, y, 1, 1).data;
  return red > 200 && green < 80 ? 'red' : 'white';
}

test('a photograph is drawn upright, and where it was taken is gone', async () => {
  // Orientation 6: the camera was held upright, the picture lies on its side.
  const photo = withExif(sheet('jpeg'), 6);
  assert.ok(photo.includes('GPS'));
  const clean = await cleanImage(photo);
  assert.deepEqual([clean.width, clean.height], [40, 60]);
  assert.equal(await colourAt(clean.bytes, 20, 10), 'red');
  assert.equal(await colourAt(clean.bytes, 20, 50), 'white');
  assert.ok(!clean.bytes.includes('GPS'));
  assert.ok(!clean.bytes.includes('Exif'));
});

test('what hides behind an image is not kept', async () => {
  const polyglot = Buffer.concat([sheet('png'), Buffer.from('<script>alert(1)</script>')]);
  const clean = await cleanImage(polyglot);
  assert.deepEqual([clean.width, clean.height], [60, 40]);
  assert.ok(!clean.bytes.includes('script'));
});

test('a large image is made smaller, a bomb is not even opened', async () => {
  const large = await cleanImage(createCanvas(3_600, 1_200).toBuffer('image/png'));
  assert.deepEqual([large.width, large.height], [2_400, 800]);
  const bomb = sheet('png');
  bomb.writeUInt32BE(50_000, 16);
  bomb.writeUInt32BE(50_000, 20);
  await assert.rejects(cleanImage(bomb), refuses('image_too_large'));
});

test('att-M5: a page, a PDF, the anti-virus test and broken images are refused', async () => {
  const page = Buffer.from('<!doctype html><script>1</script>');
  await assert.rejects(cleanImage(Buffer.alloc(0)), refuses('file_rejected'));
  await assert.rejects(cleanImage(page), refuses('image_type_not_allowed'));
  await assert.rejects(cleanImage(Buffer.from('%PDF-1.7 /Encrypt')), refuses('file_rejected'));
  const virus = 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*';
  await assert.rejects(cleanImage(Buffer.from(virus)), refuses('file_rejected'));
  await assert.rejects(cleanImage(sheet('png').subarray(0, 60)), refuses('file_rejected'));
  await assert.rejects(cleanImage(sheet('jpeg').subarray(0, 12)), refuses('file_rejected'));
});
