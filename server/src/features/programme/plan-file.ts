import { amendedPlanFile } from '@huiquan/domain/plan/amend.ts';
import { checkPlan, hasErrors } from '@huiquan/domain/plan/check.ts';
import type { Plan } from '@huiquan/domain/plan/effective-plan.ts';
import { fieldErrors, type SchemaComplaint } from '@huiquan/domain/plan/field-errors.ts';
import { type Finding, finding } from '@huiquan/domain/plan/findings.ts';
import { normalizePlan } from '@huiquan/domain/plan/normalize.ts';
import { PlanFile } from '@huiquan/domain/plan/plan.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { type ErrorObject, Ajv2020 } from 'ajv/dist/2020.js';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';

/** Largest file read, in UTF-16 units; the longest of the shipped plans has about 15,000. */
export const planFileMax = 400_000;
const aliasesMax = 100;
const nestingMax = 60;

/** A finding with its place in the file, both counted from 1. */
export type PlacedFinding = Finding & { readonly line?: number; readonly column?: number };

/** What a file turned out to be: `file` when it obeys the schema, `plan` when it can run. */
export type CheckedPlanFile = {
  readonly file?: PlanFile;
  readonly plan?: Plan;
  readonly findings: readonly PlacedFinding[];
};

// Compiled when the first plan is checked, and not made shorter: it would take each process that
// starts 0.8 s, and the checks of a plan a few milliseconds less.
const options = { allErrors: true, verbose: true, strict: false, code: { optimize: false } };
const makeCheck = () => new Ajv2020(options).compile<PlanFile>(PlanFile);
let made: ReturnType<typeof makeCheck> | undefined;
const planCheck = () => (made ??= makeCheck());

/**
 * Reads and checks a programme file of any content: a wrong one gives findings with pointer, line
 * and column, never an exception. `plan` is missing as soon as one finding is an error.
 * @policy requirements P1, P3
 */
export function checkPlanFile(text: string): CheckedPlanFile {
  const read = readYaml(text);
  if (read.value === undefined) return { findings: read.findings };
  const checked = checkPlanValue(read.value);
  const placed = checked.findings.map((one) => place(one, read.at));
  return { ...checked, findings: checked.file === undefined ? inOrder(placed) : placed };
}

/** As `checkPlanFile`, for a plan that is data already (JSON from the wire or from the store). */
export function checkPlanValue(value: unknown): CheckedPlanFile {
  const isPlanFile = planCheck();
  if (!isPlanFile(value)) {
    return { findings: fieldErrors((isPlanFile.errors ?? []).map(complaintOf)) };
  }
  const own = checkPlan(value);
  if (hasErrors(own)) return { file: value, findings: own };
  const amendments = checkAmendments(value);
  const findings = [...amendments, ...own];
  if (amendments.length > 0) return { file: value, findings };
  return { file: value, plan: normalizePlan(value), findings };
}

/**
 * The file after its first `count` amendments, checked like any other. A pointer that leads nowhere
 * or a value that breaks the plan is an `amendment_invalid`.
 */
export function amendPlan(file: PlanFile, count: number): CheckedPlanFile {
  try {
    return checkPlanValue(amendedPlanFile(file, count));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const message = `改动之处在文件中不存在：${String(error.details['pointer'])}`;
    return { findings: [finding('amendment_invalid', { message, pointer: '/amendments' })] };
  }
}

function checkAmendments(file: PlanFile): readonly Finding[] {
  return (file.amendments ?? []).flatMap((amendment, index) => {
    const { amendments = [], ...rest } = file;
    const sofar = { ...rest, amendments: amendments.slice(0, index + 1) };
    const amended = amendPlan(sofar, index + 1).findings;
    const first = amended.find((one) => one.severity === 'error');
    if (first === undefined) return [];
    const message = `按“${amendment.document}”修改后方案不成立：${first.message}`;
    const figures = { document: amendment.document, code: first.code };
    const pointer = `/amendments/${index}`;
    const { clause } = amendment;
    return [finding('amendment_invalid', { clause, message, figures, pointer })];
  });
}

function complaintOf(error: ErrorObject): SchemaComplaint {
  const { keyword, instancePath, schemaPath, params, parentSchema, data } = error;
  const description: unknown = parentSchema?.['description'];
  return {
    keyword,
    instancePath,
    schemaPath,
    params,
    description: typeof description === 'string' ? description : undefined,
    value: data,
  };
}

