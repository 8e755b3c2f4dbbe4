import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planChanges } from './changes.ts';
import { fieldName, wordName } from './field-names.ts';
import { planJsonSchema } from './json-schema.ts';

const plan = {
  name: '乐购',
  dates: { from: '2023-09-01', to: '2023-12-08' },
  approvals: [{ act: 'publish_plan', prepared_by: ['commerce'], approved_by: ['finance'] }],
  pools: [
    { id: 'retail', name: '通用零售', amount: '300万元', funders: ['fiscal'] },
    { id: 'catering', name: '餐饮住宿', amount: '70万元', funders: ['fiscal'] },
  ],
  refund: { policy: 'forfeit' },
};

test('a changed date is told with the old and the new day', () => {
  const after = { ...plan, dates: { ...plan.dates, to: '2023-12-20' } };
  assert.deepEqual(planChanges(plan, after), [
    { place: '活动日期 › 止', pointer: '/dates/to', before: '2023-12-08', after: '2023-12-20' },
  ]);
});

test('a pool put first is one new pool; the others are not told as changed', () => {
  const car = { id: 'car', name: '汽车', amount: '50万元', funders: ['fiscal'] };
  assert.deepEqual(planChanges(plan, { ...plan, pools: [car, ...plan.pools] }), [
    {
      place: '资金池 › 汽车',
      pointer: '/pools/0',
      after: '代号：car；名称：汽车；金额：50万元；由谁出资：fiscal',
    },
  ]);
});

test('a pool left out is told as it was, and words of the format are told in Chinese', () => {
  const after = { ...plan, pools: plan.pools.slice(0, 1), refund: { policy: 'restore_if_valid' } };
  const [gone, refund] = planChanges(plan, after);
  assert.equal(gone?.place, '资金池 › 餐饮住宿');
  assert.equal(gone?.after, undefined);
  assert.match(gone?.before ?? '', /金额：70万元/);
  assert.deepEqual([refund?.before, refund?.after], ['不予返还', '未过期的返还']);
});

test('another approver of the same act is told under the name of the act', () => {
  const approvals = [{ ...plan.approvals[0], approved_by: ['leading_group'] }];
  const [one] = planChanges(plan, { ...plan, approvals });
  assert.equal(one?.place, '经办与审批 › 公布方案 › 审批单位');
});

test('a file differs from itself in nothing, and from any other in something', () => {
  fc.assert(
    fc.property(fc.object({ maxDepth: 2 }), fc.string({ minLength: 1 }), (file, name) => {
      assert.deepEqual(planChanges(file, file), []);
      assert.equal(planChanges({ ...file, name: 1 }, { ...file, name }).length > 0, name !== '1');
    }),
  );
});

test('every field and word of the published schema has a Chinese name', () => {
  const missing: string[] = [];
  const lookAtFields = (fields: object, parent: string) => {
    for (const [name, inner] of Object.entries(fields)) {
      if (fieldName(name, parent) === undefined) missing.push(`${parent}.${name}`);
      look(inner, name);
    }
  };
  const look = (node: unknown, field: string): void => {
    for (const [key, value] of Object.entries(Object(node))) {
      if (typeof node === 'string') continue;
      if (key === 'properties') lookAtFields(Object(value), field);
      else if (key !== 'const') look(value, field);
      else if (typeof value === 'string' && wordName(value, field) === undefined) {
        missing.push(`${field}: ${value}`);
      }
    }
  };
  look(planJsonSchema(), '');
  assert.deepEqual(missing, []);
});
