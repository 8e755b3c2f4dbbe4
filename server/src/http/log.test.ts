import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeLog } from './log.ts';

describe('log lines', () => {
  const written = (facts: Record<string, unknown>) => {
    const lines: string[] = [];
    makeLog('info', (line) => void lines.push(line)).info('probe', facts);
    assert.equal(lines.length, 1);
    return lines[0] ?? '';
  };

  test('hold no phone, id or card number and no secret, whatever they are handed', () => {
    const canaries = ['13812345678', '14102919900101002X', '6222021234567890123', 'hunter2hunter2'];
    const line = written({
      text: `call ${canaries[0]} of ${canaries[1]}, card ${canaries[2]}`,
      nested: { password: canaries[3], inner: [{ token: canaries[3], phone: canaries[0] }] },
      authorization: canaries[3],
    });
    for (const canary of canaries) assert.ok(!line.includes(canary), line);
    assert.match(line, /redacted/);
  });

  test('stay one line each, whatever stands in them', () => {
    const line = written({ agent: 'x\r\n{"level":"error"}\u001b[31m', amountFen: 5n });
    assert.equal(line.indexOf('\n'), line.length - 1);
    assert.ok(!line.includes('\u001b'));
    assert.equal(JSON.parse(line).amountFen, '5');
  });

  test('below the level are not written', () => {
    const lines: string[] = [];
    const log = makeLog('error', (line) => void lines.push(line));
    log.info('a');
    log.warn('b');
    log.error('c');
    assert.equal(lines.length, 1);
  });
});
