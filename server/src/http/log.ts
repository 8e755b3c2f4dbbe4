import type { Config } from '../config.ts';

type Facts = Readonly<Record<string, unknown>>;

/** One event, one line. Ids and figures only: never personal data, never secrets. */
export type Log = {
  info(event: string, facts?: Facts): void;
  warn(event: string, facts?: Facts): void;
  error(event: string, facts?: Facts): void;
};

const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

// What a careless caller might hand over: an eighteen-digit id, a phone, a card, a token.
const secretName =
  /password|secret|token|code_?hash|authorization|cookie|phone|id_?number|envelope/i;
const secretText = /\d{17}[\dXx]|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{16,19}(?!\d)/g;
const textMax = 2_000;

function clean(name: string, value: unknown): unknown {
  if (secretName.test(name)) return '[redacted]';
  if (typeof value === 'bigint') return value.toString();
  return typeof value === 'string'
    ? value.slice(0, textMax).replaceAll(secretText, '[redacted]')
    : value;
}

/**
 * Writes JSON lines. Whatever is in them, an event stays one line (control characters are escaped)
 * and what looks like a secret or a person's number is blanked out.
 */
export function makeLog(level: Config['logLevel'], write: (line: string) => void): Log {
  const from = levels.indexOf(level);
  const line =
    (at: 'info' | 'warn' | 'error') =>
    (event: string, facts: Facts = {}) => {
      if (levels.indexOf(at) < from) return;
      const head = { time: new Date().toISOString(), level: at, event };
      write(`${JSON.stringify({ ...head, ...facts }, clean)}\n`);
    };
  return { info: line('info'), warn: line('warn'), error: line('error') };
}
