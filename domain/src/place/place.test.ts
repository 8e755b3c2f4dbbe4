import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findPlaceRule, findRegion, regionCodes } from './outlines.ts';
import { compileRegion, standingIn, type Point, type Region } from './region.ts';
import { isPlaceEligible, placeVerdict, type PlaceReading, type PlaceRule } from './verdict.ts';

const linfenCity: Point = { longitude: 111.518, latitude: 36.0842 };
const xiangningTown: Point = { longitude: 110.8471, latitude: 35.9704 };
const shenmuTown: Point = { longitude: 110.4989, latitude: 38.8424 };
const taiyuan: Point = { longitude: 112.5492, latitude: 37.857 };
const xian: Point = { longitude: 108.948, latitude: 34.2632 };

function region(code: string): Region {
  const found = findRegion(code);
  assert.ok(found, `no outline for ${code}`);
  return found;
}

function within(...regions: readonly Region[]): PlaceRule {
  return { regions, accuracyM: 1_000, ageSeconds: 60 };
}

function reading(over: Partial<PlaceReading> = {}): PlaceReading {
  return { point: xiangningTown, accuracyM: 30, ageMs: 1_000, isMocked: false, ...over };
}

test('乡宁县城 and 临汾 are in 临汾市; 太原, 西安 and 神木 are not', () => {
  const linfen = region('1410');
  assert.equal(standingIn(linfen, xiangningTown), 'inside');
  assert.equal(standingIn(linfen, linfenCity), 'inside');
  for (const away of [taiyuan, xian, shenmuTown]) {
    assert.equal(standingIn(linfen, away), 'outside');
  }
});

test('a province holds its cities without a border between them', () => {
  assert.equal(standingIn(region('14'), taiyuan), 'inside');
  assert.equal(standingIn(region('14'), linfenCity), 'inside');
  assert.equal(standingIn(region('14'), xian), 'outside');
  assert.equal(standingIn(region('61'), xian), 'inside');
  assert.equal(standingIn(region('6108'), shenmuTown), 'inside');
  // 临汾's northern edge is inside 山西: a border of the city, not of the province
  const edge = { longitude: 111.415, latitude: 36.8047 };
  assert.equal(standingIn(region('1410'), edge), 'border');
  assert.equal(standingIn(region('14'), edge), 'inside');
  assert.deepEqual([...regionCodes].sort(), ['14', '1410', '61', '6108']);
  assert.equal(findRegion('110000'), undefined);
  assert.equal(findRegion('141000'), findRegion('1410'));
  assert.equal(findRegion('140000'), findRegion('14'));
});

// a square of one degree at the latitude of 乡宁, where one km is 0.00899° and 0.01111°
const square = compileRegion({
  properties: { code: 'square', name: '' },
  geometry: {
    coordinates: [
      [
        [
          [110, 35.5],
          [111, 35.5],
          [111, 36.5],
          [110, 36.5],
          [110, 35.5],
        ],
      ],
    ],
  },
});
const kmNorth = 1 / 111.195;

test('the border band ends at 2 km on either side of the line', () => {
  const at = (km: number) =>
    standingIn(square, { longitude: 110.5, latitude: 36.5 + km * kmNorth });
  assert.deepEqual([-2.01, -1.99, -0.001, 0, 0.001, 1.99, 2.01].map(at), [
    'inside',
    'border',
    'border',
    'border',
    'border',
    'border',
    'outside',
  ]);
});

test('the band is 2 km wide to the east and around a corner too', () => {
  const kmEast = kmNorth / Math.cos((36 * Math.PI) / 180);
  const at = (km: number) => standingIn(square, { longitude: 111 + km * kmEast, latitude: 36 });
  assert.deepEqual([-2.01, -1.99, 1.99, 2.01].map(at), ['inside', 'border', 'border', 'outside']);
  // 1.5 km north and 1.5 km east of the corner is 2.1 km away
  const corner = { longitude: 111 + 1.5 * kmEast, latitude: 36.5 + 1.5 * kmNorth };
  assert.equal(standingIn(square, corner), 'outside');
});

