import type { Point } from '@huiquan/domain/place/region.ts';
import {
  placeVerdict,
  type PlaceReading,
  type PlaceRule,
  type PlaceVerdict,
} from '@huiquan/domain/place/verdict.ts';
import type { Call } from './call.ts';
import { wgs84Of } from './datum.ts';

/**
 * What the client sends: its coordinates with the datum it states (502 m apart at 乡宁). `ageMs`
 * is how old the fix was when it was sent, by the client's own clock.
 */
export type LocationReport = {
  readonly longitude: number;
  readonly latitude: number;
  readonly datum: 'wgs84' | 'gcj02';
  readonly accuracyM: number;
  readonly ageMs: number;
  readonly isMocked: boolean;
};

/** A verdict, which is all that is kept; or none, which closes the gate for everybody. */
export type LocationAnswer =
  | { readonly outcome: 'judged'; readonly verdict: PlaceVerdict }
  | { readonly outcome: 'unavailable'; readonly cause: 'timeout' | 'aborted' | 'unreachable' };

/** The service that judges where a resident is, by the rule of the plan's gate. */
export type LocationService = {
  readonly judge: (report: LocationReport, rule: PlaceRule, call: Call) => Promise<LocationAnswer>;
};

/** `report` in WGS-84, whatever datum it came in; coordinates that are none stay what they are. */
export function readingOf(report: LocationReport): PlaceReading {
  const { accuracyM, ageMs, isMocked } = report;
  return { point: pointOf(report), accuracyM, ageMs, isMocked };
}

function pointOf({ longitude, latitude, datum }: LocationReport): Point {
  if (datum === 'wgs84' || (longitude === 0 && latitude === 0)) return { longitude, latitude };
  if (!Number.isFinite(longitude) || !Number.isFinite(latitude)) return { longitude, latitude };
  return wgs84Of({ longitude, latitude });
}

/** The service of this house: outlines in memory, no network, so it fails only with its process. */
export function makeLocationService(): LocationService {
  return {
    async judge(report, rule, call) {
      if (call.signal?.aborted === true) return { outcome: 'unavailable', cause: 'aborted' };
      return { outcome: 'judged', verdict: placeVerdict(readingOf(report), rule) };
    },
  };
}
