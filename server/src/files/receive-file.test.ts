import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { receiveFile } from './receive-file.ts';

const received = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('huiquan-upload-'));

test(
  'a received file lies under a random name, readable by no one else, known by its ' + 'hash',
  async () => {
    const content = Buffer.from('姓名,手机号\n');
    const file = await receiveFile(Readable.from([content]), { name: '../../名单.csv' });
    assert.equal(file.name, '名单.csv');
    assert.equal(file.bytes, content.length);
    assert.equal(file.sha256, createHash('sha256').update(content).digest('hex'));
    assert.deepEqual(readFileSync(file.path), content);
    assert.equal(statSync(file.path).mode & 0o077, 0);
    assert.match(basename(file.path), /^[0-9a-f-]{36}$/);
    await file.release();
    assert.equal(existsSync(dirname(file.path)), false);
  },
);

test('a file over the limit, or whose sender goes away, is not kept', async () => {
  const before = new Set(received());
  const large = receiveFile(Readable.from(['12345', '67890', '1']), {
    name: 'a.csv',
    limits: { bytesMax: 10 },
  });
  await assert.rejects(large, (error) => {
    return error instanceof Refusal && error.code === 'payload_too_large';
  });
  const broken = new Readable({ read: () => void broken.destroy(new Error('gone')) });
  await assert.rejects(receiveFile(broken, { name: 'a.csv' }), /gone/);
  assert.deepEqual(
    received().filter((name) => !before.has(name) && statSync(`${tmpdir()}/${name}`).size === 0),
    [],
  );
});
