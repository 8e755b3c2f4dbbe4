import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { repositorySources, root, withoutComments } from './tidy/source.ts';

const web = repositorySources().filter((file) => file.path.startsWith('web/src/'));

/** Every route that a contract exports, by the name of the export. */
async function contractRoutes(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const file of globSync('server/src/features/**/*.contract.ts', { cwd: root })) {
    const contract: Record<string, unknown> = await import(path.join(root, file));
    for (const [name, value] of Object.entries(contract)) {
      const route: unknown = Reflect.get(Object(value), 'name');
      if (typeof route === 'string' && route.includes(' /api/')) found.set(name, route);
    }
  }
  return found;
}

test('what a face calls is what the contract it names its types after says', async () => {
  const routes = await contractRoutes();
  const names = new Set(routes.values());
  const wrong: string[] = [];
  let seen = 0;
  for (const { path: file, text } of web) {
    for (const [, type, called = ''] of text.matchAll(
      /<typeof (\w+)>\(\s*(?:[\w.]+,\s*)?'([A-Z]+ \/api\/[^']*)'/g,
    )) {
      seen += 1;
      if (routes.get(type ?? '') !== called) wrong.push(`${file}: ${type} is not ${called}`);
    }
    for (const [, called = ''] of text.matchAll(
      /'((?:GET|POST|PUT|PATCH|DELETE) \/api\/[^']*)'/g,
    )) {
      if (!names.has(called)) wrong.push(`${file}: no contract has ${called}`);
    }
  }
  assert.ok(seen > 0);
  assert.deepEqual(wrong, []);
});

/** Word files; and the editor of plans, whose format has Chinese words in every language. */
const isWords = (file: string) =>
  /\/(?:zh|en)\.ts$|\/office\/plan\/(?:sample-plan|code\/schema)\.ts$/.test(file);

const faces = ['resident', 'till', 'office'];
const faceOf = (file: string) => faces.find((face) => file.startsWith(`web/src/${face}/`));

test('a face takes only types from contracts, and nothing from another face', () => {
  const wrong = web.flatMap((file) =>
    [...withoutComments(file.text).matchAll(/^(import[^;]*?)from '([^']+)'/gm)].flatMap(
      ([, head = '', specifier = '']) => {
        const target = path.posix.join(path.posix.dirname(file.path), specifier);
        const isServer = specifier.startsWith('.') && target.startsWith('server/');
        const isContract = /\.contract\.ts$|server\/src\/http\/contract\.ts$/.test(target);
        const other = specifier.startsWith('.') ? faceOf(target) : undefined;
        const isStrange = other !== undefined && other !== faceOf(file.path);
        if (isServer && !(isContract && head.startsWith('import type')))
          return [file.path + target];
        return isStrange ? [`${file.path} imports ${target}`] : [];
      },
    ),
  );
  assert.deepEqual(wrong, []);
});

test('a face speaks only from its word files', () => {
  const spoken = web
    .filter(({ path: file }) => !isWords(file) && /\.tsx?$/.test(file))
    .flatMap(({ path: file, text }) =>
      withoutComments(text)
        .split('\n')
        .flatMap((line, index) => (/[\u4e00-\u9fff]/.test(line) ? [`${file}:${index + 1}`] : [])),
    );
  assert.deepEqual(spoken, []);
});

test('every act that the server records has a name', async () => {
  const { actZh } = await import(path.join(root, 'web/src/office/audit/acts/zh.ts'));
  const sources = repositorySources().filter(({ path: file }) =>
    /^server\/src\/.*(?<!\.test|test-[a-z]+)\.ts$/.test(file),
  );
  const kinds = sources.flatMap(({ text }) =>
    [...text.matchAll(/\bkind:(?:[^,\n]*\?)? '([a-z_.]+)'(?: : '([a-z_.]+)')?/g)]
      .flatMap(([, kind = '', other = '']) => [kind, other])
      .filter((kind) => kind.includes('.')),
  );
  assert.ok(kinds.length > 50);
  const nameless = kinds.filter((kind) => {
    const [thing = '', deed = ''] = kind.split('.');
    return !Object.hasOwn(actZh, `thing.${thing}`) || !Object.hasOwn(actZh, `deed.${deed}`);
  });
  assert.deepEqual([...new Set(nameless)], []);
  const subjects = sources.flatMap(({ text }) =>
    [...text.matchAll(/\bsubject(?::| =) \{ kind: '([a-z_]+)'/g)].map(([, kind]) => kind),
  );
  assert.ok(subjects.length > 20);
  const unnamed = subjects.filter((kind = '') => !Object.hasOwn(actZh, `thing.${kind}`));
  assert.deepEqual([...new Set(unnamed)], []);
});

test('both languages have every word, with the same blanks to fill in', async () => {
  const files = web.filter(({ path: file }) => file.endsWith('/zh.ts'));
  assert.ok(files.length > 0);
  for (const { path: file } of files) {
    const zh = Object.values(await import(path.join(root, file)))[0];
    const en = Object.values(await import(path.join(root, file.replace(/zh\.ts$/, 'en.ts'))))[0];
    const blanks = (words: unknown) =>
      Object.entries(Object(words)).map(([key, text]) => [
        key,
        [...String(text).matchAll(/\{\w+\}/g)].map(([blank]) => blank).toSorted(),
      ]);
    assert.deepEqual(blanks(en).toSorted(), blanks(zh).toSorted(), file);
    const unsaid = Object.entries(Object(en)).filter(([, text]) =>
      /[\u4e00-\u9fff]/.test(String(text)),
    );
    assert.deepEqual(
      unsaid.filter(([key]) => !/language|chinese/i.test(key)),
      [],
      file,
    );
  }
});
