/** A place in 乡宁县, as a phone with a good fix reports it. */
export const inXiangning = {
  longitude: 110.8418,
  latitude: 35.9703,
  datum: 'wgs84',
  accuracyM: 30,
  ageMs: 1_000,
  isMocked: false,
} as const;
