import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { readConfig, WeakConfig } from './config.ts';

describe('the configuration', () => {
  const folder = mkdtempSync(join(tmpdir(), 'huiquan-config-'));
  after(() => rmSync(folder, { recursive: true }));

  const file = (name: string, text: string, mode = 0o600) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  };
  const problemsOf = (environment: Record<string, string>) => {
    try {
      readConfig({ HUIQUAN_DATA: folder, ...environment });
      return [];
    } catch (error) {
      assert.ok(error instanceof WeakConfig);
      return error.problems;
    }
  };
  const good = `1 ${'0123456789abcdef'.repeat(4)}\n`;
  const production = {
    HUIQUAN_MODE: 'production',
    HUIQUAN_PUBLIC_URL: 'https://quan.example.gov.cn',
    HUIQUAN_MASTER_KEY_FILE: file('good', good),
    HUIQUAN_NETWORK_KEY_FILE: file('network', good),
  };

  test('the demo needs nothing and makes its master key once, for its owner only', () => {
    const data = join(folder, 'data');
    const first = readConfig({ HUIQUAN_DATA: data });
    const path = join(data, 'master-keys');
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const kept = readFileSync(path, 'utf8');
    const again = readConfig({ HUIQUAN_DATA: data });
    assert.deepEqual(again.masterKeys, first.masterKeys);
    assert.equal(readFileSync(path, 'utf8'), kept);
    assert.equal(first.listen, '127.0.0.1');
  });

  test('production starts with https, a key of its own and no known password', () => {
    assert.deepEqual(problemsOf(production), []);
    const config = readConfig({ HUIQUAN_DATA: folder, ...production });
    assert.ok(config.hosts.includes('quan.example.gov.cn'));
  });

  test('a weak configuration is refused with one line for each weakness', () => {
    const weak: [Record<string, string>, RegExp][] = [
      [{ HUIQUAN_MASTER_KEY_FILE: join(folder, 'absent') }, /^no master keys: create .*absent/],
      [{ HUIQUAN_NETWORK_KEY_FILE: join(folder, 'absent') }, /^no network keys: create .*absent/],
      [
        { HUIQUAN_MASTER_KEY_FILE: file('zero', `1 ${'00'.repeat(32)}\n`) },
        /default, not a secret/,
      ],
      [{ HUIQUAN_MASTER_KEY_FILE: file('open', good, 0o644) }, /read by other users/],
      [{ HUIQUAN_PUBLIC_URL: 'http://quan.example.gov.cn' }, /https/],
      [{ HUIQUAN_LOG: 'debug' }, /debug/],
      [{ NODE_OPTIONS: '--inspect=0.0.0.0' }, /debugger/],
      [{ DATABASE_URL: 'postgres://app:postgres@db/huiquan' }, /default password/],
      [{ HUIQUAN_PORT: '99999' }, /no port/],
      [{ HUIQUAN_NEXT_KEY: '7' }, /names no master key/],
    ];
    for (const [change, line] of weak) {
      const problems = problemsOf({ ...production, ...change });
      assert.ok(
        problems.some((problem) => line.test(problem)),
        `${JSON.stringify(change)} → ${problems.join(' | ')}`,
      );
      assert.ok(problems.every((problem) => !problem.includes('\n')));
    }
    assert.match(problemsOf({ HUIQUAN_MODE: 'test' }).join(), /demo or production/);
  });
});
