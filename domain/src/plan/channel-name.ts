import type { Plan } from './effective-plan.ts';

/**
 * What people call a channel under this plan: its printed name, the id itself where the plan does
 * not know it any more, and nothing for money that stands in no channel's account.
 * @policy SM23 七(一)
 */
export function channelNameIn(plan: Pick<Plan, 'channels'>, channel: string): string {
  return plan.channels.find((one) => one.id === channel)?.name ?? channel;
}
