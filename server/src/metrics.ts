import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Db } from './db/pool.ts';

/** What the server counts about itself. Labels are route names and codes, never persons. */
export type Metrics = {
  readonly registry: Registry;
  readonly durations: Histogram<'route' | 'status'>;
  readonly refusals: Counter<'route' | 'code'>;
  /** Errors nobody expected, by route: each is an alarm. */
  readonly alarms: Counter<'route'>;
  readonly securityEvents: Counter<'kind'>;
};

function poolGauge(db: Db, state: 'total' | 'idle' | 'waiting'): Gauge {
  const count = {
    total: () => db.pool.totalCount,
    idle: () => db.pool.idleCount,
    waiting: () => db.pool.waitingCount,
  }[state];
  return new Gauge({
    name: `huiquan_pool_${state}`,
    help: `Database connections: ${state}`,
    registers: [],
    collect() {
      this.set(count());
    },
  });
}

/** The meters of one server process, in a registry of its own. */
export function makeMetrics(db: Db): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  for (const state of ['total', 'idle', 'waiting'] as const)
    registry.registerMetric(poolGauge(db, state));
  return {
    registry,
    durations: new Histogram({
      name: 'huiquan_request_seconds',
      help: 'Seconds from the request to its answer',
      labelNames: ['route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    refusals: new Counter({
      name: 'huiquan_refusals_total',
      help: 'Requests refused, by code',
      labelNames: ['route', 'code'],
      registers,
    }),
    alarms: new Counter({
      name: 'huiquan_alarms_total',
      help: 'Unexpected errors',
      labelNames: ['route'],
      registers,
    }),
    securityEvents: new Counter({
      name: 'huiquan_security_events_total',
      help: 'Refused sign-ins, forged requests, foreign objects',
      labelNames: ['kind'],
      registers,
    }),
  };
}
