import { randomUUID } from 'node:crypto';
import { consentPurposes } from '@huiquan/domain/consent/texts.ts';
import { newId } from '@huiquan/domain/ids.ts';
import { instant } from '@huiquan/domain/instant.ts';
import { Refusal } from '@huiquan/domain/refusals.ts';
import { commandIdOf } from '../db/command.ts';
import type { Db, Lane } from '../db/pool.ts';
import type { GroupRules } from '../db/group.ts';
import type { Outcome } from '../db/group-command.ts';
import type { Asking, Tx } from '../db/transact.ts';
import { groupCommand } from '../http/group-command.ts';
import type { Principal } from '../http/principal.ts';

/** A resident signed in; groups ask the sessions of `everybodyStands` about nothing else. */
export function someResident(personId: string): Principal {
  const session = {
    sessionId: newId(),
    signedInAt: instant(0),
    secondFactorAt: undefined,
    expiresAt: instant(8.64e14),
    fromCookie: false,
  };
  const actor = { kind: 'resident', id: personId } as const;
  const known = { residentAccountId: personId, personId, agreed: consentPurposes };
  return { kind: 'resident', actor, grants: [], session, ...known };
}

const everybodyStands = {
  standing: async (_asking: Asking, principals: readonly Principal[]) =>
    new Set(principals.flatMap((one) => (one.kind === 'public' ? [] : one.session.sessionId))),
};

/** What one asker of a rush heard. */
export type Heard<Result> = {
  readonly result?: Result;
  readonly refused?: string;
  readonly replayed: boolean;
};

/** One server process in a rush: the queue of a command, on connections of its own. */
export function givenProcess<Item, Result>(
  db: Db,
  given: {
    readonly lane: Exclude<Lane, 'door'>;
    readonly run: (tx: Tx, items: readonly Item[]) => Promise<readonly Outcome<Result>[]>;
    readonly rules?: GroupRules;
  },
) {
  const { rules, ...wish } = given;
  const context = { db, authenticator: everybodyStands, groupRules: rules };
  const group = groupCommand<Item, Result>(context, { name: 'rush', ...wish });
  return async (asked: {
    readonly personId: string;
    readonly item: Item;
    readonly key?: string;
    readonly input?: string;
  }): Promise<Heard<Result>> => {
    const { personId, item, key = randomUUID(), input = '' } = asked;
    const inputHash = Buffer.from(input.padEnd(32));
    const request = { caller: `resident:${personId}`, route: 'POST /rush', key };
    const command = { commandId: commandIdOf(request), inputHash };
    try {
      return await group.submit({ principal: someResident(personId), command, item });
    } catch (error) {
      if (error instanceof Refusal) return { refused: error.code, replayed: false };
      throw error;
    }
  };
}
