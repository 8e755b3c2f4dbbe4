/** Runs one statement and answers its rows; so the check serves any client. */
export type Query = (text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

const versionMin = 150_000;

const statement = `select name, setting from pg_settings where name in ('server_version_num',
  'fsync', 'synchronous_commit', 'full_page_writes', 'data_sync_retry', 'data_checksums')`;

/**
 * Refuses a server that could lose or damage a voucher that was already confirmed to somebody:
 * fsync, full_page_writes or synchronous_commit off, data_sync_retry on, or older than PostgreSQL
 * 15. Answers warnings for what can be lived with: no data checksums.
 */
export async function refuseWeakSettings(query: Query): Promise<readonly string[]> {
  const settings = new Map((await query(statement)).map((row) => [row['name'], row['setting']]));
  const version = Number(settings.get('server_version_num'));
  if (!(version >= versionMin)) {
    throw new Error(`PostgreSQL 15 or newer is needed; this server is ${version}`);
  }
  const weak = ['fsync', 'full_page_writes', 'synchronous_commit'].filter(
    (name) => settings.get(name) === 'off' || settings.get(name) === undefined,
  );
  if (settings.get('data_sync_retry') === 'on') weak.push('data_sync_retry');
  if (weak.length > 0) {
    const found = weak.map((name) => `${name} = ${String(settings.get(name))}`).join(', ');
    throw new Error(
      `this PostgreSQL server can lose committed vouchers after a crash (${found}): ` +
        'correct its settings (fsync, full_page_writes and synchronous_commit on, ' +
        'data_sync_retry off) and start again',
    );
  }
  if (settings.get('data_checksums') === 'on') return [];
  return ['this PostgreSQL server keeps no data checksums: damaged pages would go unnoticed'];
}
