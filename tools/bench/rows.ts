import { claimHttp } from './claim-http.ts';
import { redeemHttp } from './redeem-http.ts';
import type { Row } from './row.ts';

/** Every row of the bench, by the name it is asked for. */
export const rows: ReadonlyMap<string, Row> = new Map([
  ['claim-http', claimHttp],
  ['redeem-http', redeemHttp],
]);
