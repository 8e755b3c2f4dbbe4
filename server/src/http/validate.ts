import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { isMasked } from '@huiquan/domain/identity/masks.ts';
import { type FieldError, refuse } from '@huiquan/domain/refusals.ts';

/** A JSON Schema as the contracts write it: the keywords that wire.ts and TypeBox make. */
type Schema = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly maxItems?: number;
  readonly minItems?: number;
  readonly 'x-code'?: string;
  readonly 'x-any'?: boolean;
  readonly 'x-personal'?: boolean;
};

const texts: Readonly<Record<string, string>> = {
  required: '必填',
  unknown_field: '不认识的字段',
  invalid_amount: '金额应为整数分',
  invalid_text: '含有不允许的字符',
  invalid_type: '类型不正确',
  invalid_enum: '不是可选的值',
  invalid_date: '日期或时间不正确',
  invalid_id_number: '身份证号码不正确',
  invalid_phone: '手机号码不正确',
  invalid_number: '数值超出范围',
  invalid_format: '格式不正确',
  too_long: '过长',
  too_short: '过短',
  masked_value: '不能提交带星号的脱敏内容',
};

/** A wrong field with its Chinese text. */
export function fieldError(pointer: string, code: string): FieldError {
  return { pointer, code, text: texts[code] ?? '填写有误' };
}

function mapSchemas(schema: unknown, change: (node: object) => object): unknown {
  if (Array.isArray(schema)) return schema.map((item) => mapSchemas(item, change));
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [key, mapSchemas(value, change)]);
  return change(Object.fromEntries(entries) as object);
}

/** `schema` as plain JSON Schema whose objects take no field they do not name. */
export function closedSchema(schema: TSchema): Schema {
  const close = (node: object) =>
    'properties' in node &&
    'type' in node &&
    node.type === 'object' &&
    !('additionalProperties' in node)
      ? { ...node, additionalProperties: false }
      : node;
  return mapSchemas(schema, close) as Schema;
}

type Found = FieldError[];
const errorsMax = 50;

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

