import { captcha } from './captcha.ts';
import { claimCore } from './claim-core.ts';
import { claimHttp } from './claim-http.ts';
import { close } from './close.ts';
import { evaluate } from './evaluate.ts';
import { growth } from './growth.ts';
import { importRow } from './import.ts';
import { issue } from './issue.ts';
import { redeemHttp } from './redeem-http.ts';
import type { Row } from './row.ts';
import { start } from './start.ts';

/** Every row of the bench, by the name it is asked for. */
export const rows: ReadonlyMap<string, Row> = new Map([
  ['claim-http', claimHttp],
  ['redeem-http', redeemHttp],
  ['claim-core', claimCore],
  ['captcha', captcha],
  ['issue', issue],
  ['import', importRow],
  ['close', close],
  ['evaluate', evaluate],
  ['growth', growth],
  ['start', start],
]);
