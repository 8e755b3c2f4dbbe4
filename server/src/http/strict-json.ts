import { refuse } from '@huiquan/domain/refusals.ts';

// Far above any honest body; reached only by bodies made to hurt.
const depthMax = 32;
const valuesMax = 50_000;

// JSON.parse takes the last of two equal keys and rounds numbers silently; the scan finds both.
const suspectNumber = /^-0(?:[.eE].*)?$|^-?[\d.]{17,}|[eE]/;

const mark = {
  quote: 0x22,
  minus: 0x2d,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  backslash: 0x5c,
  openList: 0x5b,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;
const isSpace = (code: number) => code === 0x20 || (code >= 0x09 && code <= 0x0d);

/** The keys an object has shown so far; undefined in a list. */
type Level = Set<string> | undefined;

/** The index after the string that begins at `from`, or -1. */
function stringEnd(text: string, from: number): number {
  for (let at = from + 1; ;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return -1;
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === mark.backslash) slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

function keyOf(text: string, from: number, end: number): string {
  const raw = text.slice(from, end);
  if (!raw.includes('\\')) return raw.slice(1, -1);
  try {
    return String(JSON.parse(raw));
  } catch {
    return refuse('bad_request');
  }
}

const numberAt = /-?[\d.eE+-]+/y;

function numberFrom(text: string, at: number): string {
  numberAt.lastIndex = at;
  return numberAt.exec(text)?.[0] ?? text.charAt(at);
}

/** Whether a colon comes next: the string that ends at `at` is a key. */
function isKeyUntil(text: string, at: number): boolean {
  let next = at;
  while (isSpace(text.charCodeAt(next))) next += 1;
  return text.charCodeAt(next) === mark.colon;
}

type Scan = { readonly levels: Level[]; values: number; hasSuspectNumber: boolean };

function count(scan: Scan): void {
  scan.values += 1;
  if (scan.values > valuesMax) refuse('too_complex', { valuesMax });
}

function scanString(scan: Scan, text: string, at: number): number {
  const end = stringEnd(text, at);
  if (end < 0) refuse('bad_request');
  const keys = scan.levels.at(-1);
  if (keys !== undefined && isKeyUntil(text, end)) {
    const key = keyOf(text, at, end);
    if (keys.has(key)) refuse('duplicate_key', { key: key.slice(0, 100) });
    keys.add(key);
  }
  count(scan);
  return end;
}

function open(scan: Scan, keys: Level): void {
  scan.levels.push(keys);
  if (scan.levels.length > depthMax) refuse('too_complex', { depthMax });
  count(scan);
}

function scanNumber(scan: Scan, text: string, at: number): number {
  const number = numberFrom(text, at);
  if (suspectNumber.test(number)) scan.hasSuspectNumber = true;
  count(scan);
  return at + number.length;
}

/** Reads what begins at `at`; answers where the next thing may begin. */
function scanToken(scan: Scan, text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === mark.quote) return scanString(scan, text, at);
  if (code === mark.minus || (code >= mark.zero && code <= mark.nine)) {
    return scanNumber(scan, text, at);
  }
  if (code === mark.openObject) open(scan, new Set());
  else if (code === mark.openList) open(scan, undefined);
  else if (code === mark.closeObject || code === mark.closeList) scan.levels.pop();
  return at + 1;
}

/** Numbers that JSON.parse would change become NaN, which no schema takes. */
function exactNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  if (Object.is(value, -0)) return Number.NaN;
  const hasFraction = /\.\d*[1-9]/.test(context.source) && !/e/i.test(context.source);
  if (hasFraction && Number.isInteger(value)) return Number.NaN;
  const digits = context.source
    .replace(/[eE].*$/, '')
    .replaceAll(/\D/g, '')
    .replace(/^0+/, '');
  return digits.length > 17 ? Number.NaN : value;
}

/** Longer texts are scanned: what they hold is not counted twice. */
const plainLettersMax = 4_096;

/** Whether so many brackets open in `text` at most, be it within strings. */
function opensAtMost(text: string, most: number): boolean {
  let opened = 0;
  for (let at = 0; at < text.length && opened <= most; at += 1) {
    const code = text.charCodeAt(at);
    if (code === mark.openObject || code === mark.openList) opened += 1;
  }
  return opened <= most;
}

/**
 * A short text that is written back as it came has no key twice, no number that changed and no
 * depth: what phones and tills send, in a quarter of the scan's time.
 */
function parsePlain(text: string): unknown {
  if (text.length > plainLettersMax || !opensAtMost(text, depthMax)) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return JSON.stringify(parsed) === text ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function parseScanned(text: string): unknown {
  const scan: Scan = { levels: [], values: 0, hasSuspectNumber: false };
  for (let at = 0; at < text.length;) at = scanToken(scan, text, at);
  try {
    const parsed: unknown = scan.hasSuspectNumber
      ? JSON.parse(text, exactNumber)
      : JSON.parse(text);
    return parsed;
  } catch {
    return refuse('bad_request');
  }
}

/**
 * Parses a JSON body without surprises. Refuses `bad_request` for what is no JSON, `duplicate_key`,
 * `too_complex` beyond 32 levels or 50,000 values; a number that would lose digits, and −0, become
 * NaN.
 */
export function parseStrictJson(text: string): unknown {
  return parsePlain(text) ?? parseScanned(text);
}
