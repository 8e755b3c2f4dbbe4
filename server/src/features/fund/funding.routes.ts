import type { Grant, ObjectScope, Permission } from '@huiquan/domain/access.ts';
import { fen, fenOnWire } from '@huiquan/domain/fen.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { channelNameIn } from '@huiquan/domain/plan/channel-name.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import { receiveFile } from '../../files/receive-file.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled } from '../../http/handle.ts';
import { actScope, currentPlan, programmeScope, type Side } from '../programme/load-plan.ts';
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
import { channelsSeen, linesSeen } from './channels-seen.ts';
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

type Asker = {
  readonly principal: { readonly grants: readonly Grant[] };
  authorize(scope: ObjectScope): void;
};

/** The lines of an order that the asker sees: one that pays only into other banks is not there. */
async function linesFor(
  tx: Tx,
  asker: Asker,
  asked: {
    readonly fundingOrderId: string;
    readonly scope: ObjectScope;
    readonly permission: Permission;
  },
) {
  const { fundingOrderId, scope, permission } = asked;
  asker.authorize(scope);
  const channels = channelsSeen(asker.principal.grants, permission, scope);
  const lines = linesSeen(await linesOf(tx, fundingOrderId), channels);
  return lines.length === 0 ? refuse('not_found') : lines;
}

const confirmPermission = {
  prepare: 'funding_order.match',
  approve: 'funding_order.approve',
} as const;

async function authorizeConfirming(
  tx: Tx,
  asker: Asker,
  of: Pick<FundingOrder, 'fundingOrderId' | 'programmeId' | 'funderPath'> & { readonly side: Side },
): Promise<void> {
  const { fundingOrderId, programmeId, funderPath: ownerPath, side } = of;
  const scope = await actScope(tx, { programmeId, act: 'confirm_money', side, ownerPath });
  await linesFor(tx, asker, { fundingOrderId, scope, permission: confirmPermission[side] });
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
      const { grants } = request.principal;
      const channels = channelsSeen(grants, 'funding_order.read', { programmeId });
      const asked = { programmeId, state, reach: request.reach(), channels, after, limit };
      const found = await request.read((tx) => listFundingOrders(tx, asked));
      const items = found.map(orderWire);
      const last = items.at(-1);
      if (items.length < limit || last === undefined) return { items };
      return { items, next: request.cursor(last.fundingOrderId) };
    }),
    handle(contract.getFundingOrderRoute, async (request) =>
      request.read(async (tx) => {
        const order = await getFundingOrder(tx, request.params.fundingOrderId);
        const { fundingOrderId, programmeId } = order;
        const permission = 'funding_order.read';
        const scope = orderScope(order);
        const lines = await linesFor(tx, request, { fundingOrderId, scope, permission });
        const { plan } = await currentPlan(tx, programmeId);
        return {
          ...orderWire(order),
          lines: lines.map(({ amountFen, ...line }) => ({
            ...line,
            channelName: channelNameIn(plan, line.channel),
            amountFen: fenOnWire(amountFen),
          })),
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
      await authorizeConfirming(tx, request, { ...order, side: 'prepare' });
      return propose(tx, { order, evidence: { basis: 'bank_line', bankLineId }, note });
    });
  }),
  handle(contract.preparePreallocationRoute, async (request) => {
    const { documentNumber, documentDigest, note } = request.body;
    const digest = Buffer.from(documentDigest, 'hex');
    const evidence = { basis: 'preallocation', documentNumber, documentDigest: digest } as const;
    return request.transact(async (tx) => {
      const order = await getFundingOrder(tx, request.params.fundingOrderId);
      await authorizeConfirming(tx, request, { ...order, side: 'prepare' });
      return propose(tx, { order, evidence, note });
    });
  }),
  handle(contract.listConfirmationsRoute, async (request) => {
    const { limit = pageSize, state } = request.query;
    const { programmeId } = request.params;
    const after = request.position<string>();
    return request.read(async (tx) => {
      const asked = { programmeId, act: 'confirm_money', side: 'approve' } as const;
      const scope = await actScope(tx, asked);
      request.authorize(scope);
      const channels = channelsSeen(request.principal.grants, 'funding_order.approve', scope);
      const found = await listConfirmations(tx, { programmeId, state, channels, after, limit });
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
      await authorizeConfirming(tx, request, { ...found, side: 'approve' });
      return approveConfirmation(tx, { confirmationId });
    }),
  ),
  handle(contract.rejectConfirmationRoute, async (request) =>
    request.transact(async (tx) => {
      const { confirmationId } = request.params;
      const found = await getConfirmation(tx, confirmationId);
      await authorizeConfirming(tx, request, { ...found, side: 'approve' });
      await rejectConfirmation(tx, { confirmationId, reason: request.body.reason });
      return {};
    }),
  ),
];

/** Lets in who may handle the statements of the programme, and says of which banks' accounts. */
async function statementChannels(tx: Tx, asker: Asker, programmeId: string) {
  const scope = await programmeScope(tx, programmeId);
  asker.authorize(scope);
  return channelsSeen(asker.principal.grants, 'bank_statement.create', scope);
}

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
          const channels = await statementChannels(tx, request, programmeId);
          return importBankStatement(tx, { ...input, channels });
        });
      } finally {
        await file.release();
      }
    }),
    handle(contract.rematchBankLinesRoute, async (request) => {
      const { programmeId } = request.params;
      const { accountNumber } = request.body;
      return request.transact(async (tx) => {
        const channels = await statementChannels(tx, request, programmeId);
        return rematchBankLines(tx, { programmeId, accountNumber, channels });
      });
    }),
    handle(contract.listBankFilesRoute, async (request) =>
      request.read(async (tx) => {
        const { programmeId } = request.params;
        const channels = await statementChannels(tx, request, programmeId);
        return { items: (await listBankFiles(tx, programmeId, channels)).map(fileWire) };
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
        const { grants } = request.principal;
        const channels = channelsSeen(grants, 'bank_statement.read', { programmeId });
        const asked = { programmeId, state, direction, bankFileId, paths, channels, after, limit };
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
