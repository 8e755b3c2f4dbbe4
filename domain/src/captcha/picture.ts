/** A place in the image, in px from its upper left corner. */
export type Spot = { readonly x: number; readonly y: number };

/** The characters to be clicked, in the order they are shown in. */
export type PictureAnswer = {
  readonly kind: 'picture';
  readonly spots: readonly Spot[];
  /** How far from the middle of its character a click may be. */
  readonly reachPx: number;
};

/** Why the clicks do not name the characters. */
export type PictureFinding = 'wrong_count' | 'missed';

/**
 * What speaks against `clicks`: another number of them than there are characters, or one of them,
 * in order, not on its own. Undefined when nothing does.
 * @policy XN23 四(二)
 */
export function pictureFinding(
  clicks: readonly Spot[],
  answer: PictureAnswer,
): PictureFinding | undefined {
  if (clicks.length !== answer.spots.length) return 'wrong_count';
  const isHit = answer.spots.every((spot, index) => {
    const click = clicks[index];
    if (click === undefined) return false;
    return Math.hypot(click.x - spot.x, click.y - spot.y) <= answer.reachPx;
  });
  return isHit ? undefined : 'missed';
}
