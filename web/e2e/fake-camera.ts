import { writeFileSync } from 'node:fs';
import QR from 'qrcode';

const width = 640;
const height = 480;
const dot = 10;
const frames = 10;

/** Writes a video that shows `text` as a QR code, for a browser to take as its camera. */
export function writeQrVideo(path: string, text: string): void {
  const { modules } = QR.create(text, { errorCorrectionLevel: 'M' });
  const left = (width - modules.size * dot) >> 1;
  const top = (height - modules.size * dot) >> 1;
  const light = Buffer.alloc(width * height, 235);
  for (let y = 0; y < modules.size; y += 1) {
    for (let x = 0; x < modules.size; x += 1) {
      if (modules.get(y, x) === 0) continue;
      for (let line = 0; line < dot; line += 1) {
        const start = (top + y * dot + line) * width + left + x * dot;
        light.fill(16, start, start + dot);
      }
    }
  }
  const colour = Buffer.alloc((width * height) / 2, 128);
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
  const frame = [Buffer.from('FRAME\n'), light, colour];
  writeFileSync(path, Buffer.concat([head, ...Array.from({ length: frames }, () => frame).flat()]));
}
