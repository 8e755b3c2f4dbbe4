/** Words that all areas of the office use. */
export const deskZh = {
  deskDone: '已办理',
  deskProof: '请再次验证身份',
  deskProofWhy: '审批、付款和导出前，须在 15 分钟内验证过口令和动态码。',
  deskPassword: '口令',
  deskTotp: '动态码',
  deskConfirm: '确定',
  deskCancel: '取消',
  deskSearch: '在表中查找',
  deskRows: '共 {count} 行',
  deskExport: '导出所示',
  deskReason: '理由',
  deskApprove: '同意',
  deskReject: '退回',
  deskYuan: '元',
  deskSecond: '须由另一人办理',
} as const;
