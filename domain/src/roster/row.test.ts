import assert from 'node:assert/strict';
import { test } from 'node:test';
import { yuan } from '../fen.ts';
import { readRosterRow, type RosterCells, type RosterRules } from './row.ts';

const union: RosterRules = {
  identity: 'phone_and_name',
  faces: [yuan(300)],
  perPersonFen: yuan(300),
  cap: { maxFen: yuan(300), clause: '一(二)' },
};
const resident: RosterRules = {
  identity: 'id_number',
  faces: [yuan(40)],
  perPersonFen: yuan(200),
  cap: undefined,
};
const cells = (change: Partial<RosterCells> = {}): RosterCells => ({
  name: '王小明',
  phone: '13800000000',
  idNumber: '',
  face: '300',
  amount: '300',
  ...change,
});

function codes(change: Partial<RosterCells>, rules = union): string[] {
  const read = readRosterRow(cells(change), rules);
  return 'problems' in read ? read.problems.map((one) => one.code) : [];
}

test('a row of the union list is a member, one voucher of 300', () => {
  const read = readRosterRow(cells({ name: '阿依·古丽', phone: '+86 138 0000 0000' }), union);
  assert.deepEqual(read, {
    row: {
      name: '阿依·古丽',
      phone: '13800000000',
      idNumber: undefined,
      faceFen: yuan(300),
      voucherCount: 1,
    },
  });
});

test('a row of the medical-insurance list needs no amounts: 200元 are five of 40', () => {
  const idNumber = '11010519491231002x';
  const read = readRosterRow(cells({ idNumber, phone: '', face: '', amount: '' }), resident);
  assert.ok('row' in read);
  assert.deepEqual(
    [read.row.idNumber, read.row.faceFen, read.row.voucherCount],
    ['11010519491231002X', yuan(40), 5],
  );
});

test('one 分 above the cap of 300 is refused as such, below it as not what the plan gives', () => {
  assert.deepEqual(codes({ amount: '300.01' }), ['cap_exceeded']);
  assert.deepEqual(codes({ amount: '299.99' }), ['amount_mismatch']);
});

test('an amount that is not face times a whole number is refused', () => {
  const noPlan = { ...resident, identity: 'phone_and_name', perPersonFen: undefined } as const;
  assert.deepEqual(codes({ face: '40', amount: '120' }, noPlan), []);
  assert.deepEqual(codes({ face: '40', amount: '100' }, noPlan), ['amount_mismatch']);
  assert.deepEqual(codes({ face: '50', amount: '100' }, noPlan), ['amount_mismatch']);
});

test('everything that is wrong with a row is said at once', () => {
  assert.deepEqual(codes({ name: '', phone: '138', amount: '三百' }), [
    'invalid_name',
    'invalid_phone',
    'invalid_amount',
  ]);
});

test('a masked phone, a missing ID number and a wrong check digit are refused', () => {
  assert.deepEqual(codes({ phone: '138****0000' }), ['masked_value']);
  assert.deepEqual(codes({ face: '', amount: '' }, resident), ['value_missing']);
  const wrong = { idNumber: '110105194912310021', face: '', amount: '' };
  assert.deepEqual(codes(wrong, resident), ['invalid_id_number']);
});
