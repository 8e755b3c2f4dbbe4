import { fileURLToPath } from 'node:url';
import Pdf from 'pdfkit';
import { instantText } from '@huiquan/domain/instant.ts';
import { type Report, type Table, roundingPolicy } from './report.ts';

const fontFile = '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf';
const page = { margin: 48, width: 595.28, height: 841.89 } as const;
const inner = page.width - 2 * page.margin;
const bottom = page.height - page.margin - 24;
const [ink, faint, line, brand] = ['#1f1f1f', '#5c5c5c', '#d9d9d9', '#b3261e'];
const cell = { size: 8.5, padX: 4, padY: 3.5 } as const;

type Document = PDFKit.PDFDocument;

/** Widths that share the line as the texts need it: a column never gets more than it has to say. */
function widthsOf(doc: Document, { header, rows }: Table): readonly number[] {
  doc.fontSize(cell.size);
  const wanted = header.map((title, column) => {
    const texts = [title, ...rows.map((row) => row[column] ?? '')];
    return Math.max(...texts.map((text) => doc.widthOfString(text))) + 2 * cell.padX + 1;
  });
  const all = wanted.reduce((sum, width) => sum + width, 0);
  if (all <= inner) return wanted.map((width) => (width * inner) / all);
  // What is short stays whole, what is long wraps in the rest.
  const fair = inner / wanted.length;
  const short = wanted.filter((width) => width <= fair);
  const left = inner - short.reduce((sum, width) => sum + width, 0);
  const long = wanted.filter((width) => width > fair).reduce((sum, width) => sum + width, 0);
  return wanted.map((width) => (width <= fair ? width : (width * left) / long));
}

const isNumber = (text: string) => /^-?[\d,.]+%?$|^无$|^一致$/u.test(text);

function drawRow(
  doc: Document,
  cells: readonly string[],
  { widths, isHead }: { readonly widths: readonly number[]; readonly isHead: boolean },
): void {
  doc.fontSize(cell.size);
  const boxes = widths.map((width) => width - 2 * cell.padX);
  const heights = boxes.map((width, column) => doc.heightOfString(cells[column] ?? '', { width }));
  const height = Math.max(...heights) + 2 * cell.padY;
  if (doc.y + height > bottom) doc.addPage();
  const top = doc.y;
  if (isHead) doc.rect(page.margin, top, inner, height).fill('#f6f1ee');
  let x: number = page.margin;
  for (const [column, width] of widths.entries()) {
    const text = cells[column] ?? '';
    const align = column > 0 && isNumber(text) ? 'right' : 'left';
    doc.fillColor(isHead ? faint : ink);
    doc.text(text, x + cell.padX, top + cell.padY, { width: width - 2 * cell.padX, align });
    x += width;
  }
  const end = page.margin + inner;
  doc
    .moveTo(page.margin, top + height)
    .lineTo(end, top + height)
    .lineWidth(0.5)
    .stroke(line);
  doc.x = page.margin;
  doc.y = top + height;
}

function drawTable(doc: Document, table: Table): void {
  const widths = widthsOf(doc, table);
  if (doc.y + 80 > bottom) doc.addPage();
  doc.moveDown(0.8).fontSize(12).fillColor(ink).text(table.title, page.margin).moveDown(0.4);
  drawRow(doc, table.header, { widths, isHead: true });
  for (const row of table.rows) drawRow(doc, row, { widths, isHead: false });
}

function drawFeet(doc: Document, foot: string): void {
  const { start, count } = doc.bufferedPageRange();
  for (let number = start; number < start + count; number += 1) {
    doc.switchToPage(number);
    // Below the margin a text would open a new page.
    doc.page.margins.bottom = 0;
    const words = `${foot}    第 ${number + 1} 页，共 ${count} 页`;
    doc.fontSize(7).fillColor(faint);
    doc.text(words, page.margin, page.height - 36, { width: inner, lineBreak: false });
  }
}

/**
 * The report as a PDF of A4 pages. Every page carries the cut-off and the hash that the page and
 * the workbook of the same cut-off carry.
 * @policy SX20E; requirement A1
 */
export async function printReport(report: Report, hash: string): Promise<Buffer> {
  const { name, code, asOf, notBuilt } = report.evaluation;
  const doc = new Pdf({
    size: 'A4',
    margin: page.margin,
    bufferPages: true,
    lang: 'zh-CN',
    font: fileURLToPath(import.meta.resolve(fontFile)),
    info: { Title: `${name}评估`, Author: '惠券' },
  });
  const pieces: Buffer[] = [];
  doc.on('data', (piece: Buffer) => pieces.push(piece));
  const ended = new Promise((resolve) => {
    doc.on('end', resolve);
  });
  doc.fontSize(20).fillColor(brand).text(`${name}评估`);
  doc.moveDown(0.3).fontSize(9).fillColor(faint);
  doc.text(`活动编号 ${code}　截至 ${instantText(asOf)}　数字全部出自账本与登记簿`);
  doc.text(`内容摘要 ${hash}`);
  for (const table of report.tables) drawTable(doc, table);
  doc.moveDown(1).fontSize(8).fillColor(faint).text(roundingPolicy, page.margin, doc.y, {
    width: inner,
  });
  if (notBuilt.length > 0) doc.text(`本系统尚不能办理、账上没有的：${notBuilt.join('、')}。`);
  drawFeet(doc, `${name}评估　截至 ${instantText(asOf)}　${hash.slice(0, 16)}`);
  doc.end();
  await ended;
  return Buffer.concat(pieces);
}
