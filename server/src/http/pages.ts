import type { FastifyInstance, FastifyReply } from 'fastify';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { transact, type Tx } from '../db/transact.ts';
import type { Context } from './context.ts';
import type { Html } from './html.ts';
import { statusOf } from './problem.ts';

/** What a reader of a public page asks for. */
export type Visit = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** The path as asked for, without its query. */
  readonly path: string;
  read<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
};

/** A page that everybody may read, whole without a script. */
export type Page = {
  readonly url: `/public${string}`;
  draw(visit: Visit): Promise<Html>;
  /** What stands there instead when `draw` refuses. */
  refused(refusal: Refusal, visit: Visit): Html;
};

/** A file beside the pages: their style. */
export type PageFile = {
  readonly url: `/public${string}`;
  readonly type: string;
  readonly text: string;
};

/** Pages load their style and nothing else; they run no script at all. */
const policy =
  `default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; ` +
  `base-uri 'none'; frame-ancestors 'none'`;

// Figures move; a minute's copy in a proxy takes the load of a busy day.
const pageAge = 'public, max-age=30';
const fileAge = 'public, max-age=3600';
const queryTextMax = 100;

function send(reply: FastifyReply, page: Html): FastifyReply {
  return reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', policy)
    .send(page.html);
}

function textsOf(value: unknown): Record<string, string> {
  const entries: [string, unknown][] = Object.entries(Object(value));
  return Object.fromEntries(
    entries.flatMap(([name, text]) =>
      typeof text === 'string' && text.length <= queryTextMax ? [[name, text]] : [],
    ),
  );
}

/** Serves public pages and their files. */
export function servePages(
  app: FastifyInstance,
  context: Context,
  public_: { readonly pages: readonly Page[]; readonly files: readonly PageFile[] },
): void {
  const config = { permission: 'public' };
  const schema = { hide: true };
  for (const page of public_.pages) {
    app.get(
      page.url.replaceAll(/\{(\w+)\}/g, ':$1'),
      { config, schema },
      async (request, reply) => {
        const visit: Visit = {
          params: textsOf(request.params),
          query: textsOf(request.query),
          path: (request.raw.url ?? '').split('?', 1)[0] ?? '',
          read: (work) => transact(context.db, { kind: 'public', id: 'page' }, work),
        };
        try {
          return send(reply.header('cache-control', pageAge), await page.draw(visit));
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return send(reply.code(statusOf(error.code)), page.refused(error, visit));
        }
      },
    );
  }
  for (const { url, type, text } of public_.files) {
    app.get(url, { config, schema }, async (_request, reply) =>
      reply.header('content-type', type).header('cache-control', fileAge).send(text),
    );
  }
}
