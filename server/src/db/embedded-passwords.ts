import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The accounts of the server: `postgres` only sets up, the migrator owns, the app uses. */
export type Role = 'postgres' | 'huiquan_migrator' | 'huiquan_app';

export type Passwords = Readonly<Record<Role, string>>;

function isPasswords(value: unknown): value is Passwords {
  if (typeof value !== 'object' || value === null) return false;
  const names = ['postgres', 'huiquan_migrator', 'huiquan_app'];
  return names.every((name) => typeof Reflect.get(value, name) === 'string');
}

/**
 * The server's passwords, made with the cluster and kept in its folder for the owner's eyes.
 * @throws Error if they are gone or damaged while the cluster is there.
 */
export async function passwordsOf(folder: string, isNew: boolean): Promise<Passwords> {
  const file = path.join(folder, 'postgres-passwords.json');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read: run as the user it belongs to`, { cause: error });
  });
  if (text !== undefined) {
    const value: unknown = JSON.parse(text);
    if (!isPasswords(value)) throw new Error(`${file} is damaged: restore it from a backup`);
    return value;
  }
  if (!isNew) throw new Error(`${file} is missing, and the data beside it needs it: restore it`);
  const secret = () => randomBytes(24).toString('base64url');
  const made = { postgres: secret(), huiquan_migrator: secret(), huiquan_app: secret() };
  await writeFile(`${file}.new`, JSON.stringify(made), { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
  return made;
}
