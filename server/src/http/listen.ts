import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Where a server is reached; a port of 0 is one that is free. */
export type Address = { readonly host: string; readonly port: number };

// In the second a round opens more phones connect than Node's 511: who finds the queue full is not
// heard before his system tries again, after one second, then three.
const connectionsWaitingMax = 4_096;

// A listening socket takes in one connection per turn of the event loop, and a turn of a server in
// a rush takes 10 to 30 ms: five hundred phones waited for five seconds, for 0.4 with so many.
const entrancesMax = 32;

async function closed(server: Server): Promise<void> {
  if (!server.listening) return;
  const gone = once(server, 'close');
  server.close();
  await gone;
}

/**
 * Keeps the port for this process alone. Sockets that share a port would let a second server of the
 * same user share it too; of a name in Linux's abstract space there is one, until its holder ends.
 * Throws EADDRINUSE where another has it.
 */
async function keepPort({ host, port }: Address): Promise<Server> {
  const keeper = createServer();
  keeper.listen(`\0huiquan ${host} ${port}`);
  await once(keeper, 'listening');
  return keeper;
}

/** One more socket at the port of `app`, whose connections are the app's. */
async function openEntrance(app: FastifyInstance, at: Address): Promise<Server> {
  // As Node's HTTP server makes its own.
  const entrance = createServer({ allowHalfOpen: true, noDelay: true });
  entrance.on('connection', (socket) => app.server.emit('connection', socket));
  entrance.listen({ ...at, backlog: connectionsWaitingMax, reusePort: true });
  await once(entrance, 'listening');
  return entrance;
}

/**
 * Opens the door at an address, wide enough for all who come in one second: on Linux by many
 * sockets on one port, where the port is named and no first process takes the connections in.
 * Answers what closes it: requests under way are answered first. Throws EADDRINUSE where somebody
 * else has the port.
 */
export async function listen(app: FastifyInstance, at: Address): Promise<() => Promise<void>> {
  const isWide = process.platform === 'linux' && !cluster.isWorker && at.port !== 0;
  const others: Server[] = isWide ? [await keepPort(at)] : [];
  try {
    // Fastify hands on what its own types do not name.
    const first = { ...at, backlog: connectionsWaitingMax, reusePort: isWide };
    await app.listen(first);
    while (isWide && others.length < entrancesMax) others.push(await openEntrance(app, at));
  } catch (error) {
    await Promise.all(others.map(closed));
    throw error;
  }
  return async () => {
    // Nobody comes in any more, then those inside are answered and idle ones sent away.
    const gone = Promise.all(others.map(closed));
    await app.close();
    await gone;
  };
}
