import type { ObjectScope } from '@huiquan/domain/access.ts';
import { fen, fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { receiveFile } from '../../files/receive-file.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { actScope, programmeScope, type Side } from '../programme/load-plan.ts';
import {
  type BankFile,
  type BankLine,
  type BankLinePosition,
  importBankStatement,
  listBankFiles,
  listBankLines,
  rematchBankLines,
  sealStatement,
} from './bank-import.ts';
import { unmatchedReasons } from './bank-line-match.ts';
import { readStatement } from './bank-statement.ts';
import {
  approveConfirmation,
  type Confirmation,
  type Evidence,
  getConfirmation,
  listConfirmations,
  prepareConfirmation,
  rejectConfirmation,
} from './confirmation.ts';
import { getFund } from './fund.ts';
import * as contract from './funding.contract.ts';
import {
  cancelFundingOrder,
  type FundingOrder,
  getFundingOrder,
  linesOf,
  listFundingOrders,
  prepareFundingOrder,
} from './funding-order.ts';

const pageSize = 50;

function orderWire(order: FundingOrder) {
  const { accountName, accountNumber, accountBank, totalFen, createdAt, confirmedAt } = order;
  const { fundingOrderId, programmeId, funderId, funderName, remarkCode, state, preparedBy } =
    order;
  return {
    fundingOrderId,
    programmeId,
    funderId,
    funderName,
    totalFen: fenOnWire(totalFen),
    payTo: { name: accountName, number: accountNumber, bank: accountBank },
    remarkCode,
    state,
    preparedBy,
    createdAt: instantText(createdAt),
    ...(confirmedAt === null ? {} : { confirmedAt: instantText(confirmedAt) }),
  };
}

function confirmationWire(confirmation: Confirmation) {
  const { confirmationId, fundingOrderId, basis, isExact, note, state, preparedBy } = confirmation;
  const { bankLineId, documentNumber, decidedBy, createdAt } = confirmation;
  return {
    confirmationId,
    fundingOrderId,
    basis,
    isExact,
    note,
    state,
    preparedBy,
    createdAt: instantText(createdAt),
    ...(bankLineId === null ? {} : { bankLineId }),
    ...(documentNumber === null ? {} : { documentNumber }),
    ...(decidedBy === null ? {} : { decidedBy }),
  };
}

function fileWire({ lineCount, newLineCount, openingFen, closingFen, ...file }: BankFile) {
  return {
    ...file,
    lines: lineCount,
    newLines: newLineCount,
    uploadedAt: instantText(file.uploadedAt),
    ...(openingFen === null ? {} : { openingFen: fenOnWire(openingFen) }),
    ...(closingFen === null ? {} : { closingFen: fenOnWire(closingFen) }),
  };
}

function lineWire(line: BankLine) {
  const { postedAt, amountFen, balanceFen, reason, matchedKind, matchedId, ...rest } = line;
  return {
    ...rest,
    postedAt: instantText(postedAt),
    amountFen: fenOnWire(amountFen),
    ...(balanceFen === null ? {} : { balanceFen: fenOnWire(balanceFen) }),
    ...(reason === null ? {} : { reason, reasonText: unmatchedReasons[reason] }),
    ...(matchedKind === null ? {} : { matchedKind }),
    ...(matchedId === null ? {} : { matchedId }),
  };
}

const orderScope = ({ programmeId, funderPath }: FundingOrder): ObjectScope => ({
  programmeId,
  organisationPath: funderPath,
});

function confirmScope(
  tx: Tx,
  of: { readonly programmeId: string; readonly funderPath: string },
  side: Side,
): Promise<ObjectScope> {
  const { programmeId, funderPath: ownerPath } = of;
  return actScope(tx, { programmeId, act: 'confirm_money', side, ownerPath });
}

function orderHandlers({ keys }: Context): readonly Handled[] {
  return [
    handle(contract.prepareFundingOrderRoute, async (request) => {
      const { payTo, payerName } = request.body;
      const lines = request.body.lines.map(({ fundId, amountFen }) => ({
        fundId,
        amountFen: fen(amountFen),
      }));
      return request.transact(async (tx) => {
        for (const { fundId } of lines) {
          const { programmeId, funderPath: organisationPath } = await getFund(tx, fundId);
          request.authorize({ programmeId, organisationPath });
        }
        return orderWire(await prepareFundingOrder(tx, { lines, keys, payTo, payerName }));
      });
    }),
    handle(contract.listFundingOrdersRoute, async (request) => {
      const { limit = pageSize, state } = request.query;
      const { programmeId } = request.params;
      const after = request.position<string>();
      const asked = { programmeId, state, reach: request.reach(), after, limit };
      const found = await request.read((tx) => listFundingOrders(tx, asked));
      const items = found.map(orderWire);
      const last = items.at(-1);
      if (items.length < limit || last === undefined) return { items };
      return { items, next: request.cursor(last.fundingOrderId) };
    }),
    handle(contract.getFundingOrderRoute, async (request) =>
      request.read(async (tx) => {
        const order = await getFundingOrder(tx, request.params.fundingOrderId);
        request.authorize(orderScope(order));
        const lines = await linesOf(tx, order.fundingOrderId);
        return {
          ...orderWire(order),
          lines: lines.map((line) => ({ ...line, amountFen: fenOnWire(line.amountFen) })),
        };
      }),
    ),
    handle(contract.cancelFundingOrderRoute, async (request) =>
      request.transact(async (tx) => {
        const { fundingOrderId } = request.params;
        request.authorize(orderScope(await getFundingOrder(tx, fundingOrderId)));
        await cancelFundingOrder(tx, { fundingOrderId, reason: request.body.reason });
        return {};
      }),
    ),
  ];
}

async function propose(
  tx: Tx,
  input: { readonly order: FundingOrder; readonly evidence: Evidence; readonly note: string },
) {
  const { order, evidence, note } = input;
  return prepareConfirmation(tx, { fundingOrderId: order.fundingOrderId, evidence, note });
}

const confirmations: readonly Handled[] = [
  handle(contract.matchBankLineRoute, async (request) => {
    const { bankLineId, note } = request.body;
    return request.transact(async (tx) => {
      const order = await getFundingOrder(tx, request.params.fundingOrderId);
      request.authorize(await confirmScope(tx, order, 'prepare'));
      return propose(tx, { order, evidence: { basis: 'bank_line', bankLineId }, note });
    });
  }),
  handle(contract.preparePreallocationRoute, async (request) => {
    const { documentNumber, documentDigest, note } = request.body;
    const digest = Buffer.from(documentDigest, 'hex');
    const evidence = { basis: 'preallocation', documentNumber, documentDigest: digest } as const;
    return request.transact(async (tx) => {
      const order = await getFundingOrder(tx, request.params.fundingOrderId);
      request.authorize(await confirmScope(tx, order, 'prepare'));
      return propose(tx, { order, evidence, note });
    });
  }),
  handle(contract.listConfirmationsRoute, async (request) => {
    const { limit = pageSize, state } = request.query;
    const { programmeId } = request.params;
    const after = request.position<string>();
    return request.read(async (tx) => {
      const asked = { programmeId, act: 'confirm_money', side: 'approve' } as const;
      request.authorize(await actScope(tx, asked));
      const found = await listConfirmations(tx, { programmeId, state, after, limit });
      const items = found.map(confirmationWire);
      const last = items.at(-1);
      if (items.length < limit || last === undefined) return { items };
      return { items, next: request.cursor(last.confirmationId) };
    });
  }),
  handle(contract.approveConfirmationRoute, async (request) =>
    request.transact(async (tx) => {
      const { confirmationId } = request.params;
      const found = await getConfirmation(tx, confirmationId);
      request.authorize(await confirmScope(tx, found, 'approve'));
      return approveConfirmation(tx, { confirmationId });
    }),
  ),
  handle(contract.rejectConfirmationRoute, async (request) =>
    request.transact(async (tx) => {
      const { confirmationId } = request.params;
      const found = await getConfirmation(tx, confirmationId);
      request.authorize(await confirmScope(tx, found, 'approve'));
      await rejectConfirmation(tx, { confirmationId, reason: request.body.reason });
      return {};
    }),
  ),
];

function bankHandlers({ keys }: Context): readonly Handled[] {
  return [
    handle(contract.importBankStatementRoute, async (request) => {
      const { programmeId } = request.params;
      const upload = await request.file();
      const file = await receiveFile(upload.stream, { name: upload.name });
      try {
        const accountNumber = accountNumberOf(upload.fields);
        const read = await readStatement(file.path, { name: file.name, accountNumber });
        const statement = sealStatement(keys, read);
        const digest = Buffer.from(file.sha256, 'hex');
        request.alsoInput({ accountNumber, sha256: file.sha256 });
        const input = { programmeId, accountNumber, fileName: file.name, digest, statement };
        return await request.transact(async (tx) => {
          request.authorize(await programmeScope(tx, programmeId));
          return importBankStatement(tx, input);
        });
      } finally {
        await file.release();
      }
    }),
    handle(contract.rematchBankLinesRoute, async (request) => {
      const { programmeId } = request.params;
      const { accountNumber } = request.body;
      return request.transact(async (tx) => {
        request.authorize(await programmeScope(tx, programmeId));
        return rematchBankLines(tx, { programmeId, accountNumber });
      });
    }),
    handle(contract.listBankFilesRoute, async (request) =>
      request.read(async (tx) => {
        const { programmeId } = request.params;
        request.authorize(await programmeScope(tx, programmeId));
        return { items: (await listBankFiles(tx, programmeId)).map(fileWire) };
      }),
    ),
    handle(contract.listBankLinesRoute, async (request) => {
      const { limit = pageSize, state, direction, bankFileId } = request.query;
      const { programmeId } = request.params;
      const after = request.position<BankLinePosition>();
      const { everything, programmeIds, organisationPaths } = request.reach();
      return request.read(async (tx) => {
        const { organisationPath } = await programmeScope(tx, programmeId);
        const seesAll =
          everything ||
          programmeIds.includes(programmeId) ||
          organisationPaths.some((path) => organisationPath?.startsWith(path));
        const paths = seesAll ? undefined : organisationPaths;
        const asked = { programmeId, state, direction, bankFileId, paths, after, limit };
        const found = await listBankLines(tx, asked);
        const last = found.at(-1);
        const items = found.map(lineWire);
        if (found.length < limit || last === undefined) return { items };
        const position = { at: last.postedAt, bankLineId: last.bankLineId };
        return { items, next: request.cursor(position) };
      });
    }),
  ];
}

function accountNumberOf(fields: Readonly<Record<string, string>>): string {
  const number = fields['accountNumber'] ?? '';
  if (/^[0-9-]{5,40}$/.test(number)) return number;
  const error = { pointer: '/accountNumber', code: 'invalid_format', text: '格式不正确' };
  refuse('invalid_fields', { errors: [error] });
}

/** Funding orders, their confirmation, and the bank statements that confirm them. */
export function fundingRoutes(context: Context): readonly Handled[] {
  return [...orderHandlers(context), ...confirmations, ...bankHandlers(context)];
}
