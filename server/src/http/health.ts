import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal, refuse } from '@huiquan/domain/refusals.ts';
import { transact } from '../db/transact.ts';
import { twin } from '../db/twin.ts';
import type { Context } from './context.ts';

const sql = twin(import.meta.url);

const sealerLagMaxMs = 10_000;
const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

/** Only this machine may ask: for everyone else the address does not exist. */
function demandLoopback(request: FastifyRequest): void {
  const forwarded = request.headers['x-forwarded-for'] !== undefined;
  if (forwarded || !loopback.has(request.socket.remoteAddress ?? '')) refuse('not_found');
}

type Readiness = { readonly ready: boolean; readonly waits: readonly string[] };

async function readiness(context: Context): Promise<Readiness> {
  try {
    const { lagMs } = await transact(context.db, { kind: 'system', id: 'ready' }, (tx) =>
      tx.one<{ lagMs: number | null }>(sql('findSealerLag')),
    );
    const waits = (lagMs ?? 0) > sealerLagMaxMs ? ['sealer'] : [];
    return { ready: waits.length === 0, waits };
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === '42P01';
    if (!(error instanceof Refusal) && !isMissing) throw error;
    return { ready: false, waits: [isMissing ? 'migrating' : 'database'] };
  }
}

/** Liveness, readiness and Prometheus metrics, for callers on this machine. */
export function healthRoutes(app: FastifyInstance, context: Context): void {
  app.get('/healthz', (request, reply) => {
    demandLoopback(request);
    return reply.send({ ok: true });
  });
  app.get('/readyz', async (request, reply) => {
    demandLoopback(request);
    const state = await readiness(context);
    return reply.code(state.ready ? 200 : 503).send(state);
  });
  app.get('/metrics', async (request, reply) => {
    demandLoopback(request);
    const text = await context.metrics.registry.metrics();
    return reply.header('content-type', context.metrics.registry.contentType).send(text);
  });
}
