import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

type Conversion = 'plain' | 'instant' | 'json';

/** One named statement of a `.sql` twin, ready for the driver. */
export type Statement = {
  /** `file.statement`, also the prepared statement's name. */
  readonly name: string;
  /** The text with `$1…$n`. */
  readonly text: string;
  readonly parameters: readonly { readonly name: string; readonly as: Conversion }[];
};

// Comments, quoted texts and casts are passed over; a parameter is a colon and a name.
const token = /--[^\n]*|'(?:[^']|'')*'|::|:([a-z]\w*)(::timestamptz|::jsonb)?/gi;

function conversionOf(cast: string | undefined): Conversion {
  if (cast === '::timestamptz') return 'instant';
  return cast === '::jsonb' ? 'json' : 'plain';
}

function parseStatement(name: string, source: string): Statement {
  const parameters: { name: string; as: Conversion }[] = [];
  const text = source.replace(token, (whole: string, parameter?: string, cast?: string) => {
    if (parameter === undefined) return whole.startsWith('--') ? '' : whole;
    let index = parameters.findIndex((known) => known.name === parameter);
    if (index < 0) index = parameters.push({ name: parameter, as: conversionOf(cast) }) - 1;
    return `$${index + 1}${cast ?? ''}`;
  });
  return { name, text: text.trim(), parameters };
}

/**
 * Parses a `.sql` twin: statements that begin with `-- name: statementName`. A parameter is written
 * `:camelCase`; the cast that follows its first use says how it travels: `::timestamptz` takes an
 * `Instant` (or an array of them with `::timestamptz[]`), `::jsonb` takes any JSON value.
 */
export function parseTwin(source: string, file: string): ReadonlyMap<string, Statement> {
  const statements = new Map<string, Statement>();
  for (const block of source.split(/^-- name: /m).slice(1)) {
    const end = block.indexOf('\n');
    const name = block.slice(0, end).trim();
    if (statements.has(name)) throw new Error(`${file}: statement ${name} stands twice`);
    const prefix = basename(file, '.sql');
    statements.set(name, parseStatement(`${prefix}.${name}`, block.slice(end + 1)));
  }
  return statements;
}

/**
 * The statements of the `.sql` file beside a module: `const sql = twin(import.meta.url)`, then
 * `sql('findFund')`. Throws for a name the file does not hold.
 */
export function twin(moduleUrl: string): (name: string) => Statement {
  const file = fileURLToPath(moduleUrl).replace(/\.ts$/, '.sql');
  const statements = parseTwin(readFileSync(file, 'utf8'), file);
  return (name) => {
    const statement = statements.get(name);
    if (statement === undefined) throw new Error(`${file} has no statement ${name}`);
    return statement;
  };
}

function instantOnWire(value: unknown): unknown {
  if (typeof value === 'number') return new Date(value).toISOString();
  return Array.isArray(value) ? value.map(instantOnWire) : value;
}

/** JSON in which a bigint stands as the integer it is. */
export function jsonText(value: unknown): string {
  try {
    // Three times as fast; it throws for a bigint.
    return JSON.stringify(value);
  } catch {
    return exactJsonText(value);
  }
}

function exactJsonText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item !== 'bigint') return item;
    const number = Number(item);
    return Number.isSafeInteger(number) ? number : item.toString();
  });
}

const plainElement = /^[0-9A-Za-z_:.+/-]+$/;
const isNull = /^null$/i;

function elementText(value: unknown): string | undefined {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return String(value);
  }
  if (Buffer.isBuffer(value)) return `"\\\\x${value.toString('hex')}"`;
  if (typeof value !== 'string') return undefined;
  if (plainElement.test(value) && !isNull.test(value)) return value;
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/**
 * A flat array as PostgreSQL reads it: the driver's own way takes five times as long, and a group
 * brings 15,000 elements. Undefined for what is left to the driver.
 */
function arrayText(values: readonly unknown[]): string | undefined {
  let text = '';
  for (const value of values) {
    const element = elementText(value);
    if (element === undefined) return undefined;
    text += text === '' ? element : `,${element}`;
  }
  return `{${text}}`;
}

const arrayOnWire = (value: unknown): unknown =>
  Array.isArray(value) ? (arrayText(value) ?? value) : value;

/** The values of `parameters` in the statement's order. Throws for one that is missing. */
export function bind(statement: Statement, values: Readonly<Record<string, unknown>>): unknown[] {
  return statement.parameters.map(({ name, as }) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${statement.name} needs the parameter ${name}`);
    if (as === 'instant') return arrayOnWire(instantOnWire(value));
    if (as === 'json' && value !== null) return jsonText(value);
    return arrayOnWire(value);
  });
}
