import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { cleanPlan } from '@huiquan/domain/plan/clean-plan.ts';
import { planJsonSchemaText } from '@huiquan/domain/plan/json-schema.ts';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { amendPlan, checkPlanFile, checkPlanValue, planFileMax } from './plan-file.ts';

const programmes = new URL('../../../../programmes/', import.meta.url);
const xiangning = readFileSync(new URL('xiangning-2023.yaml', programmes), 'utf8');

/** The errors of the Xiangning file after one piece of its text was replaced. */
function errorsAfter(from: string, to: string) {
  assert.ok(xiangning.includes(from), `not in the file: ${from}`);
  const { findings, plan } = checkPlanFile(xiangning.replace(from, to));
  const errors = findings.filter((one) => one.severity === 'error');
  assert.equal(plan === undefined, errors.length > 0);
  return errors;
}

/** The code and message of a file that cannot be read at all. */
function unreadable(text: string): string {
  const { findings, file } = checkPlanFile(text);
  assert.equal(file, undefined);
  assert.deepEqual(new Set(findings.map((one) => one.code)), new Set(['plan_unreadable']));
  return findings[0]?.message ?? '';
}

test('a clean plan written as YAML is read back whole and has no findings', () => {
  const { file, plan, findings } = checkPlanFile(stringify(cleanPlan));
  assert.deepEqual(findings, []);
  assert.deepEqual(file, cleanPlan);
  assert.equal(plan?.id, 'clean-2026');
});

test('the published JSON Schema is the one the plan checker uses', () => {
  const published = readFileSync(new URL('programme.schema.json', programmes), 'utf8');
  assert.equal(published, planJsonSchemaText(), 'run: node tools/make-programme-schema.ts');
  const admits = new Ajv2020({ strict: false }).compile(JSON.parse(published));
  assert.equal(admits(parse(xiangning)), true);
  assert.equal(admits({ ...cleanPlan, kinds: [{ id: 'Wrong' }] }), false);
});

test('a misspelt field is named with its line and column', () => {
  const [one] = errorsAfter('extendable: true', 'extendible: true');
  assert.equal(one?.code, 'plan_field_invalid');
  assert.equal(one?.pointer, '/dates/extendible');
  assert.match(one?.message ?? '', /不认识的字段“extendible”/);
  const line = xiangning.split('\n').findIndex((text) => text.includes('extendable')) + 1;
  assert.deepEqual([one?.line, one?.column], [line, 3]);
});

test('a missing field, a wrong word and a wrong type are told in plain words', () => {
  assert.match(errorsAfter('issued_on: 2023-08-22', '')[0]?.message ?? '', /缺少字段“issued_on”/);
  assert.match(errorsAfter('mode: first_come', 'mode: lottery')[0]?.message ?? '', /first_come/);
  assert.match(errorsAfter('try_seconds: 45', 'try_seconds: soon')[0]?.message ?? '', /整数/);
});

test('a resolution without its reason is told what it lacks, not that no form fits', () => {
  const errors = errorsAfter('  reason: 写明的时刻优先', '  # reason: 写明的时刻优先');
  assert.deepEqual(
    errors.map((one) => [one.pointer, one.message]),
    [['/validity', '缺少字段“reason”']],
  );
});

test('a reference to nothing stands at the place that refers', () => {
  const [one] = errorsAfter('pool: retail\n', 'pool: retall\n');
  assert.equal(one?.code, 'unknown_reference');
  assert.equal(one?.pointer, '/kinds/0/pool');
  assert.ok((one?.line ?? 0) > 100);
});

test('amounts and days that do not exist are field errors, not crashes', () => {
  assert.equal(errorsAfter('face: 10\n', 'face: 10.005\n')[0]?.code, 'amount_not_exact');
  assert.equal(errorsAfter('face: 10\n', 'face: .nan\n')[0]?.code, 'plan_field_invalid');
  assert.equal(errorsAfter('face: 10\n', 'face: -10\n')[0]?.code, 'plan_field_invalid');
  assert.equal(errorsAfter('from: 2023-09-01\n', 'from: 2023-02-30\n')[0]?.code, 'no_such_day');
});

test('the same field twice is refused: nobody knows which one was meant', () => {
  const [one] = errorsAfter('theme: 乐购', 'theme: 别的\ntheme: 乐购');
  assert.equal(one?.code, 'plan_unreadable');
  assert.match(one?.message ?? '', /重复/);
  assert.ok((one?.line ?? 0) > 5);
});

test('files that are no plan at all are refused without being expanded', () => {
  assert.match(unreadable(''), /空/);
  assert.match(unreadable('just words'), /空的，或不是一份方案/);
  assert.match(unreadable('a: \0'), /控制字符/);
  assert.match(unreadable('a: "\uD800"'), /控制字符/);
  assert.match(unreadable('a'.repeat(planFileMax + 1)), /过大/);
  assert.match(unreadable('['.repeat(10_000)), /嵌套过深/);
  assert.match(unreadable(`${xiangning}\n---\na: 1\n`), /一份方案/);
  assert.match(unreadable('%YAML 1.1\n---\na: 10:00'), /YAML 1\.2/);
  assert.match(unreadable('a: !!js/function "x"'), /标签/);
  assert.match(unreadable('a: &a [*a]'), /指向自己/);
  assert.match(unreadable('a: *nowhere'), /锚点/);
  const layers = Array.from({ length: 9 }, (_, n) => {
    const inner = n === 0 ? 'x' : `*l${n - 1}`;
    return `l${n}: &l${n} [${Array.from({ length: 9 }, () => inner).join(',')}]`;
  });
  assert.match(unreadable(layers.join('\n')), /过多/);
});

test('a plan that names __proto__ gains nothing by it', () => {
  const [one] = errorsAfter('format: 1', 'format: 1\n__proto__: { id: x }');
  assert.equal(one?.pointer, '/__proto__');
});

test('whatever happens to a file, it is judged and nothing is thrown', () => {
  const edit = fc.record({
    at: fc.nat(xiangning.length),
    cut: fc.nat(30),
    add: fc.constantFrom('', ':', '  ', '[', '}', '"', '\n', '- ', '9', '&a ', '*a', 'null', '#'),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      let text = xiangning;
      for (const { at, cut, add } of edits) text = text.slice(0, at) + add + text.slice(at + cut);
      const { file, findings } = checkPlanFile(text);
      assert.ok(file !== undefined || findings.some((one) => one.severity === 'error'));
    }),
    { numRuns: 100 },
  );
});

test('an amendment whose result is no longer a plan stops the whole file', () => {
  const amended = structuredClone(cleanPlan);
  amended.amendments = [{ document: '通知', changes: [{ pointer: '/dates/to', to: '明年' }] }];
  const [one] = checkPlanValue(amended).findings;
  assert.equal(one?.code, 'amendment_invalid');
  assert.match(one?.message ?? '', /按“通知”修改后方案不成立/);
  const [nowhere] = amendPlan(
    { ...cleanPlan, amendments: [{ document: '通知', changes: [{ pointer: '/no/way', to: 1 }] }] },
    1,
  ).findings;
  assert.match(nowhere?.message ?? '', /不存在/);
});
