// npm test: sets up the clone, runs the checks, then the tests; all are counted in the last line.
'use strict';

const { spawn } = require('node:child_process');
const path = require('node:path');
const { asCommand, ensureInstalled, projectEnvironment, root, runNode } = require('./install.cjs');

const checks = ['build', 'typecheck', 'lint', 'format:check', 'knip'];
const { scripts } = require(path.join(root, 'package.json'));

/** Runs a check of package.json without npm in between; its output is shown only if it fails. */
function runCheck(name) {
  const began = Date.now();
  const options = {
    cwd: root,
    env: projectEnvironment(),
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  };
  return new Promise((resolve) => {
    const child = spawn(scripts[name], options);
    let printed = '';
    child.stdout.on('data', (chunk) => (printed += chunk));
    child.stderr.on('data', (chunk) => (printed += chunk));
    child.on('error', (error) => (printed += String(error)));
    child.on('close', (code) => {
      const seconds = ((Date.now() - began) / 1000).toFixed(1);
      process.stdout.write(`${code === 0 ? '✔' : '✖'} ${name} (${seconds} s)\n`);
      if (code !== 0) process.stdout.write(`${printed}\n`);
      resolve(code === 0);
    });
  });
}

void asCommand(async () => {
  const node = await ensureInstalled();
  const outcomes = [];
  for (const name of checks) outcomes.push(await runCheck(name));
  const passed = outcomes.filter(Boolean).length;
  // tools/test.ts adds these to its own counts.
  const counted = JSON.stringify({ passed, failed: outcomes.length - passed });
  const args = [path.join(root, 'tools/test.ts'), ...process.argv.slice(2)];
  return runNode(node, args, { HUIQUAN_CHECKS: counted });
});
