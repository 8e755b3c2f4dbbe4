import { refuse } from '@huiquan/domain/refusals.ts';

/** What a reader of XML hears. Names come without prefix, attributes as written (`attribute`). */
export type XmlHandlers = {
  readonly open: (name: string, attributes: string) => void;
  readonly close: (name: string) => void;
  readonly text: (text: string) => void;
};

/** Takes a document piece by piece; `end` after the last. */
export type XmlReader = { write(piece: string): void; end(): void };

/** The longest tag or comment; spreadsheet programs stay below 10,000 characters. */
const tokenMax = 256 * 1024;
const depthMax = 64;
const entities = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/**
 * Reads the XML that spreadsheets hold, and nothing beyond: a DTD, an entity of its own, an
 * unclosed
 * or crossed element, a token or nesting without end is refused (`file_rejected`), so nothing can
 * be
 * fetched, expanded or cut off unnoticed. Long texts arrive in several pieces.
 */
export function createXmlReader(handlers: XmlHandlers): XmlReader {
  const state: State = { rest: '', finished: false, path: [], handlers };
  return {
    write(piece) {
      state.rest += piece;
      const at = readTokens(state);
      state.rest = state.rest.slice(at);
      if (state.rest.length > tokenMax) refuse('file_rejected', { reason: 'xml_token' });
    },
    end() {
      readText(state, 0, state.rest.length);
      if (!state.finished || state.rest.includes('<')) malformed();
    },
  };
}

/** What is not read yet, whether the root is closed, the open elements. */
type State = { rest: string; finished: boolean; path: string[]; readonly handlers: XmlHandlers };

/** Reads what is complete in `rest`; answers where the incomplete begins. */
function readTokens(state: State): number {
  const { rest } = state;
  for (let at = 0; ;) {
    const next = rest.indexOf('<', at);
    const textEnd = next < 0 ? wholeTextEnd(rest, at) : next;
    readText(state, at, textEnd);
    if (next < 0) return textEnd;
    const end = readToken(state, next);
    if (end < 0) return next;
    at = end;
  }
}

/** Reads the token that begins at `from`; answers its end, or -1 when more must come. */
function readToken(state: State, from: number): number {
  const { rest } = state;
  const second = rest.charCodeAt(from + 1);
  if (second === 0x2f) return readClosing(state, from);
  if (second === 0x3f) return skip(rest, from, '?>');
  if (second !== 0x21) return readOpening(state, from);
  if (rest.startsWith('<!--', from)) return skip(rest, from, '-->');
  if (rest.startsWith('<![CDATA[', from)) return readCharacterData(state, from);
  if (rest.length - from >= 9) refuse('file_rejected', { reason: 'xml_dtd' });
  return -1;
}

function skip(rest: string, from: number, mark: string): number {
  const at = rest.indexOf(mark, from + 2);
  return at < 0 ? -1 : at + mark.length;
}

function readCharacterData({ rest, path, handlers }: State, from: number): number {
  const at = rest.indexOf(']]>', from + 9);
  if (at < 0) return -1;
  if (path.length === 0) malformed();
  handlers.text(rest.slice(from + 9, at));
  return at + 3;
}

function readClosing(state: State, from: number): number {
  const at = state.rest.indexOf('>', from + 2);
  if (at < 0) return -1;
  const name = localName(state.rest.slice(from + 2, at).trimEnd());
  if (state.path.pop() !== name) malformed();
  closed(state, name);
  return at + 1;
}

function readOpening(state: State, from: number): number {
  const { rest, path } = state;
  const at = tagEnd(rest, from + 1);
  if (at < 0) return -1;
  const empty = rest.charCodeAt(at - 1) === 0x2f;
  const tag = rest.slice(from + 1, empty ? at - 1 : at);
  const space = spaceIn(tag);
  const name = localName(space < 0 ? tag : tag.slice(0, space));
  if (state.finished || name === '' || path.length >= depthMax) malformed();
  state.handlers.open(name, space < 0 ? '' : tag.slice(space));
  if (empty) closed(state, name);
  else path.push(name);
  return at + 1;
}

function closed(state: State, name: string): void {
  state.handlers.close(name);
  state.finished = state.path.length === 0;
}

function readText({ rest, path, handlers }: State, from: number, to: number): void {
  if (from >= to) return;
  const piece = rest.slice(from, to);
  if (path.length > 0) handlers.text(unescaped(piece));
  else if (/\S/u.test(piece.replace('\uFEFF', ''))) malformed();
}

/** The value of attribute `name` in what `open` was given; undefined when it is not there. */
export function attribute(attributes: string, name: string): string | undefined {
  const usual = attributes.indexOf(` ${name}="`);
  if (usual >= 0) {
    const start = usual + name.length + 3;
    return unescaped(attributes.slice(start, attributes.indexOf('"', start)));
  }
  for (let at = attributes.indexOf(name); at >= 0; at = attributes.indexOf(name, at + 1)) {
    const before = attributes.charCodeAt(at - 1);
    if (before > 0x20 && before !== 0x3a) continue;
    const match = /^\s*=\s*(?:"([^"]*)"|'([^']*)')/u.exec(attributes.slice(at + name.length));
    if (match !== null) return unescaped(match[1] ?? match[2] ?? '');
  }
  return undefined;
}

/** The `>` that ends a tag: one inside quotes is part of a value. */
function tagEnd(xml: string, from: number): number {
  let quote = 0;
  for (let at = from; at < xml.length; at += 1) {
    const code = xml.charCodeAt(at);
    if (quote !== 0) {
      if (code === quote) quote = 0;
    } else if (code === 0x3e) return at;
    else if (code === 0x22 || code === 0x27) quote = code;
  }
  return -1;
}

/** How far text may be handed on: an entity or a surrogate pair is not cut in two. */
function wholeTextEnd(xml: string, from: number): number {
  const entity = xml.lastIndexOf('&');
  if (entity >= from && xml.length - entity < 12 && !xml.includes(';', entity)) return entity;
  const last = xml.charCodeAt(xml.length - 1);
  return last >= 0xd800 && last <= 0xdbff ? xml.length - 1 : xml.length;
}

function unescaped(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]+)?;?/giu, (whole, reference) => {
    if (!whole.endsWith(';') || typeof reference !== 'string') malformed();
    if (!reference.startsWith('#')) return entities.get(reference) ?? malformed();
    const hex = /^#x/iu.test(reference);
    const code = Number.parseInt(reference.slice(hex ? 2 : 1), hex ? 16 : 10);
    const allowed = code === 9 || code === 10 || code === 13 || (code >= 32 && code <= 0x10ffff);
    if (!allowed || (code >= 0xd800 && code <= 0xdfff)) malformed();
    return String.fromCodePoint(code);
  });
}

function spaceIn(tag: string): number {
  const space = tag.indexOf(' ');
  return /[\t\r\n]/u.test(tag) ? tag.search(/\s/u) : space;
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

function malformed(): never {
  refuse('file_rejected', { reason: 'xml' });
}
