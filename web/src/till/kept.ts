const databaseName = 'huiquan-till';
const storeName = 'kept';

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName, 1);
    request.addEventListener('upgradeneeded', () => request.result.createObjectStore(storeName));
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(new Error('storage of the browser is closed')));
  });
}

async function run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>) {
  const database = await opened();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(storeName, mode, { durability: 'strict' });
      const request = act(transaction.objectStore(storeName));
      transaction.addEventListener('complete', () => resolve(request.result));
      transaction.addEventListener('abort', () => reject(new Error('the browser kept nothing')));
    });
  } finally {
    database.close();
  }
}

/**
 * What this browser keeps over a reload: the key it signs with (which never leaves it), the
 * cashier's session, payments without an end. Nothing about customers.
 */
export type Slot = 'terminal' | 'cashier' | 'payments';

/** What lies in `slot`. */
export async function keptIn(slot: Slot): Promise<unknown> {
  return run<unknown>('readonly', (store) => store.get(slot) as IDBRequest<unknown>);
}

/** Puts `value` into `slot`; it is on the disk when this has ended. */
export async function keep(slot: Slot, value: unknown): Promise<void> {
  await run('readwrite', (store) => store.put(value, slot));
}

/** Empties `slot`. */
export async function forget(slot: Slot): Promise<void> {
  await run('readwrite', (store) => store.delete(slot));
}
