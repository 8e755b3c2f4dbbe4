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
  compress();
  writeFileSync(path.join(fresh, stamp), digest);
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
}