function objectProblems(schema: Schema, value: object, pointer: string): Found {
  const found: Found = [];
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) found.push(fieldError(`${pointer}/${name}`, 'required'));
  }
  for (const [key, item] of Object.entries(value)) {
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100)}`;
    const known =
      schema.properties !== undefined && Object.hasOwn(schema.properties, key)
        ? schema.properties[key]
        : undefined;
    if (known !== undefined) found.push(...problems(known, item, at));
    else if (key === '__proto__' || schema.additionalProperties === false) {
      found.push(fieldError(at, 'unknown_field'));
    } else if (typeof schema.additionalProperties === 'object') {
      found.push(...problems(schema.additionalProperties, item, at));
    }
    if (found.length > errorsMax) break;
  }
  return found;
}

function arrayProblems(schema: Schema, value: readonly unknown[], pointer: string): Found {
  if (value.length > (schema.maxItems ?? Infinity)) return [fieldError(pointer, 'too_long')];
  if (value.length < (schema.minItems ?? 0)) return [fieldError(pointer, 'too_short')];
  const found: Found = [];
  const { items } = schema;
  if (items === undefined) return found;
  for (const [index, item] of value.entries()) {
    found.push(...problems(items, item, `${pointer}/${index}`));
    if (found.length > errorsMax) break;
  }
  return found;
}

function scalarCode(schema: Schema, value: unknown): string {
  if (typeof value !== 'string') return schema['x-code'] ?? 'invalid_number';
  if (schema['x-personal'] === true && isMasked(value)) return 'masked_value';
  if (schema['x-any'] === true) return schema['x-code'] ?? 'invalid_format';
  const length = Array.from(value.slice(0, 1_000_000)).length;
  if (length > (schema.maxLength ?? Infinity)) return 'too_long';
  if (length < (schema.minLength ?? 0)) return 'too_short';
  if (value.trim() === '' && schema.minLength !== undefined) return 'too_short';
  return schema['x-code'] ?? 'invalid_format';
}

/** The branch of a union that `value` most likely means: the one whose constants it has. */
function branchOf(branches: readonly Schema[], value: unknown): Schema | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return branches.find((branch) =>
    Object.entries(branch.properties ?? {}).some(
      ([name, part]) => part.const !== undefined && Reflect.get(value, name) === part.const,
    ),
  );
}

function unionProblems(schema: Schema, value: unknown, pointer: string): Found {
  const branches = schema.anyOf ?? [];
  const branch = branchOf(branches, value);
  if (branch !== undefined) return problems(branch, value, pointer);
  const isEnum = branches.every((one) => one.const !== undefined);
  if (isEnum) return [fieldError(pointer, 'invalid_enum')];
  const own = branches.find((one) => one['x-code'] !== undefined)?.['x-code'];
  return [fieldError(pointer, own ?? 'invalid_type')];
}

function problems(schema: Schema, value: unknown, pointer: string): Found {
  if (Compile(schema as TSchema).Check(value)) return [];
  if (schema.anyOf !== undefined) return unionProblems(schema, value, pointer);
  if (schema.allOf !== undefined) {
    return schema.allOf.flatMap((part) => problems(part, value, pointer));
  }
  if (schema.enum !== undefined || schema.const !== undefined) {
    return [fieldError(pointer, 'invalid_enum')];
  }
  const type = typeOf(value);
  const wanted = schema.type === 'integer' ? 'number' : schema.type;
  if (wanted !== undefined && type !== wanted) {
    const own = schema['x-any'] === true ? schema['x-code'] : undefined;
    return [fieldError(pointer, own ?? 'invalid_type')];
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return objectProblems(schema, value, pointer);
  }
  if (Array.isArray(value)) return arrayProblems(schema, value, pointer);
  return [fieldError(pointer, scalarCode(schema, value))];
}

/** Checks values against a schema: fast when they fit, exact about every field when they do not. */
export type Check = {
  readonly fits: (value: unknown) => boolean;
  readonly problems: (value: unknown) => readonly FieldError[];
};

/** Compiles the closed form of `schema`. */
export function checkOf(schema: TSchema): Check {
  const closed = closedSchema(schema);
  const compiled = Compile(closed as TSchema);
  return {
    fits: (value) => compiled.Check(value),
    problems: (value) => {
      const found = problems(closed, value, '');
      return found.length > 0 ? found : [fieldError('', 'invalid_format')];
    },
  };
}

/** Refuses `invalid_fields` (or `masked_value`) unless `value` fits. */
export function demand(check: Check, value: unknown): void {
  if (check.fits(value)) return;
  const errors = check.problems(value);
  refuse(
    errors.some((error) => error.code === 'masked_value') ? 'masked_value' : 'invalid_fields',
    {
      errors,
    },
  );
}

/**
 * Reads query values as the schema's numbers and booleans, where they are written exactly so.
 */
export function queryReader(
  schema: TSchema,
): (query: Readonly<Record<string, unknown>>) => Record<string, unknown> {
  const properties = closedSchema(schema).properties ?? {};
  const convert = (name: string, value: unknown): unknown => {
    const type = Object.hasOwn(properties, name) ? properties[name]?.type : undefined;
    if (typeof value !== 'string') return value;
    if (type === 'integer' && /^-?(?:0|[1-9]\d{0,14})$/.test(value)) return Number(value);
    if (type === 'number' && /^-?(?:0|[1-9]\d{0,8})(?:\.\d{1,15})?$/.test(value)) {
      return Number(value);
    }
    if (type === 'boolean' && /^(?:true|false)$/.test(value)) return value === 'true';
    return value;
  };
  return (query) =>
    Object.fromEntries(Object.entries(query).map(([name, value]) => [name, convert(name, value)]));
}
