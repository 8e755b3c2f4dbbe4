import { closeDb, openDb } from '../db/pool.ts';
import { runIssue } from '../features/issuing/run.ts';

/** A worker of its own, for tests that kill it: `node issue-worker.ts <url> <batchId>`. */
const [, , url = '', batchId = ''] = process.argv;
const db = openDb({ url, max: 1, name: 'issue-worker' });
await runIssue(db, { kind: 'system', id: 'issue_batch' }, batchId);
await closeDb(db);
