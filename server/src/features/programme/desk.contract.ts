import { Type } from 'typebox';

/** What the one who asks may do on the two sides of an act, and who the plan says approves it. */
export const DeskWire = Type.Object({
  mayPrepare: Type.Boolean(),
  mayApprove: Type.Boolean(),
  approvers: Type.Array(Type.String(), { description: '方案指定的审批单位；未指定的为空' }),
});
