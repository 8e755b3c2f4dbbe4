import { connect } from 'node:net';

/** An answer as it came over the line. */
export type Answer = {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
};

/**
 * One connection that stays open, one request at a time. The client of Node's library takes three
 * times the processor time, and the crowd shares the machine with the server it rushes at.
 */
export type Line = {
  /** `undefined` where no answer came within 30 s, or none that could be read. */
  readonly send: (request: string) => Promise<Answer | undefined>;
  readonly isOpen: () => boolean;
  readonly close: () => void;
};

const timeoutMs = 30_000;
const endOfHead = Buffer.from('\r\n\r\n');

/** The answer in `bytes` once it is whole; `broken` where it is none of our server's. */
export function answerIn(bytes: Buffer): Answer | 'partial' | 'broken' {
  const end = bytes.indexOf(endOfHead);
  if (end < 0) return 'partial';
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? Number.NaN);
  const length = Number(headers.get('content-length') ?? (status === 204 ? 0 : Number.NaN));
  if (Number.isNaN(status) || Number.isNaN(length)) return 'broken';
  const from = end + endOfHead.length;
  if (bytes.length < from + length) return 'partial';
  return { status, headers, body: bytes.toString('utf8', from, from + length) };
}

/** Opens a connection to the server at `base` from `address`. */
export function openLine(base: URL, address: string): Line {
  const { hostname: host, port } = base;
  const socket = connect({ host, port: Number(port), localAddress: address, noDelay: true });
  let bytes: Buffer = Buffer.alloc(0);
  let hear: ((answer: Answer | undefined) => void) | undefined;
  let late: NodeJS.Timeout | undefined;
  const settle = (answer: Answer | undefined) => {
    clearTimeout(late);
    const told = hear;
    hear = undefined;
    bytes = Buffer.alloc(0);
    told?.(answer);
  };
  socket.on('data', (chunk: Buffer) => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    const answer = answerIn(bytes);
    if (answer === 'partial') return;
    const isLast = answer === 'broken' || answer.headers.get('connection') === 'close';
    if (isLast) socket.destroy();
    settle(answer === 'broken' ? undefined : answer);
  });
  // The close that follows tells whoever waits.
  socket.on('error', () => undefined);
  socket.on('close', () => settle(undefined));
  return {
    send: (request) => {
      const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
      if (socket.destroyed) return Promise.resolve(undefined);
      hear = resolve;
      late = setTimeout(() => socket.destroy(), timeoutMs);
      socket.write(request);
      return promise;
    },
    isOpen: () => !socket.destroyed && !socket.readableEnded,
    close: () => void socket.destroy(),
  };
}
