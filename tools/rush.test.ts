import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { rush } from './rush/run.ts';

test(
  'forty people and two scripts rush at ten vouchers from outside: exactly ten are given',
  { skip: process.platform !== 'linux' },
  async () => {
    const report = await rush({
      people: 42,
      stock: 10,
      bots: 2,
      processes: 1,
      folder: mkdtempSync(path.join(tmpdir(), 'huiquan-rush-')),
      say: () => undefined,
      live: () => undefined,
    });
    assert.deepEqual(report.failures, []);
    assert.equal(report.vouchers, 10);
    const wins = (report.people.get('voucher') ?? 0) + (report.bots.get('voucher') ?? 0);
    assert.ok(wins >= 10, `${wins} were told that they won`);
    assert.ok((report.bots.get('too_many_attempts') ?? 0) > 0, 'scripts were slowed down');
  },
);
