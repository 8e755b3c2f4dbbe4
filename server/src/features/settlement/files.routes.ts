import type { Readable } from 'node:stream';
import { fenOnWire } from '@huiquan/domain/fen.ts';
import type { Tx } from '../../db/transact.ts';
import type { CellValue } from '../../files/cell-guard.ts';
import type { BillDigests } from '../../files/write-bill.ts';
import { writeCsv } from '../../files/write-csv.ts';
import { writeXlsx } from '../../files/write-xlsx.ts';
import type { Context } from '../../http/context.ts';
import { handle, type FileAnswer, type Handled } from '../../http/handle.ts';
import { programmeScope } from '../programme/load-plan.ts';
import { getRun } from './clearing.ts';
import * as contract from './files.contract.ts';
import {
  merchantBill,
  merchantStatement,
  statementHeader,
  statementSums,
  type StatementSums,
} from './merchant-files.ts';
import { paymentFileHeader, paymentFileRows } from './payment-file.ts';
import { useFlowFile } from './use-flow.ts';

const csvType = 'text/csv; charset=utf-8';
const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

type Sheet = {
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly CellValue[])[];
};

function sheetFile({ name, header, rows }: Sheet, format: 'csv' | 'xlsx' = 'csv'): FileAnswer {
  return format === 'csv'
    ? { name: `${name}.csv`, type: csvType, content: writeCsv(header, rows) }
    : { name: `${name}.xlsx`, type: xlsxType, content: writeXlsx({ name: '数据', header }, rows) };
}

type Made = { readonly content: Readable; readonly digests: Promise<BillDigests> };

/** The digests of a file that is read to its end for their sake alone. */
async function digestsOf(made: Made): Promise<BillDigests> {
  made.content.resume();
  return made.digests;
}

const merchantScope = async (
  tx: Tx,
  of: { readonly programmeId: string; readonly merchantId: string },
) => ({ ...(await programmeScope(tx, of.programmeId)), merchantId: of.merchantId });

function sumsWire({ redemptions, refunds, ...sums }: Readonly<StatementSums>) {
  return {
    redemptions,
    refunds,
    orderFen: fenOnWire(sums.orderFen),
    voucherFen: fenOnWire(sums.voucherFen),
    cashFen: fenOnWire(sums.cashFen),
    backFen: fenOnWire(sums.backFen),
    dueFen: fenOnWire(sums.voucherFen - sums.backFen),
    paidFen: fenOnWire(sums.paidFen),
  };
}

const merchantFiles: readonly Handled[] = [
  handle(contract.merchantStatementRoute, async (request) => {
    const { fromDay, toDay, by = 'day', format } = request.query;
    const rows = await request.read(async (tx) => {
      request.authorize(await merchantScope(tx, request.params));
      return merchantStatement(tx, { ...request.params, fromDay, toDay, by });
    });
    const name = `商户对账单_${fromDay}_${toDay}`;
    return sheetFile({ name, header: statementHeader, rows }, format);
  }),
  handle(contract.statementSumsRoute, async (request) => {
    const { fromDay, toDay, by = 'day' } = request.query;
    return request.read(async (tx) => {
      request.authorize(await merchantScope(tx, request.params));
      const asked = { ...request.params, fromDay, toDay, by };
      const { periods, total } = await statementSums(tx, asked);
      return {
        periods: periods.map(([period, sums]) => ({ period, ...sumsWire(sums) })),
        total: sumsWire(total),
      };
    });
  }),
  handle(contract.merchantBillRoute, async (request) => {
    const { day } = request.query;
    const { content } = await request.read(async (tx) => {
      request.authorize(await merchantScope(tx, request.params));
      return merchantBill(tx, { ...request.params, day });
    });
    return { name: `商户结算账单_${day}.csv`, type: csvType, content };
  }),
  handle(contract.merchantBillDigestsRoute, async (request) => {
    const made = await request.read(async (tx) => {
      request.authorize(await merchantScope(tx, request.params));
      return merchantBill(tx, { ...request.params, day: request.query.day });
    });
    return digestsOf(made);
  }),
];

const funderFiles: readonly Handled[] = [
  handle(contract.useFlowRoute, async (request) => {
    const { day, funderId, flow = 'uses' } = request.query;
    const { programmeId } = request.params;
    const { content } = await request.read(async (tx) => {
      request.authorize(await programmeScope(tx, programmeId));
      return useFlowFile(tx, { programmeId, funderId, day, flow });
    });
    const name = flow === 'uses' ? `核销流水_${day}.csv` : `退款流水_${day}.csv`;
    return { name, type: csvType, content };
  }),
  handle(contract.useFlowDigestsRoute, async (request) => {
    const { day, funderId, flow = 'uses' } = request.query;
    const { programmeId } = request.params;
    const made = await request.read(async (tx) => {
      request.authorize(await programmeScope(tx, programmeId));
      return useFlowFile(tx, { programmeId, funderId, day, flow });
    });
    return digestsOf(made);
  }),
];

/** Payment files, statements, bills and flows as downloads. */
export function fileRoutes({ keys }: Context): readonly Handled[] {
  return [
    handle(contract.paymentFileRoute, async (request) => {
      const { runId } = request.params;
      const { rows, number } = await request.read(async (tx) => {
        const run = await getRun(tx, runId);
        request.authorize(await programmeScope(tx, run.programmeId));
        return { rows: await paymentFileRows(tx, keys, runId), number: run.number };
      });
      const name = `付款指令_第${number}批`;
      return sheetFile({ name, header: paymentFileHeader, rows }, request.query.format);
    }),
    ...merchantFiles,
    ...funderFiles,
  ];
}
