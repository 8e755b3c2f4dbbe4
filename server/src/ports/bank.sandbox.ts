import { createHash } from 'node:crypto';
import { fen, fenOnWire, sumFen, zeroFen, type Fen } from '@huiquan/domain/fen.ts';
import { instant } from '@huiquan/domain/instant.ts';
import {
  balanceFen,
  bankFactSchema,
  coverFen,
  emptyBankBook,
  enterBank,
  stateOf,
  totalFen,
  type BankBook,
  type BankFact,
  type InstructionFact,
  type LineFact,
} from './bank.book.ts';
import { printStatement } from './bank.statement.ts';
import {
  instructionsPerFileMax,
  type Bank,
  type PaymentFile,
  type PaymentInstruction,
  type PayoutProblem,
  type ReceiptsAnswer,
  type SubmitAnswer,
} from './bank.ts';
import { makeScript, play, type Script, type Unknown } from './behaviour.ts';
import { replyWithin, type Call } from './call.ts';
import { openJournal } from './journal.ts';

/** What becomes of one instruction of an accepted file. */
export type Fate =
  | { readonly kind: 'pay'; readonly afterMs?: number }
  | { readonly kind: 'fail'; readonly reason: PayoutProblem }
  /** Paid, and sent back by the payee's bank `afterMs` later. */
  | { readonly kind: 'return'; readonly reason: PayoutProblem; readonly afterMs: number }
  /** The bank says it failed, the statement shows that the money left. */
  | { readonly kind: 'pay_but_say_failed' }
  /** Nothing more is heard of it. */
  | { readonly kind: 'stall' };

/** A funder's transfer into a special account; `remark` is the 附言 that names the order. */
export type Deposit = {
  readonly account: string;
  readonly amountFen: Fen;
  readonly remark: string;
  readonly payer: { readonly name: string; readonly account: string };
  /** When the funder's bank sent it, if that was before it is booked here: a late line. */
  readonly tradedAt?: number;
};

/** The bank as tests and the demo play it. */
export type BankSandbox = Bank & {
  readonly script: Script;
  /** Opens a special account; opening it again changes nothing. */
  readonly openAccount: (account: {
    readonly account: string;
    readonly name: string;
    readonly openingFen?: Fen;
    readonly serials?: 'given' | 'blank';
  }) => void;
  /** Plays a funder's transfer and answers the serial of its line. */
  readonly depositByFunder: (deposit: Deposit) => string;
  readonly fate: (instructionId: string, fate: Fate) => void;
  readonly nextFates: (...fates: readonly Fate[]) => void;
  /** From now on the line with this serial is printed twice, as banks sometimes do. */
  readonly repeatLine: (serial: string) => void;
  readonly balanceFen: (account: string) => Fen;
  readonly totalFen: () => Fen;
};

type Options = { readonly journal?: string; readonly now?: () => number };

type State = {
  readonly book: BankBook;
  readonly write: (fact: BankFact) => void;
  readonly now: () => number;
  readonly script: Script;
  readonly fates: { readonly byId: Map<string, Fate>; readonly queue: Fate[] };
};

/** A bank without accounts, or with what it wrote into `journal` before a restart. */
export function makeBankSandbox(options: Options = {}): BankSandbox {
  const journal = openJournal(bankFactSchema, options.journal);
  const book = emptyBankBook();
  for (const fact of journal.facts) enterBank(book, fact);
  const state: State = {
    book,
    write(fact) {
      journal.append(fact);
      enterBank(book, fact);
    },
    now: options.now ?? Date.now,
    script: makeScript(),
    fates: { byId: new Map(), queue: [] },
  };
  return { ...asBank(state), ...asPlayed(state) };
}

function asBank(state: State): Bank {
  const { book, script, now } = state;
  const ifUp = <Answer>(call: Call, answer: () => Answer): Promise<Answer | Unknown> =>
    answered<Answer>(call, async () =>
      script.isDown() ? { outcome: 'unknown', cause: 'unreachable' } : answer(),
    );
  return {
    submitPayments: (file, call) => answered(call, (signal) => submit(state, file, signal)),
    queryInstruction: (instructionId, call) =>
      ifUp(call, () => {
        const known = book.instructions.get(instructionId);
        return known === undefined ? { outcome: 'not_found' } : stateOf(known, now());
      }),
    receipts: (fileId, call) => ifUp(call, () => receipts(state, fileId)),
    statement: (request, call) => ifUp(call, () => printStatement(book, request, now())),
  };
}

