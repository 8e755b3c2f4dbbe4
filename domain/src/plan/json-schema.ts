import { fieldName, wordName } from './field-names.ts';
import { PlanFile } from './plan.ts';
import { Calendar, Limit, Refund, Return, RoundEnd } from './schema-acts.ts';
import { Face, Threshold, Validity } from './schema-money.ts';
import {
  Amount,
  Clause,
  Count,
  Day,
  DayOrMoment,
  Id,
  Line,
  Moment,
  Paragraph,
  Time,
  Weekday,
} from './schema-words.ts';

/** Parts that the schema repeats, largest first; the published file names each once. */
const parts: Readonly<Record<string, object>> = {
  validity: Validity,
  calendar: Calendar,
  face: Face,
  limit: Limit,
  threshold: Threshold,
  round_end: RoundEnd,
  refund: Refund,
  return: Return,
  weekday: Weekday,
  day_or_moment: DayOrMoment,
  amount: Amount,
  moment: Moment,
  day: Day,
  time: Time,
  id: Id,
  clause: Clause,
  paragraph: Paragraph,
  line: Line,
  count: Count,
};

const names = new Map(Object.entries(parts).map(([name, part]) => [JSON.stringify(part), name]));

/** The JSON Schema that programme files obey, as `programmes/programme.schema.json` holds it. */
export function planJsonSchema(): Readonly<Record<string, unknown>> {
  const defs = Object.entries(parts).map(([name, part]) => [name, inside(part)] as const);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'programme.schema.json',
    ...Object(entitled(inside(PlanFile), '')),
    $defs: Object.fromEntries(defs.map(([name, part]) => [name, entitled(part, name)])),
  };
}

/** `schema` with the Chinese names of its fields and words, which editors show as help. */
function entitled(schema: unknown, field: string): unknown {
  if (Array.isArray(schema)) return schema.map((one) => entitled(one, field));
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.entries(schema).map(([key, value]) => {
    if (key !== 'properties') return [key, entitled(value, field)] as const;
    const named = Object.entries(Object(value)).map(([name, inner]) => {
      const title = fieldName(name, field);
      return [
        name,
        { ...(title === undefined ? {} : { title }), ...Object(entitled(inner, name)) },
      ];
    });
    return [key, Object.fromEntries(named)] as const;
  });
  const word: unknown = Reflect.get(schema, 'const');
  const title = typeof word === 'string' ? wordName(word, field) : undefined;
  return { ...Object.fromEntries(parts), ...(title === undefined ? {} : { title }) };
}

/** A copy of `schema` in which repeated parts below it are references. */
function inside(schema: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, named(value)]));
}

function named(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(named);
  if (typeof value !== 'object' || value === null) return value;
  const name = names.get(JSON.stringify(value));
  return name === undefined ? inside(value) : { $ref: `#/$defs/${name}` };
}

/** The text of that file. */
export function planJsonSchemaText(): string {
  return `${JSON.stringify(planJsonSchema(), null, 2)}\n`;
}