test('every point of a square is told inside or outside as plain comparison tells it', () => {
  const degrees = fc.double({ min: 109, max: 112, noNaN: true });
  const north = fc.double({ min: 34.5, max: 37.5, noNaN: true });
  fc.assert(
    fc.property(degrees, north, (longitude, latitude) => {
      const standing = standingIn(square, { longitude, latitude });
      const isWithin = longitude > 110 && longitude < 111 && latitude > 35.5 && latitude < 36.5;
      if (standing !== 'border') assert.equal(standing === 'inside', isWithin);
    }),
  );
});

test('a reading 60 s old is judged, one of 60.001 s is asked for again', () => {
  const at = (ageMs: number) => placeVerdict(reading({ ageMs }), within(region('1410'))).standing;
  assert.deepEqual([0, 60_000, 60_001, -5_000, -5_001, Number.NaN].map(at), [
    'inside',
    'inside',
    'stale',
    'inside',
    'stale',
    'stale',
  ]);
});

test('a radius of 1,000 m is judged, a wider one is asked for again', () => {
  const at = (accuracyM: number) =>
    placeVerdict(reading({ accuracyM }), within(region('1410'))).standing;
  assert.deepEqual([1, 1_000, 1_000.1, 0, -1, Number.NaN].map(at), [
    'inside',
    'inside',
    'inaccurate',
    'inaccurate',
    'inaccurate',
    'inaccurate',
  ]);
});

test('a mocked place and 0/0 are outside and flagged, whatever else they say', () => {
  const linfen = within(region('1410'));
  assert.deepEqual(placeVerdict(reading({ isMocked: true }), linfen), {
    standing: 'outside',
    flags: ['mocked'],
  });
  const zero = { longitude: 0, latitude: 0 };
  assert.deepEqual(placeVerdict(reading({ point: zero }), linfen), {
    standing: 'outside',
    flags: ['zero_point'],
  });
});

test('the verdict names the area that was met and never a coordinate', () => {
  const both = within(region('6108'), region('1410'));
  assert.deepEqual(placeVerdict(reading(), both), {
    standing: 'inside',
    regionCode: '1410',
    flags: [],
  });
  const edge = { longitude: 111.415, latitude: 36.8047 };
  const flagged = placeVerdict(reading({ point: edge }), both);
  assert.deepEqual(flagged, { standing: 'border', regionCode: '1410', flags: ['border_band'] });
  assert.equal(isPlaceEligible(flagged), true);
  assert.equal(isPlaceEligible(placeVerdict(reading({ point: taiyuan }), both)), false);
  assert.equal(
    placeVerdict(reading({ point: { longitude: Number.NaN, latitude: 36 } }), both).standing,
    'inaccurate',
  );
  assert.equal(placeVerdict(reading(), within()).standing, 'outside');
});

test('a plan sets its own band, radius and age, in an area somebody has drawn', () => {
  const gate = { region: '1410', borderKm: 0.5, accuracyM: 100, ageSeconds: 10 };
  const rule = findPlaceRule(gate);
  assert.ok(rule);
  assert.equal(placeVerdict(reading({ accuracyM: 101 }), rule).standing, 'inaccurate');
  assert.equal(placeVerdict(reading({ ageMs: 10_001 }), rule).standing, 'stale');
  // 1.1 km north of a corner of 临汾's outline: in a band of 2 km, not in one of half a km
  const near = { longitude: 111.415, latitude: 36.8047 + 0.01 };
  assert.equal(placeVerdict(reading({ point: near }), rule).standing, 'outside');
  assert.equal(placeVerdict(reading({ point: near }), within(region('1410'))).standing, 'border');
  assert.equal(findPlaceRule({ ...gate, region: '141029' }), undefined);
});

test('a million residents of a province are judged in seconds', () => {
  const province = region('61');
  const started = performance.now();
  const rounds = 50_000;
  let inside = 0;
  for (let n = 0; n < rounds; n += 1) {
    const point = { longitude: 107 + (n % 400) / 100, latitude: 33 + (n % 611) / 100 };
    if (standingIn(province, point) === 'inside') inside += 1;
  }
  const microseconds = ((performance.now() - started) * 1000) / rounds;
  assert.ok(inside > 0 && inside < rounds);
  // 5 µs is the aim on a quiet machine; ten times that still fails a scan of every edge at peak
  assert.ok(microseconds < 50, `${microseconds} µs each`);
  if (process.env['SHOW_FIGURES']) console.log(`${microseconds.toFixed(2)} µs each`);
});
