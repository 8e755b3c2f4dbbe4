import type { deskZh } from './zh.ts';

/** Words that all areas of the office use, in English. */
export const deskEn: Readonly<Record<keyof typeof deskZh, string>> = {
  deskDone: 'Done',
  deskProof: 'Please prove again who you are',
  deskProofWhy:
    'Approvals, payments and exports need your password and code within the last 15 minutes.',
  deskPassword: 'Password',
  deskTotp: 'Code',
  deskConfirm: 'OK',
  deskCancel: 'Cancel',
  deskSearch: 'Find in this table',
  deskRows: '{count} rows',
  deskExport: 'Export what is shown',
  deskReason: 'Reason',
  deskApprove: 'Approve',
  deskReject: 'Reject',
  deskYuan: 'yuan',
  deskChooseFile: 'Choose a file',
  deskNoFile: 'none chosen',
  deskApprovers: 'The plan names {names} for the approval.',
  deskSecond: 'Another person must decide',
};
