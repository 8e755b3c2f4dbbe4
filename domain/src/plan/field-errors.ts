import { type Finding, finding } from './findings.ts';

/** One complaint of a JSON Schema validator, with the schema and the value it speaks of. */
export type SchemaComplaint = {
  readonly keyword: string;
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly description: string | undefined;
  readonly value: unknown;
};

/** No reader gets through more than this many wrong fields at once. */
const fieldErrorsMax = 50;

/**
 * The complaints a person can act on: where a value may have several forms, those about the form it
 * evidently has, or else one sentence that names the forms.
 */
export function fieldErrors(complaints: readonly SchemaComplaint[]): readonly Finding[] {
  const unions = complaints
    .filter((complaint) => complaint.keyword === 'anyOf')
    .toSorted((a, b) => a.schemaPath.length - b.schemaPath.length);
  let kept = complaints;
  for (const union of unions) if (kept.includes(union)) kept = settle(union, kept);
  return kept.slice(0, fieldErrorsMax).map((complaint) =>
    finding('plan_field_invalid', {
      message: sentence(complaint),
      pointer: pointerOf(complaint),
      figures: { rule: complaint.keyword },
    }),
  );
}

function settle(
  union: SchemaComplaint,
  complaints: readonly SchemaComplaint[],
): readonly SchemaComplaint[] {
  const below = complaints.filter((one) => isBelow(one, union));
  const rest = complaints.filter((one) => !isBelow(one, union));
  const branch = evidentBranch(union, below);
  if (branch === undefined) return rest;
  const own = below.filter((one) => branchOf(one, union) === branch);
  return [...rest.filter((one) => one !== union), ...own];
}

function isBelow(one: SchemaComplaint, union: SchemaComplaint): boolean {
  const same = one.instancePath === union.instancePath;
  const deeper = one.instancePath.startsWith(`${union.instancePath}/`);
  return one !== union && (same || deeper) && one.schemaPath.startsWith(`${union.schemaPath}/`);
}

function branchOf(one: SchemaComplaint, union: SchemaComplaint): string {
  return one.schemaPath.slice(union.schemaPath.length + 1).split('/')[0] ?? '';
}

/** `stated` values say by their keys which form they have; others by failing only further down. */
function evidentBranch(
  union: SchemaComplaint,
  below: readonly SchemaComplaint[],
): string | undefined {
  if (union.description?.includes('resolved_by') === true) {
    const { value } = union;
    const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
    return keys.includes('effective') || keys.includes('printed') ? '1' : '0';
  }
  const branches = new Set(below.map((one) => branchOf(one, union)));
  return [...branches].find((branch) =>
    below
      .filter((one) => branchOf(one, union) === branch)
      .every((one) => one.instancePath !== union.instancePath),
  );
}

function pointerOf(complaint: SchemaComplaint): string {
  const extra = complaint.params['additionalProperty'];
  if (typeof extra !== 'string') return complaint.instancePath;
  return `${complaint.instancePath}/${extra.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

const typeNames: Readonly<Record<string, string>> = {
  string: '文字',
  number: '数字',
  integer: '整数',
  boolean: 'true 或 false',
  object: '一组字段',
  array: '列表',
  null: '空（null）',
};

function sentence(complaint: SchemaComplaint): string {
  const { keyword, params, description } = complaint;
  const expected = description === undefined ? '' : `，应为：${description}`;
  switch (keyword) {
    case 'required':
      return `缺少字段“${String(params['missingProperty'])}”`;
    case 'additionalProperties':
      return `不认识的字段“${String(params['additionalProperty']).slice(0, 60)}”`;
    case 'type':
      return `类型不对，应为${typeNames[String(params['type'])] ?? String(params['type'])}`;
    case 'minItems':
      return `列表至少要有${String(params['limit'])}项`;
    case 'maxItems':
      return `列表至多${String(params['limit'])}项`;
    case 'minLength':
      return '不能为空';
    case 'maxLength':
      return `文字过长，至多${String(params['limit'])}字`;
    case 'minimum':
      return `数值过小，不得小于${String(params['limit'])}`;
    case 'maximum':
      return `数值过大，不得大于${String(params['limit'])}`;
    default:
      return `写法不对${expected}`;
  }
}
