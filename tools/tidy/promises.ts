import { isForTests, isSql, isTypeScript, placeOf, type Source } from './source.ts';

const exported = /^export (?:async |declare |abstract )*(?:function\*?|const|type|class) (\w+)/gm;

// The name of what a schema already describes, field by field.
const schemaType = /^export type \w+ = (?:Type\.)?Static<typeof \w+>;/;

/** Exports of domain/ without a docstring: there a rule says what it guarantees. */
export function undocumented(files: readonly Source[]): string[] {
  return files
    .filter((file) => file.path.startsWith('domain/src/') && isTypeScript(file))
    .filter((file) => !isForTests(file))
    .flatMap((file) =>
      Array.from(file.text.matchAll(exported))
        .filter((match) => !file.text.slice(0, match.index).trimEnd().endsWith('*/'))
        .filter((match) => !schemaType.test(file.text.slice(match.index)))
        .map((match) => `${placeOf(file, match.index)} exports ${match[1]} without a docstring`),
    );
}

function tablesOf(files: readonly Source[]): ReadonlySet<string> {
  const migrations = files.filter((file) => file.path.startsWith('migrations/'));
  const created = migrations.flatMap((file) => [
    ...file.text.matchAll(/^\s*create (?:unlogged )?table (?:if not exists )?(\w+)/gim),
  ]);
  return new Set(created.map((match) => match[1] ?? ''));
}

function ownerOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}

const write = /(?<!for )\b(?:insert into|update|delete from|merge into)\s+(?:only\s+)?(\w+)/gi;

/**
 * Tables whose rows are written from more than one folder. `exceptions` names the folders that may
 * write a table beside its owner, with the reason in its place.
 */
export function tablesWithTwoOwners(
  files: readonly Source[],
  exceptions: Readonly<Record<string, readonly string[]>>,
): string[] {
  const tables = tablesOf(files);
  const writers = new Map<string, Set<string>>();
  for (const file of files.filter((one) => isSql(one) && one.path.startsWith('server/src/'))) {
    const statements = file.text.replace(/--[^\n]*/g, '');
    for (const [, table = ''] of statements.matchAll(write)) {
      const owner = ownerOf(file.path);
      if (!tables.has(table) || exceptions[table]?.includes(owner) === true) continue;
      writers.set(table, (writers.get(table) ?? new Set()).add(owner));
    }
  }
  return [...writers]
    .filter(([, owners]) => owners.size > 1)
    .map(([table, owners]) => `${table} is written by ${[...owners].join(' and ')}`);
}

/** Every code of the refusal catalogue. */
export function refusalCodes(files: readonly Source[]): readonly string[] {
  const catalogue = files.find((file) => file.path === 'domain/src/refusals.ts')?.text ?? '';
  return Array.from(catalogue.matchAll(/^ {2}(\w+): \{/gm), (match) => match[1] ?? '');
}

function unmentioned(codes: readonly string[], files: readonly Source[]): string[] {
  const text = files.map((file) => file.text).join('\n');
  return codes.filter((code) => !new RegExp(`['"\`]${code}['"\`]|\\b${code}: `).test(text));
}

/** Codes in the catalogue that no code gives. */
export function refusalsNobodyGives(files: readonly Source[]): string[] {
  const givers = files.filter(
    (file) =>
      isTypeScript(file) &&
      /^(?:domain|server)\/src\//.test(file.path) &&
      !isForTests(file) &&
      file.path !== 'domain/src/refusals.ts',
  );
  return unmentioned(refusalCodes(files), givers);
}

/** Codes in the catalogue that no test provokes. */
export function refusalsNobodyTests(files: readonly Source[]): string[] {
  const tests = files.filter((file) => isTypeScript(file) && isForTests(file));
  return unmentioned(refusalCodes(files), tests);
}

const route = /\b(?:method: '(?:GET|POST|PUT|PATCH|DELETE)'|(?:get|post|put|patch|del)Route\()/g;

/** Routes of contracts that name no permission: every route declares `resource.action`. */
export function routesWithoutPermission(files: readonly Source[]): string[] {
  return files
    .filter((file) => file.path.endsWith('.contract.ts'))
    .flatMap((file) => {
      const starts = Array.from(file.text.matchAll(route), (match) => match.index);
      return starts
        .filter((start, n) => !file.text.slice(start, starts[n + 1]).includes('permission:'))
        .map((start) => `${placeOf(file, start)} declares a route without a permission`);
    });
}
