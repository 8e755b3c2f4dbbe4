'use strict';

const fs = require('node:fs');
const path = require('node:path');

const waitMs = 15 * 60_000;
const emptyGraceMs = 5_000;

/** A running process by number and, where /proc tells it, the moment it began. */
function processMark(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return undefined;
  }
  try {
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
    return fields[0] === 'Z' ? undefined : `${pid}-${fields[19]}`;
  } catch {
    return `${pid}-`;
  }
}

function isRunning(mark) {
  const pid = Number(mark.split('-')[0]);
  return pid > 0 && processMark(pid) === mark;
}

function tryLock(file) {
  try {
    fs.writeFileSync(file, processMark(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function readIfThere(file) {
  try {
    return { text: fs.readFileSync(file, 'utf8'), writtenAt: fs.statSync(file).mtimeMs };
  } catch {
    return undefined;
  }
}

/** Takes away the lock of a process that died; handed back if somebody else was quicker. */
function breakIfStale(file) {
  const holder = readIfThere(file);
  if (holder === undefined || isRunning(holder.text)) return;
  if (holder.text === '' && Date.now() - holder.writtenAt < emptyGraceMs) return;
  const aside = `${file}.stale-${process.pid}`;
  try {
    fs.renameSync(file, aside);
  } catch {
    return;
  }
  if (readIfThere(aside)?.text !== holder.text) fs.renameSync(aside, file);
  fs.rmSync(aside, { force: true });
}

/** Runs `work` while no other living process holds `file`; says so when it has to wait. */
async function holdLock(file, work) {
  const deadline = Date.now() + waitMs;
  let told = false;
  while (!tryLock(file)) {
    breakIfStale(file);
    if (Date.now() > deadline) throw new Error(`another process holds ${file}; stop it first`);
    if (!told) process.stderr.write('Waiting for another command that is setting up this clone\n');
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

/** The processes noted in `folder` that still run, without this one. */
function livingMarks(folder) {
  const mine = processMark(process.pid);
  let names = [];
  try {
    names = fs.readdirSync(folder);
  } catch {
    return [];
  }
  return names.filter((name) => name !== mine && isRunning(name));
}

/** What root makes belongs to whom the folder around it belongs, who may come next. */
function handOver(place) {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = fs.statSync(path.dirname(place));
  fs.chownSync(place, uid, gid);
}

/** Notes until it ends that this process uses the clone; forgets those that are gone. */
function markUse(folder) {
  fs.mkdirSync(folder, { recursive: true });
  handOver(folder);
  for (const name of fs.readdirSync(folder)) {
    if (!isRunning(name)) fs.rmSync(path.join(folder, name), { force: true });
  }
  const file = path.join(folder, processMark(process.pid));
  fs.writeFileSync(file, '');
  handOver(file);
  process.on('exit', () => fs.rmSync(file, { force: true }));
}

module.exports = { handOver, holdLock, livingMarks, markUse };
