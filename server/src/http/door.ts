import type { FastifyRequest } from 'fastify';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Config } from '../config.ts';

const unsafe = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const jsonType = /^application\/json(?:; ?charset="?utf-8"?)?$/i;
const multipartType = /^multipart\/form-data; ?boundary=[^\s;]{1,200}$/i;

/** The cookie of a browser's session. */
export function sessionCookie(config: Config): string {
  return config.publicUrl.startsWith('https:') ? '__Host-huiquan' : 'huiquan_session';
}

/** Refuses `bad_host` for a host name that is not ours, and for addresses of other sites. */
export function demandHost(request: FastifyRequest, config: Config): void {
  const { rawHeaders } = request.raw;
  let named = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') named += 1;
  }
  // Of several hosts Node keeps the first, a proxy in front perhaps the last.
  if (named > 1) refuse('bad_host');
  const name = (request.headers.host ?? '').replace(/:\d{1,5}$/, '').toLowerCase();
  if (!config.hosts.includes(name)) refuse('bad_host');
  if (!request.raw.url?.startsWith('/')) refuse('bad_host');
}

function isOwnOrigin(request: FastifyRequest, config: Config): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) {
    const site = request.headers['sec-fetch-site'];
    return site === 'same-origin';
  }
  // The host was checked before: an origin of the same name is this site under another of its
  // names.
  return origin === config.publicUrl || origin === `http://${host}` || origin === `https://${host}`;
}

/**
 * Refuses `csrf_rejected` for a write that another site's page makes: a foreign `Origin`, or a
 * session cookie without proof of the own origin.
 */
export function demandOwnOrigin(request: FastifyRequest, config: Config): void {
  if (!unsafe.has(request.method)) return;
  const hasCookie = request.cookies[sessionCookie(config)] !== undefined;
  const usesCookie = hasCookie && request.headers.authorization === undefined;
  const isForeign = request.headers.origin !== undefined && !isOwnOrigin(request, config);
  if (isForeign || (usesCookie && !isOwnOrigin(request, config))) refuse('csrf_rejected');
}

/** Refuses `unsupported_media_type` for any body but plain JSON or, on upload routes, multipart. */
export function demandContentType(request: FastifyRequest, isUpload: boolean): void {
  if (!unsafe.has(request.method)) return;
  const { headers } = request;
  const length = headers['content-length'];
  const hasBody = headers['transfer-encoding'] !== undefined || (length ?? '0') !== '0';
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') refuse('unsupported_media_type');
  const type = headers['content-type'];
  if (type === undefined && !hasBody) return;
  if (isUpload && /^multipart\/form-data/i.test(type ?? '')) {
    if (!multipartType.test(type ?? '')) refuse('malformed_multipart');
    return;
  }
  if (isUpload || !jsonType.test(type ?? '')) refuse('unsupported_media_type');
}
