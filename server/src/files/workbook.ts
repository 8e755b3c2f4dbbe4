import { refuse } from '@huiquan/domain/refusals.ts';
import { attribute, createXmlReader } from './xml-reader.ts';
import type { ZipPart } from './zip-directory.ts';
import { partBytes, partText } from './zip-part.ts';

/** Where the rows of a workbook stand and what is needed to read them. */
export type Workbook = {
  readonly sheet: ZipPart;
  readonly strings: ZipPart | undefined;
  /** The cell styles, by number, that show a number as a date. */
  readonly dateStyles: ReadonlySet<number>;
  readonly from1904: boolean;
};

type Parts = ReadonlyMap<string, ZipPart>;
type Element = { readonly name: string; readonly parent: string; readonly attributes: string };
type Relation = { readonly id: string; readonly kind: string; readonly target: string };

/** Excel allows 65,000 cell styles; the other parts read whole are far smaller. */
const elementsMax = 100_000;
const partBytesMax = 8 * 1024 * 1024;
const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml';
const programs = /\.(?:exe|dll|com|scr|bat|cmd|ps1|vbs|js|jar|msi|sh|lnk)$|vbaProject/iu;
const outside = /^xl\/(?:externalLinks|embeddings|activeX|queryTables|connections)/iu;

/**
 * Checks that the zip file at `path` is a plain workbook and finds its first visible sheet. Refuses
 * `file_type_not_allowed` for another kind of file, programs or macros; `file_rejected` for a DTD
 * in
 * any part, links to other files, embedded objects, or a structure that does not hold together.
 */
export async function openWorkbook(path: string, parts: Parts): Promise<Workbook> {
  const types = parts.get('[Content_Types].xml');
  if (types === undefined) refuse('file_type_not_allowed', { reason: 'not_a_workbook' });
  for (const name of parts.keys()) {
    if (programs.test(name)) refuse('file_type_not_allowed', { reason: 'program' });
    if (outside.test(name)) refuse('file_rejected', { reason: 'external' });
  }
  for (const part of parts.values()) await refuseUnsafePart(path, part);
  await refuseOtherTypes(path, types);

  const bookName = (await relationsOf(path, parts, '')).find((one) =>
    one.kind.endsWith('/officeDocument'),
  )?.target;
  const book = await elementsOf(path, parts.get(bookName ?? ''));
  const relations = await relationsOf(path, parts, bookName ?? '');
  const partOf = (kind: string): ZipPart | undefined =>
    parts.get(relations.find((relation) => relation.kind.endsWith(kind))?.target ?? '');
  const visible = book.find(
    (element) =>
      element.name === 'sheet' && !/hidden/iu.test(attribute(element.attributes, 'state') ?? ''),
  );
  const id = attribute(visible?.attributes ?? '', 'id');
  const relation = relations.find((one) => one.id === id && one.kind.endsWith('/worksheet'));
  const sheet = parts.get(relation?.target ?? '');
  if (sheet === undefined) refuse('file_rejected', { reason: 'no_visible_sheet' });
  const settings = book.find((element) => element.name === 'workbookPr')?.attributes ?? '';
  const styles = partOf('/styles');
  return {
    sheet,
    strings: partOf('/sharedStrings'),
    dateStyles: styles === undefined ? new Set() : dateStylesIn(await elementsOf(path, styles)),
    from1904: /^(?:1|true)$/u.test(attribute(settings, 'date1904') ?? ''),
  };
}

async function refuseOtherTypes(path: string, types: ZipPart): Promise<void> {
  const kinds = (await elementsOf(path, types)).map(
    (element) => attribute(element.attributes, 'ContentType') ?? '',
  );
  const macro = kinds.some((kind) => /macroEnabled|vbaProject/iu.test(kind));
  if (macro || !kinds.includes(workbookType)) {
    refuse('file_type_not_allowed', { reason: macro ? 'macro' : 'not_a_workbook' });
  }
}

