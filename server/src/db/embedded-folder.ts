import { chown, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** Refuses a folder that belongs to somebody else, and says to whom and what to do. */
export async function refuseForeignFolder(folder: string, directory: string): Promise<void> {
  const me = process.getuid?.();
  if (me === undefined || me === 0) return;
  for (const place of [folder, directory]) {
    const owner = (await stat(place).catch(() => undefined))?.uid;
    if (owner === undefined || owner === me) continue;
    throw new Error(
      `${place} belongs to user ${owner}, and you are user ${me}: this clone was used before by ` +
        `${owner === 0 ? 'root' : 'somebody else'}. Run as that user, or let root hand it over ` +
        `once everything is stopped: chown -R ${me} '${folder}'`,
    );
  }
}

/** The folder, made if need be; what root makes belongs to whom the folder around it belongs. */
export async function ensureFolder(wanted: string): Promise<string> {
  const created = await mkdir(wanted, { recursive: true });
  const folder = await realpath(wanted);
  if (created === undefined || process.getuid?.() !== 0) return folder;
  const first = await realpath(created);
  const { uid, gid } = await stat(path.dirname(first));
  for (let made = folder; made.length >= first.length; made = path.dirname(made)) {
    await chown(made, uid, gid);
  }
  return folder;
}

/** Gives what root wrote in somebody's folder to that somebody, who comes next. */
export async function handOver(folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(folder);
  if (uid === 0) return;
  for (const name of await readdir(folder)) {
    if (name.startsWith('postgres-') || name.startsWith('postgres.')) {
      await chown(path.join(folder, name), uid, gid);
    }
  }
}
