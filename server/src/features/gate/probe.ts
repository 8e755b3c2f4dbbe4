import { findPlaceRule, regionCodes } from '@huiquan/domain/place/outlines.ts';
import { transact } from '../../db/transact.ts';
import type { Context } from '../../http/context.ts';
import { type Gate, listGates, setGateState } from './gate.ts';

const prober = { kind: 'system', id: 'gates' } as const;
const probeCall = { timeoutMs: 2_000 };
/** A gate opens again only after so many probes in a row went well: it must not flicker. */
const successesToOpen = 3;
/** A person nobody is: the service answers that it does not match, and that is an answer. */
const nobody = { name: '无此人', idNumber: '110101190001010000', phone: '10000000000' };
const successes = new Map<Gate, number>();

async function isWell({ ports, clock }: Context, gate: Gate): Promise<boolean> {
  if (gate === 'real_name') {
    const answer = await ports.identity.verify(nobody, probeCall);
    return answer.outcome !== 'unavailable';
  }
  if (gate === 'location') {
    const fix = { borderKm: 2, accuracyM: 1_000, ageSeconds: 60 };
    const rule = findPlaceRule({ region: regionCodes[0] ?? '', ...fix });
    const point = { longitude: 112, latitude: 37, datum: 'wgs84' } as const;
    const report = { ...point, accuracyM: 10, ageMs: 0, isMocked: false };
    const answer = rule && (await ports.location.judge(report, rule, probeCall));
    return answer?.outcome === 'judged';
  }
  const purpose = { subjectId: 'probe', action: 'probe' };
  const wanted = { ...purpose, kind: gate, form: 'standard', now: clock() } as const;
  return (await ports.captcha.offer(wanted, probeCall)).outcome === 'offered';
}

/**
 * Tries every closed gate and opens it after three good probes in a row; residents are never the
 * probe. Run every few seconds.
 * @policy XN23 四(一)
 */
export async function probeGates(context: Context): Promise<void> {
  const reports = await transact(context.db, prober, listGates);
  for (const { gate, state } of reports) {
    if (state === 'healthy') continue;
    const count = (await isWell(context, gate)) ? (successes.get(gate) ?? 0) + 1 : 0;
    successes.set(gate, count);
    if (count < successesToOpen) continue;
    successes.delete(gate);
    await transact(context.db, prober, (tx) =>
      setGateState(tx, { gate, state: 'healthy', cause: 'probed' }),
    );
  }
}
