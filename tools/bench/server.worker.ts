// The product's server with the routes of the baselines beside its own; a process of its own.
import { openInstallation } from '../../server/src/installation.ts';
import { serveHere } from '../../server/src/serve.ts';
import { bareRoutes } from './bare.ts';
import { oneTxClaim } from './one-tx.ts';
import { oneTxRedeem } from './one-tx-redeem.ts';
import { redisRoute } from './redis.ts';

const redisPorts = {
  fsync: process.env['BENCH_REDIS_FSYNC'],
  memory: process.env['BENCH_REDIS_MEMORY'],
};

const installation = await openInstallation(process.env);
const stop = await serveHere(installation, [
  {
    name: 'bench',
    routes: (context) => [
      ...bareRoutes(),
      oneTxClaim(context),
      ...oneTxRedeem(context),
      ...(['fsync', 'memory'] as const).flatMap((mode) => {
        const port = redisPorts[mode];
        return port === undefined ? [] : [redisRoute(mode, Number(port))];
      }),
    ],
  },
]);
process.send?.('ready');
process.once('SIGTERM', () => {
  void stop()
    .then(() => installation.close())
    // A profile is written when the process ends by itself; Redis connections would keep it.
    .finally(() => process.exit());
});
