// Writes programmes/programme.schema.json, the schema editors use for programme files.
import { writeFileSync } from 'node:fs';
import { planJsonSchemaText } from '../domain/src/plan/json-schema.ts';

writeFileSync(
  new URL('../programmes/programme.schema.json', import.meta.url),
  planJsonSchemaText(),
);
