import type { evaluationZh } from './zh.ts';

/** Words of the evaluation report, in English. */
export const evaluationEn: Readonly<Record<keyof typeof evaluationZh, string>> = {
  evaluateTitle: 'Evaluation',
  evaluateAsOf: 'As of {at}; every figure comes from the ledger and the registers.',
  evaluateHash: 'Content hash',
  evaluateSheet: 'Download Excel',
  evaluatePrint: 'Download PDF',
  evaluateFigures: 'Figures',
  evaluateFigure: 'Figure',
  evaluateValue: 'Value',
  evaluateUnit: 'Unit',
  evaluateNone: 'Not in the books',
  evaluateCategories: 'Spending by industry',
  evaluateIndustry: 'Industry',
  evaluateCount: 'Redemptions',
  evaluateOrder: 'Spent (yuan)',
  evaluateUsed: 'Redeemed (yuan)',
  evaluateCompared: 'Beside the published evaluation',
  evaluateLedger: 'Ledger',
  evaluatePrinted: 'Article',
  evaluateDifference: 'Difference',
  evaluateAgrees: 'Agrees',
  evaluateClause: 'Clause',
  evaluateWhy: 'Reason',
  evaluateEmpty: 'No data',
};
