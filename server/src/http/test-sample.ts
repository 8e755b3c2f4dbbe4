import { newId } from '@huiquan/domain/ids.ts';

/** What a sample is made from: the keywords that contracts use. */
type Node = {
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly minLength?: number;
};

const texts: Readonly<Record<string, string>> = {
  instant: '2023-09-01T10:00:00+08:00',
  day: '2023-09-01',
  'resident-id': '11010519491231002X',
  phone: '13800000000',
  'person-name': '王小明',
};

function textOf(node: Node): string {
  if (node.format === 'uuid') return newId();
  if (node.pattern?.includes('{64}') === true) return 'a'.repeat(64);
  if (node.pattern?.includes('{6}') === true) return '123456';
  return texts[node.format ?? ''] ?? 'sample'.padEnd(node.minLength ?? 0, 'x');
}

/** A value that fits `schema` in form, with its required fields only. */
export function sampleOf(schema: Node): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const [branch] = schema.anyOf ?? [];
  if (branch !== undefined) return sampleOf(branch);
  switch (schema.type) {
    case 'object': {
      const names = schema.required ?? [];
      return Object.fromEntries(
        names.map((name) => [name, sampleOf(schema.properties?.[name] ?? {})]),
      );
    }
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => sampleOf(schema.items ?? {}));
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    default:
      return textOf(schema);
  }
}
