import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchHeader } from './header.ts';
import type { Column } from './header.ts';

const columns: readonly Column<'name' | 'phone' | 'face' | 'amount' | 'id'>[] = [
  { key: 'name', names: ['姓名', 'name'], required: true },
  { key: 'phone', names: ['手机号', '手机号码', '联系电话', 'phone'], required: true },
  { key: 'face', names: ['消费券面值', '面值'], required: true },
  { key: 'amount', names: ['发放金额', '金额'], required: true },
  { key: 'id', names: ['身份证号'] },
];

test('columns are found by name in any order, and unknown ones are named', () => {
  const header = ['序号', '发放金额', '手机号', '', '姓名', '消费券面值'];
  const match = matchHeader(header, columns);
  assert.deepEqual(Object.fromEntries(match.positions), { amount: 1, phone: 2, name: 4, face: 5 });
  assert.deepEqual([match.missing, match.doubled, match.unknown], [[], [], ['序号']]);
});

test('width, spaces, stars, units, case and other names of a column do not matter', () => {
  const header = ['* 姓 名', '手机号码:', '面值（元）', '发放金额(元)', 'ＮＡＭＥ2'];
  const match = matchHeader(header, columns);
  assert.deepEqual(Object.fromEntries(match.positions), { name: 0, phone: 1, face: 2, amount: 3 });
  const english = matchHeader(['Name', 'PHONE', '面值', '金额'], columns);
  assert.deepEqual(english.missing, []);
});

test('missing and doubled columns are named in the words of the form', () => {
  const match = matchHeader(['姓名', 'name', '电话', '金额'], columns);
  assert.deepEqual(match.missing, ['手机号', '消费券面值']);
  assert.deepEqual(match.doubled, ['姓名']);
});

test('the order of columns never changes where a column is found', () => {
  const names = ['姓名', '手机号', '消费券面值', '发放金额', '身份证号'];
  fc.assert(
    fc.property(fc.shuffledSubarray(names, { minLength: 5 }), (header) => {
      const match = matchHeader(header, columns);
      for (const column of columns) {
        assert.equal(match.positions.get(column.key), header.indexOf(column.names[0]));
      }
    }),
  );
});