function asPlayed(state: State): Omit<BankSandbox, keyof Bank> {
  const { book, write, fates } = state;
  return {
    script: state.script,
    openAccount({ account, name, openingFen = zeroFen, serials = 'given' }) {
      if (book.accounts.has(account)) return;
      write({ fact: 'account', account, name, openingFen: fenOnWire(openingFen), serials });
    },
    depositByFunder: (deposit) => depositByFunder(state, deposit),
    fate: (instructionId, fate) => void fates.byId.set(instructionId, fate),
    nextFates: (...next) => void fates.queue.push(...next),
    repeatLine: (serial) => write({ fact: 'repeat', serial }),
    balanceFen: (account) => balanceFen(book, account, state.now() + 1),
    totalFen: () => totalFen(book),
  };
}

async function answered<Answer>(
  call: Call,
  work: (signal: AbortSignal) => Promise<Answer | Unknown>,
): Promise<Answer | Unknown> {
  const reply = await replyWithin(call, work);
  return reply.isAnswered ? reply.answer : { outcome: 'unknown', cause: reply.cause };
}

function depositByFunder(state: State, deposit: Deposit): string {
  if (!state.book.accounts.has(deposit.account)) {
    throw new RangeError(`no such account: ${deposit.account}`);
  }
  const now = state.now();
  return writeLine(state, {
    account: deposit.account,
    amountFen: fenOnWire(deposit.amountFen),
    tradedAt: deposit.tradedAt ?? now,
    bookedAt: now,
    partyName: deposit.payer.name,
    partyAccount: deposit.payer.account,
    summary: '转账收入',
    remark: deposit.remark,
  });
}

function writeLine(state: State, line: Omit<LineFact, 'fact' | 'serial'>): string {
  const serial = `BK${String(state.book.lineCount + 1).padStart(14, '0')}`;
  state.write({ fact: 'line', serial, ...line });
  return serial;
}

async function submit(state: State, file: PaymentFile, signal: AbortSignal): Promise<SubmitAnswer> {
  const digest = digestOf(file);
  const known = state.book.files.get(file.fileId);
  if (known !== undefined && state.script.isDown()) {
    return { outcome: 'unknown', cause: 'unreachable' };
  }
  if (known !== undefined) {
    if (known.digest !== digest) return { outcome: 'rejected', reason: 'file_id_reused' };
    return accepted(known);
  }
  const reason = rejection(state.book, file);
  return play<SubmitAnswer>(state.script.take(file.fileId), signal, {
    effect(behaviour) {
      if (reason !== undefined || behaviour.kind === 'decline') return;
      const delayMs = behaviour.kind === 'slow' ? behaviour.delayMs : 0;
      takeFile(state, file, { delayMs, receiptCopies: behaviour.kind === 'twice' ? 2 : 1 });
    },
    answer(behaviour) {
      if (reason !== undefined) return { outcome: 'rejected', reason };
      const taken = state.book.files.get(file.fileId);
      const saysNo = taken === undefined || behaviour.kind === 'contradict';
      return saysNo ? { outcome: 'rejected', reason: 'other' } : accepted(taken);
    },
  });
}

function accepted(file: { readonly receivedAt: number; readonly totalFen: number }): SubmitAnswer {
  const receivedAt = instant(file.receivedAt);
  return { outcome: 'accepted', receivedAt, totalFen: fen(file.totalFen) };
}

function digestOf(file: PaymentFile): string {
  const rows = file.instructions.map((one) => [
    one.instructionId,
    one.payeeName,
    one.payeeAccount,
    String(one.amountFen),
    one.remark,
  ]);
  return createHash('sha256')
    .update(JSON.stringify([file.payerAccount, rows]))
    .digest('hex');
}

type Rejection = Extract<SubmitAnswer, { outcome: 'rejected' }>['reason'];

