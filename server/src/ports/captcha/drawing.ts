import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { layOutPicture, layOutSlider, type PictureLayout } from '@huiquan/domain/captcha/layout.ts';
import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';
import type { PaintedKind, Puzzle } from './puzzle.ts';

const fontFamily = 'Huiquan Captcha';
const fontFile = '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf';
/** JPEG takes 2 ms where WebP takes 7 and PNG 10, at the size of a captcha. */
const jpegQuality = 82;
const promptHeightPx = 40;

/** Makes the Chinese font known, once per thread; without it every character is an empty box. */
export function registerFont(): void {
  const key = GlobalFonts.registerFromPath(
    fileURLToPath(import.meta.resolve(fontFile)),
    fontFamily,
  );
  if (key === null) throw new Error(`the captcha font cannot be read: ${fontFile}`);
}

/** A new puzzle with its images; `registerFont` has been called. */
export function drawPuzzle(kind: PaintedKind): Puzzle {
  return kind === 'slider' ? drawSlider() : drawPicture();
}

type Size = { readonly widthPx: number; readonly heightPx: number };

function drawSlider(): Puzzle {
  const { answer, heightPx, pieceSizePx, topPx } = layOutSlider(randomInt);
  const { widthPx, gapPx } = answer;
  const scene = createCanvas(widthPx, heightPx);
  const context = scene.getContext('2d');
  drawScene(context, { widthPx, heightPx });
  const piece = createCanvas(pieceSizePx, pieceSizePx);
  const pieceContext = piece.getContext('2d');
  outline(pieceContext, { x: 0, y: 0 }, pieceSizePx);
  pieceContext.save();
  pieceContext.clip();
  pieceContext.drawImage(scene, -gapPx, -topPx);
  pieceContext.restore();
  stroke(pieceContext, 'rgba(255,255,255,0.9)');
  outline(context, { x: gapPx, y: topPx }, pieceSizePx);
  context.fillStyle = 'rgba(0,0,0,0.45)';
  context.fill();
  stroke(context, 'rgba(255,255,255,0.6)');
  return {
    answer,
    view: {
      kind: 'slider',
      widthPx,
      heightPx,
      pieceSizePx,
      topPx,
      background: scene.toBuffer('image/jpeg', jpegQuality),
      piece: piece.toBuffer('image/png'),
    },
  };
}

/** A square with a knob on its top and on its right, filling `size` px each way. */
function outline(
  context: SKRSContext2D,
  at: { readonly x: number; readonly y: number },
  size: number,
): void {
  const knob = size / 6;
  const left = at.x + 1;
  const right = at.x + size - knob;
  const top = at.y + knob;
  const bottom = at.y + size - 1;
  context.beginPath();
  context.moveTo(left, top);
  context.arc((left + right) / 2, top, knob - 1, Math.PI, 0);
  context.lineTo(right, top);
  context.arc(right, (top + bottom) / 2, knob - 1, -Math.PI / 2, Math.PI / 2);
  context.lineTo(right, bottom);
  context.lineTo(left, bottom);
  context.closePath();
}

function stroke(context: SKRSContext2D, color: string): void {
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.stroke();
}

/** A ground that no two images share, busy enough that the hollow is not its only edge. */
function drawScene(context: SKRSContext2D, { widthPx, heightPx }: Size): void {
  const hue = randomInt(360);
  const ground = context.createLinearGradient(0, 0, widthPx, heightPx);
  ground.addColorStop(0, `hsl(${hue}, 45%, 72%)`);
  ground.addColorStop(1, `hsl(${(hue + 60) % 360}, 50%, 55%)`);
  context.fillStyle = ground;
  context.fillRect(0, 0, widthPx, heightPx);
  for (let n = 0; n < 14; n += 1) {
    const size = 12 + randomInt(50);
    context.fillStyle = `hsla(${(hue + randomInt(140)) % 360}, 55%, ${35 + randomInt(45)}%, 0.45)`;
    context.beginPath();
    context.ellipse(
      ...([randomInt(widthPx), randomInt(heightPx), size, size * 0.6, n, 0, 7] as const),
    );
    context.fill();
  }
  for (let n = 0; n < 5; n += 1) {
    context.beginPath();
    context.moveTo(0, randomInt(heightPx));
    const [first, second] = [randomInt(heightPx), randomInt(heightPx)];
    context.bezierCurveTo(widthPx / 3, first, widthPx / 2, second, widthPx, randomInt(heightPx));
    stroke(context, `hsla(${randomInt(360)}, 60%, 35%, 0.5)`);
  }
}

function drawPicture(): Puzzle {
  const layout = layOutPicture(randomInt);
  const { widthPx, heightPx, answer } = layout;
  const canvas = createCanvas(widthPx, heightPx + promptHeightPx);
  const context = canvas.getContext('2d');
  drawScene(context, { widthPx, heightPx });
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const { character, x, y, degrees } of layout.characters) {
    context.save();
    context.translate(x, y);
    context.rotate((degrees * Math.PI) / 180);
    context.font = `${36 + randomInt(7)}px "${fontFamily}"`;
    context.lineWidth = 4;
    context.strokeStyle = 'rgba(255,255,255,0.85)';
    context.strokeText(character, 0, 0);
    context.fillStyle = `hsl(${randomInt(360)}, 75%, 25%)`;
    context.fillText(character, 0, 0);
    context.restore();
  }
  drawPrompt(context, layout);
  return {
    answer,
    view: {
      kind: 'picture',
      widthPx,
      heightPx: heightPx + promptHeightPx,
      clicks: answer.spots.length,
      image: canvas.toBuffer('image/jpeg', jpegQuality),
    },
  };
}

/** The order is told in the image and nowhere else: as text it would answer half the question. */
function drawPrompt(context: SKRSContext2D, { widthPx, heightPx, wanted }: PictureLayout): void {
  context.fillStyle = '#fff';
  context.fillRect(0, heightPx, widthPx, promptHeightPx);
  context.fillStyle = '#222';
  context.font = `20px "${fontFamily}"`;
  const text = `请依次点击: ${wanted.join('  ')}`;
  context.fillText(text, widthPx / 2, heightPx + promptHeightPx / 2);
}
