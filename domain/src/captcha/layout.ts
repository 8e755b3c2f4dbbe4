import type { PictureAnswer, Spot } from './picture.ts';
import type { RandomBelow } from './random.ts';
import type { SliderAnswer } from './slider.ts';

/** Where the gap of a slider puzzle is cut, and what the client needs to know of it: the height. */
export type SliderLayout = {
  readonly answer: SliderAnswer;
  readonly heightPx: number;
  readonly pieceSizePx: number;
  readonly topPx: number;
};

const sliderWidthPx = 300;
const sliderHeightPx = 160;
const pieceSizePx = 48;
/** Nearer to the start the piece would lie over its gap. */
const gapFromPx = 60;

/** A slider puzzle whose gap is equally likely at each of 183 places: a guess hits 1 in 14. */
export function layOutSlider(below: RandomBelow): SliderLayout {
  const places = sliderWidthPx - pieceSizePx - gapFromPx - 10 + 1;
  return {
    answer: { kind: 'slider', widthPx: sliderWidthPx, gapPx: gapFromPx + below(places) },
    heightPx: sliderHeightPx,
    pieceSizePx,
    topPx: 10 + below(sliderHeightPx - pieceSizePx - 20),
  };
}

/** One character of a picture puzzle: where its middle is, and how far it is turned. */
export type PlacedCharacter = Spot & { readonly character: string; readonly degrees: number };

/** A picture with six characters, three of which are to be clicked in the order of `wanted`. */
export type PictureLayout = {
  readonly answer: PictureAnswer;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly wanted: readonly string[];
  readonly characters: readonly PlacedCharacter[];
};

const columns = 4;
const rows = 2;
const cellPx = 80;
const reachPx = 26;
const shown = 6;
const clicked = 3;

/** Common characters no two of which are taken for one another when turned. */
export const pictureCharacters: readonly string[] = Array.from(
  '山水火金石田茶花果鱼马龙虎春夏秋冬东南西北风雨云雪星光红黄蓝绿黑高飞跑听写读唱家国城村路桥船琴棋惠民购券福',
);

/** A picture puzzle: characters, their order and their places all drawn anew. */
export function layOutPicture(below: RandomBelow): PictureLayout {
  const characters = drawSome(pictureCharacters, shown, below);
  const cells = drawSome(
    Array.from({ length: columns * rows }, (_, n) => n),
    shown,
    below,
  );
  const placed = characters.map((character, index): PlacedCharacter => {
    const cell = cells[index] ?? 0;
    return {
      character,
      x: (cell % columns) * cellPx + 28 + below(cellPx - 55),
      y: Math.floor(cell / columns) * cellPx + 28 + below(cellPx - 55),
      degrees: below(71) - 35,
    };
  });
  const wanted = placed.slice(0, clicked);
  return {
    answer: { kind: 'picture', spots: wanted.map(({ x, y }) => ({ x, y })), reachPx },
    widthPx: columns * cellPx,
    heightPx: rows * cellPx,
    wanted: wanted.map(({ character }) => character),
    characters: placed,
  };
}

/** `count` different ones of `from`, in an order equally likely to be any. */
function drawSome<T>(from: readonly T[], count: number, below: RandomBelow): T[] {
  const left = [...from];
  return Array.from({ length: count }, () => left.splice(below(left.length), 1)).flat();
}
