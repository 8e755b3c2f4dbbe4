import { inflateSync } from 'node:zlib';

// A stream may end in any byte: only the line feed before its end is not its own.
const streams = /stream\n([\s\S]*?)\nendstream/g;

function inflated(bytes: Buffer): string {
  try {
    return inflateSync(bytes).toString('latin1');
  } catch {
    return '';
  }
}

const fromHex = (hex: string) =>
  Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le');

/** What each glyph of the embedded font stands for, as its ToUnicode map says. */
function glyphsIn(map: string): ReadonlyMap<number, string> {
  const glyphs = new Map<number, string>();
  for (const range of map.matchAll(/<([\da-f]{4})> <[\da-f]{4}> \[([^\]]*)\]/gi)) {
    const [, from = '', list = ''] = range;
    // A glyph that stands for two letters (ff) has both, apart.
    for (const [offset, [, hex = '']] of Array.from(list.matchAll(/<([\da-f ]+)>/gi)).entries()) {
      glyphs.set(Number.parseInt(from, 16) + offset, fromHex(hex));
    }
  }
  return glyphs;
}

/** The texts of a PDF that is set in one embedded font, in the order they are drawn. */
export function pdfTexts(pdf: Buffer): readonly string[] {
  const source = pdf.toString('latin1');
  const parts = Array.from(source.matchAll(streams), ([, body = '']) =>
    inflated(Buffer.from(body, 'latin1')),
  );
  const glyphs = glyphsIn(parts.find((part) => part.includes('beginbfrange')) ?? '');
  return parts.flatMap((part) =>
    Array.from(part.matchAll(/\[([^\]]*)\] TJ/g), ([, pieces = '']) =>
      Array.from(pieces.matchAll(/<([\da-f]+)>/gi), ([, hex = '']) => hex)
        .join('')
        .replaceAll(/[\da-f]{4}/gi, (code) => glyphs.get(Number.parseInt(code, 16)) ?? '?'),
    ),
  );
}
