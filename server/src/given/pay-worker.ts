import { closeDb, openDb } from '../db/pool.ts';
import { someKeys } from './fund.ts';
import { makeBankSandbox } from '../ports/bank.sandbox.ts';
import { sendRun } from '../features/settlement/pay-run.ts';

/** What a test tells a server process that dies between sending a file and its receipts. */
export type PayOrder = {
  readonly appUrl: string;
  readonly journal: string;
  readonly runId: string;
  /** `before`: dies when the run is marked sent and nothing has left; `after`: the bank has it. */
  readonly dies: 'before' | 'after';
};

/** Sends one run and kills itself at the point it was told. */
async function pay(order: PayOrder): Promise<void> {
  const db = openDb({ url: order.appUrl, max: 2 });
  const sandbox = makeBankSandbox({ journal: order.journal });
  const bank = {
    ...sandbox,
    submitPayments: async (...call: Parameters<typeof sandbox.submitPayments>) => {
      if (order.dies === 'after') await sandbox.submitPayments(...call);
      process.kill(process.pid, 'SIGKILL');
      return new Promise<never>(() => undefined);
    },
  };
  await sendRun({ db, keys: someKeys, bank }, { kind: 'system', id: 'pay_runs' }, order.runId);
  await closeDb(db);
}

await pay(JSON.parse(process.env['HUIQUAN_PAY'] ?? '') as PayOrder);
