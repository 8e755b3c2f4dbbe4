import { refuse } from '@huiquan/domain/refusals.ts';
import type { FileLimits } from './limits.ts';
import { createXmlReader } from './xml-reader.ts';
import type { ZipPart } from './zip-directory.ts';
import { partBytes } from './zip-part.ts';

/** The text with a given number in a workbook's common table; undefined for a number beyond it. */
export type SharedStrings = (index: number) => string | undefined;

const bytesMax = 256 * 1024 * 1024;

/**
 * Reads the common texts of a workbook into one block of bytes: three million names and phones take
 * 50 MB so, and 250 MB as JavaScript strings. Refuses `sheet_limits` beyond 256 MB or for a text
 * longer than a cell may be, `file_rejected` for damage.
 */
export async function readSharedStrings(
  path: string,
  part: ZipPart | undefined,
  limits: FileLimits,
): Promise<SharedStrings> {
  const store = createStore();
  if (part === undefined) return store.at;
  const piece = createTextCollector(limits.cellCharactersMax);
  const reader = createXmlReader({
    open: (name) => piece.open(name),
    close(name) {
      piece.close(name);
      if (name === 'si') store.add(piece.take());
    },
    text: (text) => piece.text(text),
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of partBytes(path, part)) {
    reader.write(decoder.decode(chunk, { stream: true }));
  }
  reader.end();
  return store.at;
}

/**
 * Gathers the text of one string: all its `t` elements, plain or in runs, without the readings
 * (`rPh`) that East Asian workbooks put beside them.
 */
export function createTextCollector(charactersMax: number) {
  let gathered = '';
  let inText = false;
  let inReading = false;
  return {
    open(name: string): void {
      if (name === 't') inText = true;
      else if (name === 'rPh') inReading = true;
    },
    close(name: string): void {
      if (name === 't') inText = false;
      else if (name === 'rPh') inReading = false;
    },
    text(text: string): void {
      if (!inText || inReading) return;
      gathered += text;
      if (gathered.length > charactersMax)
        refuse('sheet_limits', { cellCharactersMax: charactersMax });
    },
    take(): string {
      const whole = withoutEscapes(gathered);
      gathered = '';
      return whole;
    },
  };
}

/** Spreadsheets write characters that XML cannot hold as `_x000D_`. */
export function withoutEscapes(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replaceAll(/_x([0-9A-Fa-f]{4})_/gu, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function createStore() {
  let bytes = Buffer.alloc(64 * 1024);
  let ends = new Uint32Array(4096);
  let count = 0;
  let used = 0;
  return {
    add(text: string): void {
      const needed = used + Buffer.byteLength(text);
      if (needed > bytesMax) refuse('sheet_limits', { textBytesMax: bytesMax });
      if (needed > bytes.length) bytes = Buffer.concat([bytes], Math.max(needed, bytes.length * 2));
      if (count === ends.length) {
        const longer = new Uint32Array(count * 2);
        longer.set(ends);
        ends = longer;
      }
      used += bytes.write(text, used);
      ends[count] = used;
      count += 1;
    },
    at(index: number): string | undefined {
      if (!Number.isInteger(index) || index < 0 || index >= count) return undefined;
      return bytes.toString('utf8', index === 0 ? 0 : ends[index - 1], ends[index]);
    },
  };
}