/**
 * A DTD can only stand before the root element, so the first piece of each part decides. Links
 * stand in relation parts, which are small and read whole; a web link in a cell is only text here.
 */
async function refuseUnsafePart(path: string, part: ZipPart): Promise<void> {
  if (!/\.(?:xml|rels|vml)$/iu.test(part.name)) return;
  for await (const piece of partBytes(path, part)) {
    const head = piece.toString('utf8');
    const safe = /^\uFEFF?\s*(?:<\?[^>]*\?>\s*|<!--[\s\S]*?-->\s*)*<[A-Za-z_]/u.test(head);
    const encoding = /^\uFEFF?\s*<\?xml[^>]*encoding\s*=\s*["']([^"']*)/u.exec(head)?.[1];
    if (!safe || !/^(?:utf-?8|us-ascii)$/iu.test(encoding ?? 'utf-8')) {
      refuse('file_rejected', { reason: 'xml_dtd', part: part.name.slice(0, 100) });
    }
    break;
  }
  if (!part.name.endsWith('.rels')) return;
  for (const { attributes } of await elementsOf(path, part)) {
    const external = /external/iu.test(attribute(attributes, 'TargetMode') ?? '');
    if (external && !(attribute(attributes, 'Type') ?? '').endsWith('/hyperlink')) {
      refuse('file_rejected', { reason: 'external' });
    }
  }
}

async function relationsOf(path: string, parts: Parts, owner: string): Promise<Relation[]> {
  const slash = owner.lastIndexOf('/') + 1;
  const folder = owner.slice(0, slash);
  const part = parts.get(`${folder}_rels/${owner.slice(slash)}.rels`);
  return (await elementsOf(path, part))
    .filter((element) => element.name === 'Relationship')
    .map(({ attributes }) => ({
      id: attribute(attributes, 'Id') ?? '',
      kind: attribute(attributes, 'Type') ?? '',
      target: resolved(folder, attribute(attributes, 'Target') ?? ''),
    }));
}

function resolved(folder: string, target: string): string {
  if (target.startsWith('/')) return target.slice(1);
  const steps: string[] = [];
  for (const step of `${folder}${target}`.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '.') steps.push(step);
  }
  return steps.join('/');
}

async function elementsOf(path: string, part: ZipPart | undefined): Promise<Element[]> {
  if (part === undefined) refuse('file_rejected', { reason: 'part_missing' });
  const elements: Element[] = [];
  const parents: string[] = [];
  const reader = createXmlReader({
    open(name, attributes) {
      if (elements.length === elementsMax) refuse('file_rejected', { reason: 'part_too_large' });
      elements.push({ name, attributes, parent: parents.at(-1) ?? '' });
      parents.push(name);
    },
    close: () => void parents.pop(),
    text() {},
  });
  reader.write(await partText(path, part, partBytesMax));
  reader.end();
  return elements;
}

function dateStylesIn(styles: readonly Element[]): ReadonlySet<number> {
  const dateFormats = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47]);
  for (let format = 27; format <= 58; format += 1) {
    if (format <= 36 || format >= 50) dateFormats.add(format);
  }
  for (const { name, attributes } of styles) {
    if (name !== 'numFmt') continue;
    const code = attribute(attributes, 'formatCode') ?? '';
    if (isDateFormat(code)) dateFormats.add(Number(attribute(attributes, 'numFmtId')));
  }
  const dateStyles = new Set<number>();
  const cellStyles = styles.filter((one) => one.name === 'xf' && one.parent === 'cellXfs');
  for (const [index, { attributes }] of cellStyles.entries()) {
    if (dateFormats.has(Number(attribute(attributes, 'numFmtId')))) dateStyles.add(index);
  }
  return dateStyles;
}

/** A format code with a year, day or hour in it, outside quotes, escapes and brackets. */
function isDateFormat(code: string): boolean {
  return /[ydh]/iu.test(code.replaceAll(/"[^"]*"|\\.|\[[^\]]*\]|_.|General/giu, ''));
}
