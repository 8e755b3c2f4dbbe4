/** One movement of the piece: px from where it started, ms since the finger went down. */
export type TrailPoint = { readonly x: number; readonly y: number; readonly atMs: number };

/** Where the piece belongs, in px of an image of this width. */
export type SliderAnswer = {
  readonly kind: 'slider';
  readonly widthPx: number;
  readonly gapPx: number;
};

/** Why a trail was not drawn by a hand, or ended in the wrong place. */
export type SliderFinding =
  | 'too_few_points'
  | 'too_many_points'
  | 'unreadable'
  | 'time_runs_back'
  | 'too_fast'
  | 'not_from_start'
  | 'flat'
  | 'jump'
  | 'not_slowing'
  | 'missed';

/** A hand needs at least this long. */
export const trailMsMin = 300;
/** A hand leaves at least so many points … */
export const trailPointsMin = 10;
/** … and at most so many for each px of width. */
export const trailPointsPerPx = 5;
/** The first point lies within so many px of the start, both ways. */
export const startPx = 10;
/** No step is longer than this, both ways. */
export const stepPxMax = 50;
/** The piece may miss by this part of the width. */
export const toleranceShare = 0.02;
/** A hand slows down before the gap: the rest after this part of the steps takes longer each. */
export const fastShare = 0.7;

/**
 * What speaks against `trail` as a hand's answer to `answer`; undefined when nothing does. One try:
 * the caller ends the challenge with either answer.
 * @policy XN23 四(二)
 */
export function sliderFinding(
  trail: readonly TrailPoint[],
  answer: SliderAnswer,
): SliderFinding | undefined {
  const first = trail[0];
  const last = trail.at(-1);
  if (first === undefined || last === undefined) return 'too_few_points';
  if (trail.length < trailPointsMin) return 'too_few_points';
  if (trail.length > trailPointsPerPx * answer.widthPx) return 'too_many_points';
  if (!trail.every(isReadable)) return 'unreadable';
  if (last.atMs - first.atMs < trailMsMin) return 'too_fast';
  if (Math.abs(first.x) > startPx || Math.abs(first.y) > startPx) return 'not_from_start';
  if (trail.every((point) => point.y === first.y)) return 'flat';
  const step = stepFinding(trail);
  if (step !== undefined) return step;
  if (!isSlowing(trail)) return 'not_slowing';
  const missPx = Math.abs(last.x - answer.gapPx);
  return missPx <= toleranceShare * answer.widthPx ? undefined : 'missed';
}

function isReadable({ x, y, atMs }: TrailPoint): boolean {
  return Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(atMs) && atMs >= 0;
}

function stepFinding(trail: readonly TrailPoint[]): 'time_runs_back' | 'jump' | undefined {
  for (const [index, point] of trail.entries()) {
    const next = trail[index + 1];
    if (next === undefined) continue;
    if (next.atMs < point.atMs) return 'time_runs_back';
    const isJump = Math.abs(next.x - point.x) > stepPxMax || Math.abs(next.y - point.y) > stepPxMax;
    if (isJump) return 'jump';
  }
  return undefined;
}

/** Compares the mean time of a step before and after the split. */
function isSlowing(trail: readonly TrailPoint[]): boolean {
  const steps = trail.length - 1;
  const split = Math.floor(steps * fastShare);
  const times = [trail[0], trail[split], trail[steps]].map((point) => point?.atMs ?? 0);
  const [start = 0, middle = 0, end = 0] = times;
  return (end - middle) / (steps - split) > (middle - start) / split;
}
