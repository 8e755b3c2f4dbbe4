import { PlanFile } from './plan.ts';

/** The JSON Schema that programme files obey, as `programmes/programme.schema.json` holds it. */
export function planJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'programme.schema.json',
    ...structuredClone(PlanFile),
  };
}

/** The text of that file. */
export function planJsonSchemaText(): string {
  return `${JSON.stringify(planJsonSchema(), null, 2)}\n`;
}
