import type { Fen } from '@huiquan/domain/fen.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import type { Unknown } from './behaviour.ts';
import type { Call } from './call.ts';

/** One payout the bank is asked to make. `instructionId` is ours and never used for another. */
export type PaymentInstruction = {
  readonly instructionId: string;
  readonly payeeName: string;
  readonly payeeAccount: string;
  readonly amountFen: Fen;
  readonly remark: string;
};

/** The instructions of one settlement run, paid from one special account. */
export type PaymentFile = {
  readonly fileId: string;
  readonly payerAccount: string;
  readonly instructions: readonly PaymentInstruction[];
};

/** The most instructions the bank takes in one file. */
export const instructionsPerFileMax = 10_000;

export type SubmitAnswer =
  | { readonly outcome: 'accepted'; readonly receivedAt: Instant; readonly totalFen: Fen }
  | {
      readonly outcome: 'rejected';
      readonly reason:
        | 'unknown_account'
        | 'file_id_reused'
        | 'instruction_id_reused'
        | 'bad_amount'
        | 'empty_file'
        | 'too_many_instructions'
        | 'other';
    }
  | Unknown;

/** Why money did not reach the payee, or came back from there (退汇). */
export type PayoutProblem =
  | 'insufficient_balance'
  | 'account_closed'
  | 'name_mismatch'
  | 'account_frozen'
  | 'other';

/** What became of one instruction. `returned`: it was paid and the payee's bank sent it back. */
export type InstructionState =
  | { readonly outcome: 'processing' }
  | { readonly outcome: 'paid'; readonly serial: string; readonly paidAt: Instant }
  | { readonly outcome: 'failed'; readonly reason: PayoutProblem }
  | {
      readonly outcome: 'returned';
      readonly serial: string;
      readonly reason: PayoutProblem;
      readonly returnedAt: Instant;
    };

export type InstructionAnswer = InstructionState | { readonly outcome: 'not_found' } | Unknown;

/** One line of the receipt file (回单); a bank may list an instruction twice. */
export type Receipt = {
  readonly instructionId: string;
  readonly amountFen: Fen;
  readonly state: InstructionState;
};

export type ReceiptsAnswer =
  | { readonly outcome: 'receipts'; readonly receipts: readonly Receipt[] }
  | { readonly outcome: 'not_found' }
  | Unknown;

/**
 * How a bank lays out a statement.
 * - `debit_credit`: account and opening balance above the header, money out and in in two columns
 *   (借方发生额, 贷方发生额), closing balance below
 * - `direction`: a backtick before every field, one amount beside 收入 or 支出, two summary lines
 */
export type StatementLayout = 'debit_credit' | 'direction';

/** UTF-8 comes with a byte order mark. */
export type StatementEncoding = 'utf-8' | 'gb18030';

/** The lines booked from the first to the last day, both included, `YYYY-MM-DD`. */
export type StatementRequest = {
  readonly account: string;
  readonly fromDay: string;
  readonly toDay: string;
  readonly layout: StatementLayout;
  readonly encoding: StatementEncoding;
};

export type StatementAnswer =
  | {
      readonly outcome: 'statement';
      readonly fileName: string;
      readonly bytes: Uint8Array;
      /** Of the bytes, in hexadecimal, as given beside the file. */
      readonly sha1: string;
      readonly sm3: string;
    }
  | { readonly outcome: 'unknown_account' }
  | { readonly outcome: 'not_ready' }
  | Unknown;

/**
 * The bank of the special accounts. Its rules, which every adapter must keep and the sandbox
 * reproduces:
 * - the same file may be sent again and is paid once; other content under its id is rejected
 * - a rejected file has no effect and may be sent again
 * - an instruction that the account cannot cover fails by itself, its neighbours go on
 * - in every statement the opening balance plus the lines is the closing balance, and the closing
 *   balance of a day opens the next; a line may be booked on a later day than it was traded
 * - a statement whose last day is not over may grow; the day after today is `not_ready`
 * - no method throws because the bank is slow, silent or gone
 */
export type Bank = {
  readonly submitPayments: (file: PaymentFile, call: Call) => Promise<SubmitAnswer>;
  readonly queryInstruction: (instructionId: string, call: Call) => Promise<InstructionAnswer>;
  readonly receipts: (fileId: string, call: Call) => Promise<ReceiptsAnswer>;
  readonly statement: (request: StatementRequest, call: Call) => Promise<StatementAnswer>;
};
