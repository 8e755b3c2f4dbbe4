import type { PictureAnswer } from '@huiquan/domain/captcha/picture.ts';
import type { SliderAnswer } from '@huiquan/domain/captcha/slider.ts';

/** The kinds that need an image. */
export type PaintedKind = 'slider' | 'picture';

/** What the client may see of a slider puzzle: never where the gap is. */
export type SliderView = {
  readonly kind: 'slider';
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pieceSizePx: number;
  /** How far down the piece lies; it moves along this line only. */
  readonly topPx: number;
  /** JPEG. */
  readonly background: Uint8Array;
  /** PNG with a transparent edge. */
  readonly piece: Uint8Array;
};

/** What the client may see of a picture puzzle; the characters to click are drawn below it. */
export type PictureView = {
  readonly kind: 'picture';
  readonly widthPx: number;
  readonly heightPx: number;
  readonly clicks: number;
  /** JPEG. */
  readonly image: Uint8Array;
};

/** A puzzle ready to be offered once: what is shown, and what only the server knows. */
export type Puzzle =
  | { readonly view: SliderView; readonly answer: SliderAnswer }
  | { readonly view: PictureView; readonly answer: PictureAnswer };
