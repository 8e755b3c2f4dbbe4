import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { torture } from './torture/run.ts';

test(
  'servers and PostgreSQL are killed under load: nothing acknowledged is lost or doubled',
  { skip: process.platform !== 'linux' },
  async () => {
    const outcome = await torture({
      kills: 2,
      people: 240,
      stock: 200,
      pauseMs: { min: 200, max: 700 },
      folder: mkdtempSync(path.join(tmpdir(), 'huiquan-torture-')),
      say: () => undefined,
    });
    assert.deepEqual(outcome.failures, []);
    assert.equal(outcome.killedServers + outcome.killedDatabases, 2);
    assert.equal(outcome.told.claimed.size, 200);
    assert.equal(outcome.told.committed.size, 200);
  },
);