type Place = { readonly line: number; readonly column: number };
type Reading = {
  readonly value?: unknown;
  readonly findings: readonly PlacedFinding[];
  readonly at: (pointer: string) => Place | undefined;
};

function unreadable(message: string, at?: Place, rule = 'yaml'): Reading {
  const found = finding('plan_unreadable', { message, figures: { rule } });
  return { findings: [{ ...found, ...at }], at: () => undefined };
}

const yamlErrors: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: '同一层里字段重复，请只保留一个',
  TAB_AS_INDENT: '缩进用了制表符，请改用空格',
  BAD_INDENT: '缩进不一致',
  BAD_ALIAS: '引用（*）没有对应的锚点（&）',
  MULTIPLE_DOCS: '一个文件只能写一份方案，不能用 --- 分成几份',
  MISSING_CHAR: '缺少标点或引号',
  UNEXPECTED_TOKEN: '此处的内容多余或位置不对',
  TAG_RESOLVE_FAILED: '不支持的标签（!）',
  BLOCK_AS_IMPLICIT_KEY: '冒号的位置不对',
  MULTILINE_IMPLICIT_KEY: '字段名不能跨行',
};

/** YAML 1.2, core schema: no dates, no sexagesimal numbers, no merge keys, few aliases. */
function readYaml(text: string): Reading {
  if (text.length > planFileMax) return unreadable(`文件过大，超过${planFileMax}字`);
  const control = /[\p{Cc}\p{Cs}]/u.exec(text.replaceAll(/[\t\n\r]/g, ' '));
  if (control !== null) return unreadable('文件含有不可见的控制字符', placeIn(text, control.index));
  if (isTooDeep(text)) return unreadable(`括号嵌套过深，超过${nestingMax}层`);
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      uniqueKeys: true,
      prettyErrors: false,
      merge: false,
      logLevel: 'error',
      lineCounter: lines,
    });
    const problem = document.errors[0] ?? document.warnings[0];
    if (problem !== undefined) {
      const { line, col } = lines.linePos(problem.pos[0]);
      const message = yamlErrors[problem.code] ?? '写法有误，无法读取';
      return unreadable(message, { line, column: col }, problem.code);
    }
    if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
      return unreadable('只支持 YAML 1.2，请去掉首行的 %YAML');
    }
    const value: unknown = document.toJS({ maxAliasCount: aliasesMax });
    if (typeof value !== 'object' || value === null)
      return unreadable('文件是空的，或不是一份方案');
    if (!isTree(value)) return unreadable('引用（*）指向自己，无法展开');
    return { value, findings: [], at: (pointer) => placeOf(document, lines, pointer) };
  } catch (error) {
    // the parser throws for too many aliases (ReferenceError) and for nesting beyond the stack
    if (error instanceof ReferenceError) return unreadable('引用（*）过多，或没有对应的锚点（&）');
    if (error instanceof RangeError) return unreadable('嵌套过深，无法读取');
    throw error;
  }
}

/** Anchors can make a value hold itself; nothing that walks a plan would come to an end. */
function isTree(value: unknown): boolean {
  try {
    return JSON.stringify(value).length > 0;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function placeIn(text: string, index: number): Place {
  const before = text.slice(0, index).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/** Flow brackets nest without limit in one line; counting them is cheaper than a full stack. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    if (character === ']' || character === '}') depth -= 1;
    if (depth > nestingMax) return true;
  }
  return false;
}

/** The place of the key or item that `pointer` names, or of the nearest thing around it. */
function placeOf(document: Document, lines: LineCounter, pointer: string): Place | undefined {
  const path = pointer.split('/').slice(1).map(unescaped);
  for (let length = path.length; length >= 0; length -= 1) {
    const start = startOf(document, path.slice(0, length));
    if (start === undefined) continue;
    const { line, col } = lines.linePos(start);
    return { line, column: col };
  }
  return undefined;
}

function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

function startOf(document: Document, path: readonly string[]): number | undefined {
  const parent: unknown = document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (last !== undefined && isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === last);
    return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
  }
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

function inOrder(findings: readonly PlacedFinding[]): readonly PlacedFinding[] {
  return findings.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function place(found: Finding, at: Reading['at']): PlacedFinding {
  return { ...found, ...at(found.pointer) };
}
