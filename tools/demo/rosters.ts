import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor } from '../../server/src/db/transact.ts';
import { approveBatch, prepareBatch, startIssue } from '../../server/src/features/issuing/batch.ts';
import { runIssue } from '../../server/src/features/issuing/run.ts';
import { importRoster } from '../../server/src/features/roster/import.ts';
import { confirmRoster } from '../../server/src/features/roster/roster.ts';
import type { World } from './world.ts';

type Handed = {
  readonly programmeId: string;
  readonly organisationId: string;
  readonly source: string;
  readonly fileName: string;
  readonly rows: readonly (readonly string[])[];
  readonly clerk: Actor;
  readonly approver: Actor;
};

/** A clerk hands a list in, a second person confirms it. */
export async function handInRoster(world: World, handed: Handed): Promise<string> {
  const { db, keys } = world.installation;
  const { programmeId, organisationId, source, fileName, rows, clerk, approver } = handed;
  const text = rows.map((row) => row.join(',')).join('\r\n');
  const folder = await mkdtemp(join(tmpdir(), 'huiquan-demo-'));
  const path = join(folder, 'roster.csv');
  try {
    await writeFile(path, text);
    const digest = createHash('sha256').update(text).digest();
    const file = { programmeId, organisationId, source, path, fileName, digest };
    const { rosterId, contentHash } = await importRoster({ db, keys }, clerk, file);
    const seen = { rosterId, contentHash: contentHash.toString('hex') };
    await world.act(approver, (tx) => confirmRoster(tx, seen));
    return rosterId;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The batch of a roster: prepared, approved by the other person, issued to its end. */
export async function issueRoster(
  world: World,
  of: { readonly rosterId: string; readonly clerk: Actor; readonly approver: Actor },
): Promise<void> {
  const { rosterId, clerk, approver } = of;
  const { batchId, contentHash } = await world.act(clerk, (tx) => prepareBatch(tx, { rosterId }));
  const seenHash = contentHash;
  await world.act(approver, (tx) => approveBatch(tx, { batchId, seenHash }));
  await world.act(approver, (tx) => startIssue(tx, { batchId }));
  await runIssue(world.installation.db, { kind: 'system', id: 'issue' }, batchId);
}
