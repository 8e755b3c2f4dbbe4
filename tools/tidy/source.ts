import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A file of the repository: its path from the root, with forward slashes, and its text. */
export type Source = { readonly path: string; readonly text: string };

export const root = path.resolve(import.meta.dirname, '../..');

const textFile = /\.(?:ts|tsx|cjs|mjs|sql|md|ya?ml)$/;

const notOurs = /(?:^|\/)(?:node_modules|data|dist|\.[^/]*)(?:\/|$)/;

/** Every text file of the clone; hidden folders, data and what npm installed are not ours. */
export function repositorySources(): readonly Source[] {
  const exclude = (name: string) => notOurs.test(path.relative(root, path.resolve(root, name)));
  return globSync('**/*', { cwd: root, exclude })
    .map((name) => name.replaceAll(path.sep, '/'))
    .filter((name) => textFile.test(name) && !notOurs.test(name))
    .map((name) => ({ path: name, text: readFileSync(path.join(root, name), 'utf8') }));
}

export const isTypeScript = (file: Source) => /\.tsx?$/.test(file.path);
export const isSql = (file: Source) => file.path.endsWith('.sql');

/** Tests, and modules that only tests use (`test-….ts`, `given/`). */
export const isForTests = (file: Source) =>
  /\.test\.tsx?$/.test(file.path) || /(?:^|\/)(?:test-[^/]+$|given\/)/.test(file.path);

const literalOrComment =
  /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** The text without comments; lines keep their numbers. */
export function withoutComments(text: string): string {
  return text.replace(literalOrComment, (found) =>
    found.startsWith('/') ? found.replace(/[^\n]/g, ' ') : found,
  );
}

/** The text without comments and without what stands in quotes; lines keep their numbers. */
export function bareCode(text: string): string {
  return text.replace(literalOrComment, (found) => found.replace(/[^\n]/g, ' '));
}

/** `path:line` for a place in a file. */
export function placeOf(file: Source, index: number): string {
  return `${file.path}:${file.text.slice(0, index).split('\n').length}`;
}

/** What a file imports: each specifier as written and, if it is ours, its path from the root. */
export function importsOf(file: Source) {
  const found = withoutComments(file.text).matchAll(
    /(?:\bfrom|\bimport)\s*\(?\s*(?:'([^'\n]+)'|"([^"\n]+)")/g,
  );
  return [...found].map((match) => {
    const specifier = match[1] ?? match[2] ?? '';
    return { specifier, target: resolveImport(file, specifier), at: placeOf(file, match.index) };
  });
}

function resolveImport(file: Source, specifier: string): string | undefined {
  if (specifier.startsWith('.')) {
    return path.posix.join(path.posix.dirname(file.path), specifier);
  }
  const domain = '@huiquan/domain/';
  return specifier.startsWith(domain) ? `domain/src/${specifier.slice(domain.length)}` : undefined;
}
