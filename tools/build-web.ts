import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = path.resolve(import.meta.dirname, '..');
const web = path.join(root, 'web');
const dist = path.join(web, 'dist');
const stamp = '.built-from';
// Built beside and moved into place: a server that starts meanwhile never meets half a build.
const fresh = path.join(web, `dist-${process.pid}`);
const compressible = /\.(?:js|css|svg|json|webmanifest|wasm)$/;
const smallestBytes = 1_024;

/** The digest of everything the build reads: a build of the same sources is not made again. */
function sourcesDigest(): string {
  const hash = createHash('sha256');
  const inside = ['src/**/*', 'public/**/*', '*.html', 'vite.config.ts', 'package.json'];
  const files = [
    ...globSync(inside, { cwd: web }).map((name) => path.join(web, name)),
    ...globSync('domain/src/**/*.ts', { cwd: root }).map((name) => path.join(root, name)),
    path.join(root, 'programmes/programme.schema.json'),
    path.join(root, 'package-lock.json'),
  ];
  for (const file of files.toSorted()) {
    if (!path.basename(file).includes('.')) continue;
    hash.update(`${path.relative(root, file)}\n`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

type Chunk = {
  readonly file: string;
  readonly src?: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly css?: readonly string[];
  readonly assets?: readonly string[];
};

/** All that the page `name` may ever fetch: its script, styles, and what is loaded later. */
function filesOf(chunks: Readonly<Record<string, Chunk>>, name: string): readonly string[] {
  const seen = new Set<string>();
  const found = new Set<string>();
  const visit = (key: string) => {
    const chunk = chunks[key];
    if (chunk === undefined || seen.has(key)) return;
    seen.add(key);
    for (const file of [chunk.file, ...(chunk.css ?? []), ...(chunk.assets ?? [])]) {
      found.add(`/${file}`);
    }
    for (const next of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) visit(next);
  };
  visit(name);
  return [...found].toSorted();
}

/** Tells the worker of the resident's face which build it belongs to and what to keep. */
function fillWorker(digest: string): void {
  const folder = path.join(fresh, '.vite');
  const text = readFileSync(path.join(folder, 'manifest.json'), 'utf8');
  const chunks = JSON.parse(text) as Readonly<Record<string, Chunk>>;
  const files = [...filesOf(chunks, 'index.html'), '/resident.webmanifest', '/icon.svg'];
  const worker = path.join(fresh, 'sw.js');
  const filled = readFileSync(worker, 'utf8')
    .replaceAll('HUIQUAN_DIGEST', JSON.stringify(digest.slice(0, 16)))
    .replaceAll('HUIQUAN_FILES', JSON.stringify(files));
  writeFileSync(worker, filled);
  rmSync(folder, { recursive: true });
}

/** Lays the compressed form beside each file, so that the server compresses nothing. */
function compress(): void {
  const level = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  for (const name of globSync('**/*', { cwd: fresh })) {
    const file = path.join(fresh, name);
    if (!compressible.test(name)) continue;
    const bytes = readFileSync(file);
    if (bytes.length < smallestBytes) continue;
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, level));
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

const digest = sourcesDigest();
const known = path.join(dist, stamp);
if (!existsSync(known) || readFileSync(known, 'utf8') !== digest) {
  const configFile = path.join(web, 'vite.config.ts');
  await build({ configFile, logLevel: 'warn', build: { outDir: fresh } });
  fillWorker(digest);
  compress();
  writeFileSync(path.join(fresh, stamp), digest);
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
}