function rejection(book: BankBook, file: PaymentFile): Rejection | undefined {
  const { instructions } = file;
  const ids = new Set(instructions.map(({ instructionId }) => instructionId));
  if (!book.accounts.has(file.payerAccount)) return 'unknown_account';
  if (instructions.length === 0) return 'empty_file';
  if (instructions.length > instructionsPerFileMax) return 'too_many_instructions';
  if (instructions.some(({ amountFen }) => amountFen <= zeroFen)) return 'bad_amount';
  const isReused =
    ids.size < instructions.length || [...ids].some((id) => book.instructions.has(id));
  return isReused ? 'instruction_id_reused' : undefined;
}

function takeFile(
  state: State,
  file: PaymentFile,
  how: { readonly delayMs: number; readonly receiptCopies: number },
): void {
  const receivedAt = state.now() + how.delayMs;
  state.write({
    fact: 'file',
    fileId: file.fileId,
    digest: digestOf(file),
    receivedAt,
    totalFen: fenOnWire(sumFen(file.instructions.map(({ amountFen }) => amountFen))),
    receiptCopies: how.receiptCopies,
    instructionIds: file.instructions.map(({ instructionId }) => instructionId),
  });
  let left: bigint = coverFen(state.book, file.payerAccount, state.now());
  for (const instruction of file.instructions) {
    const fate = fateOf(state, instruction, left);
    const fact = carryOut(state, { instruction, fate, from: file.payerAccount, at: receivedAt });
    if (fact.serial !== '') left -= instruction.amountFen;
    state.write(fact);
  }
}

function fateOf(state: State, instruction: PaymentInstruction, left: bigint): Fate {
  const { byId, queue } = state.fates;
  const fate = byId.get(instruction.instructionId) ?? queue.shift() ?? { kind: 'pay' };
  byId.delete(instruction.instructionId);
  const isCovered = instruction.amountFen <= left;
  return isCovered ? fate : { kind: 'fail', reason: 'insufficient_balance' };
}

type Errand = {
  readonly instruction: PaymentInstruction;
  readonly fate: Fate;
  readonly from: string;
  readonly at: number;
};

/** Books the lines of one instruction and answers what the bank will say about it. */
function carryOut(state: State, { instruction, fate, from, at }: Errand): InstructionFact {
  const { instructionId } = instruction;
  const amountFen = fenOnWire(instruction.amountFen);
  const base = { fact: 'instruction' as const, instructionId, amountFen };
  const book = (amount: number, when: number, summary: string): string =>
    writeLine(state, {
      account: from,
      amountFen: amount,
      tradedAt: when,
      bookedAt: when,
      partyName: instruction.payeeName,
      partyAccount: instruction.payeeAccount,
      summary,
      remark: instruction.remark,
      instructionId,
    });
  switch (fate.kind) {
    case 'pay': {
      const saidAt = at + (fate.afterMs ?? 0);
      return { ...base, saidAt, serial: book(-amountFen, saidAt, '代付支出') };
    }
    case 'fail':
      return { ...base, saidAt: at, serial: '', problem: fate.reason };
    case 'return': {
      const serial = book(-amountFen, at, '代付支出');
      const returnedAt = at + fate.afterMs;
      const returnSerial = book(amountFen, returnedAt, '退汇');
      return { ...base, saidAt: at, serial, problem: fate.reason, returnedAt, returnSerial };
    }
    case 'pay_but_say_failed':
      return { ...base, saidAt: at, serial: book(-amountFen, at, '代付支出'), problem: 'other' };
    case 'stall':
      return { ...base, saidAt: null, serial: '' };
    default:
      return fate satisfies never;
  }
}

function receipts({ book, now }: State, fileId: string): ReceiptsAnswer {
  const file = book.files.get(fileId);
  if (file === undefined || file.receivedAt > now()) return { outcome: 'not_found' };
  const known = file.instructionIds.flatMap((instructionId) => {
    const fact = book.instructions.get(instructionId);
    if (fact === undefined) return [];
    const receipt = { instructionId, amountFen: fen(fact.amountFen), state: stateOf(fact, now()) };
    return Array.from({ length: file.receiptCopies }, () => receipt);
  });
  return { outcome: 'receipts', receipts: known };
}
