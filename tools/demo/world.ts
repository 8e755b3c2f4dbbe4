import { createHash } from 'node:crypto';
import pg from 'pg';
import { instant, type Instant } from '@huiquan/domain/instant.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Role } from '@huiquan/domain/access.ts';
import { transact, type Actor, type Tx } from '../../server/src/db/transact.ts';
import { grantFirstRole, type NewGrant } from '../../server/src/features/account/grant.ts';
import { passwordHash } from '../../server/src/features/account/password.ts';
import { confirmTotp, createStaff, enrolTotp } from '../../server/src/features/account/staff.ts';
import { totpCode, totpStep } from '../../server/src/features/account/totp.ts';
import type { Installation } from '../../server/src/installation.ts';
import { makeBankSandbox, type BankSandbox } from '../../server/src/ports/bank.sandbox.ts';
import { secretOfText } from './totp-secret.ts';

/** A way to sign in that the demo prints. */
export type Login = {
  readonly role: string;
  readonly loginName: string;
  readonly password: string;
  readonly totpSecret: string;
};

/** What is done at one moment of the demo's history. */
export type Step = { readonly at: Instant; readonly run: () => Promise<void> };

/** The installation while its history is being written: the clock is set by hand. */
export type World = {
  readonly installation: Installation;
  readonly bank: BankSandbox;
  readonly logins: Login[];
  readonly residents: { readonly phone: string; readonly name: string; readonly note: string }[];
  /** Sets the clock of the database and of the bank. */
  readonly setClock: (at: Instant) => Promise<void>;
  readonly now: () => Instant;
  /** One act of `actor` in one transaction. */
  readonly act: <T>(actor: Actor, work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** Ends the history: the clock runs by itself again. */
  readonly finish: () => Promise<void>;
};

/** The installation's own hand: what it does nobody else could do yet. */
export const installer: Actor = { kind: 'system', id: 'demo' };

/** The password of every demo account: they are no secret. */
export const demoPassword = 'Huiquan-demo-2026';

/** Opens the world over an empty installation. */
export async function openWorld(installation: Installation, journal: string): Promise<World> {
  const owner = new pg.Client({ connectionString: installation.connection.migratorUrl });
  owner.on('error', () => undefined);
  await owner.connect();
  let now = instant(Date.now());
  return {
    installation,
    bank: makeBankSandbox({ journal, now: () => now }),
    logins: [],
    residents: [],
    now: () => now,
    setClock: async (at) => {
      now = at;
      await owner.query(
        `insert into clock_override (now_at) values ($1)
         on conflict (only_row) do update set now_at = excluded.now_at`,
        [new Date(at).toISOString()],
      );
    },
    act: (actor, work) => transact(installation.db, actor, work),
    finish: async () => {
      await owner.query('delete from clock_override');
      await owner.end();
    },
  };
}

/** A number below `below` that belongs to `text`: the demo is the same every time. */
export function pick(text: string, below: number): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) % below;
}

type Post = {
  readonly loginName: string;
  /** What the role is, as the log-in sheet says it. */
  readonly title: string;
  readonly organisationId: string | undefined;
  readonly role: NewGrant['role'] & Role;
  readonly scope: Pick<NewGrant, 'scopeKind' | 'scopeId'>;
};

/** A member of staff with a password, a second factor and one role; told on the log-in sheet. */
export async function hire(world: World, post: Post): Promise<Actor> {
  const { keys } = world.installation;
  const { loginName, title, organisationId, role, scope } = post;
  const hash = await passwordHash(demoPassword);
  const { staffId } = await world.act(installer, (tx) =>
    createStaff(tx, keys, { organisationId, loginName, name: title, passwordHash: hash }),
  );
  const { secret } = await world.act(installer, (tx) => enrolTotp(tx, keys, staffId));
  await world.act(installer, (tx) => {
    const code = totpCode(secretOfText(secret), totpStep(tx.now));
    return confirmTotp(tx, keys, { staffId, code });
  });
  await world.act(installer, (tx) =>
    grantFirstRole(tx, { staffId, role, ...scope, endsAt: undefined }),
  );
  world.logins.push({ role: title, loginName, password: demoPassword, totpSecret: secret });
  return { kind: 'staff', id: staffId };
}

/** Runs the steps of all programmes in the order of their moments. */
export async function runHistory(world: World, steps: readonly Step[]): Promise<void> {
  for (const step of steps.toSorted((a, b) => a.at - b.at)) {
    await world.setClock(step.at);
    await step.run();
  }
}

/** An id for a session of the demo's wallets. */
export const demoSession = newId();
