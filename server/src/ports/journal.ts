import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';

/** What a sandbox remembers over a restart: outside parties do not forget when we do. */
export type Journal<Fact> = {
  readonly facts: readonly Fact[];
  readonly append: (fact: Fact) => void;
};

/**
 * Opens the JSON-lines file at `path`, or a journal that keeps nothing without one. A last line
 * that a stop cut short never happened and is taken off; any other line that is not a fact of
 * `schema` is refused, because a party that forgets in the middle is no party to test against.
 */
export function openJournal<Schema extends TSchema>(
  schema: Schema,
  path: string | undefined,
): Journal<Static<Schema>> {
  if (path === undefined) return { facts: [], append: () => undefined };
  mkdirSync(dirname(path), { recursive: true });
  return {
    facts: readWhole(path).map((line) => Value.Parse(schema, JSON.parse(line))),
    append: (fact) => appendFileSync(path, `${JSON.stringify(fact)}\n`, { mode: 0o600 }),
  };
}

function readWhole(path: string): string[] {
  if (!existsSync(path)) return [];
  const bytes = readFileSync(path);
  const length = bytes.lastIndexOf(0x0a) + 1;
  if (length < bytes.length) truncateSync(path, length);
  return bytes.subarray(0, length).toString('utf8').split('\n').slice(0, -1);
}
