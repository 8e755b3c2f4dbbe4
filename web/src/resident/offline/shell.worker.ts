import type { Fetching, Lasting, WorkerScope } from './worker-scope.ts';

/**
 * Keeps the resident's face for the time without network: the page and its files, never an answer
 * of the API. While there is a network every page comes from it, so that a deploy is seen at once;
 * the kept page is shown only when the network does not answer at all.
 */
declare const self: WorkerScope;

// The build writes both: which build this is, and the files of this face.
declare const HUIQUAN_DIGEST: string;
declare const HUIQUAN_FILES: readonly string[];

const prefix = 'huiquan-';
const shell = '/';
// The pages of one build may still be open when the next has come.
const othersKept = 1;
const cacheName = prefix + HUIQUAN_DIGEST;
const files: ReadonlySet<string> = new Set(HUIQUAN_FILES);

async function keep(): Promise<void> {
  const cache = await caches.open(cacheName);
  const page = await fetch(new Request(shell, { cache: 'reload' }));
  const html = await page.clone().text();
  // A deploy may come between this script and the page: then they are not of one build.
  const isOwn = [...files].some((file) => html.includes(`src="${file}"`));
  if (!page.ok || !isOwn) throw new Error('the page is of another build');
  await cache.addAll([...files]);
  await cache.put(shell, page);
}

async function dropOlder(): Promise<void> {
  const names = await caches.keys();
  const others = names.filter((name) => name.startsWith(prefix) && name !== cacheName);
  const old = others.slice(0, Math.max(0, others.length - othersKept));
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function pageFor(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const cache = await caches.open(cacheName);
    const kept = await cache.match(shell);
    if (kept === undefined) throw error;
    return kept;
  }
}

/** Files carry a digest in their name: what is kept under a name is what the name says. */
async function fileFor(request: Request, hasDigest: boolean): Promise<Response> {
  const cache = await caches.open(cacheName);
  const how = { ignoreVary: true };
  const own = await cache.match(request, how);
  // A page of the build before may still ask for its own parts.
  const kept = own ?? (hasDigest ? await caches.match(request, how) : undefined);
  return kept ?? fetch(request);
}

const isPage = (url: URL) => /^\/(?:app(?:\/.*)?)?$/.test(url.pathname);
const isAsset = (url: URL) => url.pathname.startsWith('/assets/');

self.addEventListener<Lasting>('install', (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

self.addEventListener<Lasting>('activate', (event) => {
  event.waitUntil(dropOlder().then(() => self.clients.claim()));
});

self.addEventListener<Fetching>('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (isPage(url)) event.respondWith(pageFor(request));
  } else if (isAsset(url) || files.has(url.pathname)) {
    event.respondWith(fileFor(request, isAsset(url)));
  }
});
