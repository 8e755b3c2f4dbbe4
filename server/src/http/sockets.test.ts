import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { features } from '../app.ts';
import { listen } from './listen.ts';
import { testApp, type TestApp } from './test-app.ts';

// Requests that no client library would send, over bare sockets (att-H1, H2, H6, H7, H9).

let app: TestApp;
let port: number;
before(async () => {
  app = await testApp(features);
  await listen(app.app, { host: '127.0.0.1', port: 0 });
  ({ port } = app.app.server.address() as AddressInfo);
});
after(() => app.drop());

/** Everything the server says until it closes the connection. */
function conversation(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    socket.on('data', (chunk) => (said += String(chunk)));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(said));
  });
}

function send(lines: readonly string[], body = ''): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const said = conversation(socket);
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  return said;
}

const statusIn = (said: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(said)?.[1]);
const get = (path: string) => [`GET ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close'];

/** Connects `count` times and tells how many came through before anybody would try again. */
const crowd = (count: number) => `
  const { connect } = require('node:net');
  let connected = 0;
  const tell = () => { console.log(connected); process.exit(); };
  setTimeout(tell, 900);
  for (let n = 0; n < ${count}; n += 1) {
    const socket = connect(${port}, '127.0.0.1', () => (connected += 1) === ${count} && tell());
    socket.on('error', () => undefined);
  }`;

test('a thousand phones that connect while the server is busy all find room to wait', (context) => {
  const systemMax = Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'));
  if (systemMax < 1_000) return context.skip(`this system keeps ${systemMax} waiting at most`);
  // Waiting for the child stops this process: nobody is let in meanwhile.
  const { stdout } = spawnSync(process.execPath, ['-e', crowd(1_000)], { encoding: 'utf8' });
  assert.equal(Number(stdout), 1_000);
});

test('a request that says its length in two ways is refused and cut off', async () => {
  const post = ['POST /api/sign-in/staff HTTP/1.1', 'Host: localhost', 'Connection: keep-alive'];
  const json = 'Content-Type: application/json';
  const both = [...post, json, 'Content-Length: 4', 'Transfer-Encoding: chunked'];
  assert.equal(statusIn(await send(both, '0\r\n\r\n')), 400);
  const twice = [...post, json, 'Content-Length: 2', 'Content-Length: 3'];
  assert.equal(statusIn(await send(twice, '{}')), 400);
});

test('two hosts, no host, or a line break within a header are refused', async () => {
  const two = ['GET /api/gates HTTP/1.1', 'Host: localhost', 'Host: evil.example'];
  assert.equal(statusIn(await send([...two, 'Connection: close'])), 400);
  assert.equal(statusIn(await send(['GET /api/gates HTTP/1.1', 'Connection: close'])), 400);
  const broken = [...get('/api/gates'), 'X-Name: a\rInjected: b'];
  assert.equal(statusIn(await send(broken)), 400);
});

test('an address of another site in the first line is not served', async () => {
  const said = await send(get('http://evil.example/api/gates'));
  assert.equal(statusIn(said), 400);
  assert.match(said, /bad_host/);
});

test('tricks with dots, slashes and semicolons lead nowhere', async () => {
  const tricks = [
    '//api/gates',
    '/api//gates',
    '/api/./gates/..;/gates',
    '/api/%2e%2e/api/gates',
    '/api/gates;x=1',
    '/api/gates/',
    '/assets/../../package.json',
    '/assets/%2e%2e/%2e%2e/%2e%2e/package.json',
    '/public/..%2f..%2fpackage.json',
  ];
  for (const path of tricks) {
    const said = await send(get(path));
    assert.equal(statusIn(said), 404, path);
    assert.doesNotMatch(said, /huiquan-workspace/, path);
  }
});

test('a method that is not declared is told so, whatever a header claims', async () => {
  for (const method of ['TRACE', 'DELETE', 'PROPFIND']) {
    const lines = [`${method} /api/gates HTTP/1.1`, 'Host: localhost', 'Connection: close'];
    const status = statusIn(await send([...lines, 'X-HTTP-Method-Override: GET']));
    assert.ok(status === 405 || status === 404, `${method}: ${status}`);
  }
});

test('who sends a header byte by byte is cut off, and others are served meanwhile', async () => {
  const slow = Array.from({ length: 50 }, () => connect(port, '127.0.0.1'));
  const ends = slow.map(conversation);
  for (const socket of slow) socket.write('GET /api/gates HTTP/1.1\r\nHost: localhost\r\nX-A: ');
  const drip = setInterval(() => {
    for (const socket of slow) if (socket.writable) socket.write('a');
  }, 1_000);
  const idle = Array.from({ length: 500 }, () => connect(port, '127.0.0.1'));
  for (const socket of idle) socket.on('error', () => undefined);
  assert.equal(statusIn(await send(get('/api/gates'))), 200);
  const said = await Promise.all(ends);
  clearInterval(drip);
  assert.ok(said.every((text) => text === '' || statusIn(text) === 408 || statusIn(text) === 400));
  assert.equal(statusIn(await send(get('/api/gates'))), 200);
  for (const socket of idle) socket.destroy();
});
