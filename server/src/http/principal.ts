import type { Grant } from '@huiquan/domain/access.ts';
import type { ConsentPurpose } from '@huiquan/domain/consent/texts.ts';
import type { Instant } from '@huiquan/domain/instant.ts';
import { refuse } from '@huiquan/domain/refusals.ts';
import type { Actor } from '../db/transact.ts';

/** A sign-in that is still good. */
export type Session = {
  readonly sessionId: string;
  readonly signedInAt: Instant;
  readonly secondFactorAt: Instant | undefined;
  readonly expiresAt: Instant;
  /** Whether the browser sent it in a cookie: then the origin of writes is checked. */
  readonly fromCookie: boolean;
};

/** A bound terminal and where it stands. */
export type Till = {
  readonly terminalId: string;
  readonly shopId: string;
  readonly merchantId: string;
};

/** Who asks, with the grants in force at this statement. */
export type Principal =
  | {
      readonly kind: 'public';
      readonly actor: Actor;
      readonly grants: readonly Grant[];
      /** A till that signed its request while no cashier is signed in. */
      readonly till?: Till;
    }
  | {
      readonly kind: 'staff';
      readonly actor: Actor;
      readonly grants: readonly Grant[];
      readonly session: Session;
      readonly staffId: string;
      /** None for the people of a merchant. */
      readonly organisationId: string | undefined;
      readonly organisationPath: string | undefined;
    }
  | {
      readonly kind: 'resident';
      readonly actor: Actor;
      readonly grants: readonly Grant[];
      readonly session: Session;
      readonly residentAccountId: string;
      /** Known once the real name is verified. */
      readonly personId: string | undefined;
      /** What he has agreed to, under the texts in force. */
      readonly agreed: readonly ConsentPurpose[];
    }
  | {
      readonly kind: 'terminal';
      readonly actor: Actor;
      readonly grants: readonly Grant[];
      readonly session: Session;
      readonly terminalId: string;
      readonly shopId: string;
      readonly merchantId: string;
      /** The cashier signed in at this till. */
      readonly cashierId: string;
    };

type Kind<K extends Principal['kind']> = Extract<Principal, { kind: K }>;

/** The staff member who asks; refuses `forbidden` for anyone else. */
export function staffOf(principal: Principal): Kind<'staff'> {
  return principal.kind === 'staff' ? principal : refuse('forbidden');
}

/** The resident who asks; refuses `forbidden` for anyone else. */
export function residentOf(principal: Principal): Kind<'resident'> {
  return principal.kind === 'resident' ? principal : refuse('forbidden');
}

/** The natural person who asks; refuses `real_name_required` before the real name is verified. */
export function personOf(principal: Principal): string {
  return residentOf(principal).personId ?? refuse('real_name_required');
}

/** The till and cashier who ask; refuses `forbidden` for anyone else. */
export function terminalOf(principal: Principal): Kind<'terminal'> {
  return principal.kind === 'terminal' ? principal : refuse('forbidden');
}
