/**
 * Every reason for which one row of an imported file is not taken: code → what the report and the
 * failure file say. A row may have several; the other rows of the file are not touched by it.
 */
export const rowProblems = {
  formula_not_allowed: '单元格含公式，请粘贴为数值后再导入',
  number_in_text_cell: '号码被存成了数字，位数可能已丢失，请把该列设为文本后重新填写',
  cell_error: '单元格是错误值(如 #N/A)',
  hidden_row: '该行被隐藏，请取消隐藏或删除后再导入',
  too_many_cells: '该行内容超出表头的列',
  invalid_text: '含有不可见或无法识别的字符',
  too_long: '内容过长',
  value_missing: '必填内容为空',
  masked_value: '不能导入带星号的脱敏内容',
  invalid_name: '姓名不正确',
  invalid_phone: '手机号不正确',
  invalid_id_number: '身份证号不正确',
  invalid_bank_card: '银行卡号不正确',
  invalid_amount: '金额不正确，应为元，最多两位小数',
  invalid_date: '日期不正确',
  invalid_quantity: '数量不正确',
  amount_mismatch: '发放金额与消费券面值不符',
  cap_exceeded: '超过每人标准上限',
  duplicate: '与本文件中的另一行重复',
  exists: '此前已导入',
} as const satisfies Record<string, string>;

/** The code of one reason in the catalogue. */
export type RowProblemCode = keyof typeof rowProblems;

/** What is wrong with a row; `column` is the header's name where one cell is to blame. */
export type RowProblem = {
  readonly code: RowProblemCode;
  readonly column?: string;
  /** What explains it: a limit, the clause that sets it. */
  readonly figures?: Readonly<Record<string, string | number>>;
};
