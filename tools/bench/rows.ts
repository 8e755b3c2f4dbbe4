import { claimHttp } from './claim-http.ts';
import type { Row } from './row.ts';

/** Every row of the bench, by the name it is asked for. */
export const rows: ReadonlyMap<string, Row> = new Map([['claim-http', claimHttp]]);
