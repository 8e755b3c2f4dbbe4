import { standingIn, type Point, type Region } from './region.ts';

/**
 * What a phone says about where it is: the point in WGS-84, the radius in metres it vouches for,
 * and how old the fix was by the phone's own clock when it was sent, so that a phone with a wrong
 * clock is judged like any other.
 */
export type PlaceReading = {
  readonly point: Point;
  readonly accuracyM: number;
  readonly ageMs: number;
  readonly isMocked: boolean;
};

/** What makes a reading worth a second look by risk control. */
export type PlaceFlag = 'border_band' | 'mocked' | 'zero_point';

/** All that is kept of a reading: the answer and the area it names, never the coordinates. */
export type PlaceVerdict = {
  readonly standing: 'inside' | 'border' | 'outside' | 'inaccurate' | 'stale';
  readonly regionCode?: string;
  readonly flags: readonly PlaceFlag[];
};

/** What a plan's location gate asks: any of the regions will do. */
export type PlaceRule = {
  readonly regions: readonly Region[];
  /** A fix with a wider radius than this, in metres, is asked for again. */
  readonly accuracyM: number;
  /** A fix older than this is asked for again. */
  readonly ageSeconds: number;
};

/** A fix dated this far into the phone's own future is no fix. */
const aheadMaxMs = 5_000;

/**
 * Judges `reading` by `rule`: inside one of its regions, in the border band of one (allowed,
 * flagged), outside all, or not good enough to judge. A mocked reading and
 * the point 0/0 are outside whatever else they say, with a flag.
 * @policy XN23 二(八)
 */
export function placeVerdict(reading: PlaceReading, rule: PlaceRule): PlaceVerdict {
  const { point, accuracyM, ageMs } = reading;
  if (reading.isMocked) return { standing: 'outside', flags: ['mocked'] };
  if (point.longitude === 0 && point.latitude === 0) {
    return { standing: 'outside', flags: ['zero_point'] };
  }
  if (!(ageMs >= -aheadMaxMs && ageMs <= rule.ageSeconds * 1000))
    return { standing: 'stale', flags: [] };
  const isPoint = Number.isFinite(point.longitude) && Number.isFinite(point.latitude);
  if (!isPoint || !(accuracyM > 0 && accuracyM <= rule.accuracyM)) {
    return { standing: 'inaccurate', flags: [] };
  }
  let border: string | undefined;
  for (const region of rule.regions) {
    const standing = standingIn(region, point);
    if (standing === 'inside') return { standing, regionCode: region.code, flags: [] };
    if (standing === 'border') border ??= region.code;
  }
  if (border === undefined) return { standing: 'outside', flags: [] };
  return { standing: 'border', regionCode: border, flags: ['border_band'] };
}

/** Whether a claim may go on with this verdict: inside, or in the flagged border band. */
export function isPlaceEligible(verdict: PlaceVerdict): boolean {
  return verdict.standing === 'inside' || verdict.standing === 'border';
}
