/** Where the phone says it is, as the claim wants to know it; or why it does not say. */
export type Place =
  | {
      readonly found: {
        readonly longitude: number;
        readonly latitude: number;
        readonly datum: 'wgs84';
        readonly accuracyM: number;
        readonly ageMs: number;
        readonly isMocked: boolean;
      };
    }
  | { readonly missing: 'placeDenied' | 'placeUnknown' };

const options = { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 };
const permissionDenied = 1;

/** Asks the phone for its place; browsers ask the person first. */
export function findPlace(): Promise<Place> {
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords, timestamp }) =>
        resolve({
          found: {
            longitude: coords.longitude,
            latitude: coords.latitude,
            datum: 'wgs84',
            accuracyM: Math.round(coords.accuracy),
            ageMs: Math.max(0, Math.round(performance.timeOrigin + performance.now() - timestamp)),
            isMocked: false,
          },
        }),
      (error) =>
        resolve({ missing: error.code === permissionDenied ? 'placeDenied' : 'placeUnknown' }),
      options,
    );
  });
}
