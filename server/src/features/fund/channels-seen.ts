import {
  type Grant,
  grantAllows,
  type ObjectScope,
  type Permission,
} from '@huiquan/domain/access.ts';

/** Channels whose money a reader sees; undefined where no channel bounds what he sees. */
export type ChannelsSeen = readonly string[] | undefined;

/**
 * Which channels' money the holder of `grants` sees of a programme or of what is in it. A programme
 * may have the accounts of several banks: who has it by his channel alone sees what is in that
 * channel's account and what is in none.
 */
export function channelsSeen(
  grants: readonly Grant[],
  permission: Permission,
  scope: ObjectScope,
): ChannelsSeen {
  const own: string[] = [];
  for (const grant of grants) {
    if (!grantAllows(grant, permission, scope)) continue;
    if (grant.scope.kind !== 'channel') return undefined;
    own.push(grant.scope.channel);
  }
  return own.length === 0 ? undefined : ['', ...own];
}

/** Those of a thing's lines that are in a channel the reader sees. */
export function linesSeen<Line extends { readonly channel: string }>(
  lines: readonly Line[],
  channels: ChannelsSeen,
): readonly Line[] {
  return channels === undefined ? lines : lines.filter((one) => channels.includes(one.channel));
}
