import { type Fen, yuanText } from '@huiquan/domain/fen.ts';
import {
  addDays,
  dayOf,
  type Instant,
  instant,
  instantText,
  startOfDay,
} from '@huiquan/domain/instant.ts';
import type { Db } from '../../db/pool.ts';
import { transact, type Actor } from '../../db/transact.ts';
import { twin } from '../../db/twin.ts';
import type { Keys } from '../../keys.ts';
import type { SmsProvider, SmsTemplate } from '../../ports/sms.ts';

const sql = twin(import.meta.url);
const atOnce = 20;
const pageSize = 1_000;
const smsMs = 5_000;
const daysBefore = 2;
const firstId = '00000000-0000-0000-0000-000000000000';

/** What notices need: the database, the keys that open a phone, and the provider. */
export type Teller = { readonly db: Db; readonly keys: Keys; readonly sms: SmsProvider };

type Recipient = {
  readonly personId: string;
  readonly voucherCount: number;
  readonly amountFen: Fen;
  readonly validTo: Instant;
  readonly envelope: Buffer;
  readonly keyId: number;
};
type Notice = { readonly template: SmsTemplate; readonly about: string };

/** `2023-09-07 23:00`; the last minute of use where a voucher ends at midnight: `05-31 24:00`. */
function untilText(at: Instant): string {
  const last = dayOf(instant(at - 1));
  return at === startOfDay(dayOf(at))
    ? `${last} 24:00`
    : instantText(at).slice(0, 16).replace('T', ' ');
}

async function tell(teller: Teller, recipient: Recipient, notice: Notice): Promise<boolean> {
  const opened: unknown = JSON.parse(teller.keys.open(recipient.envelope, recipient.keyId));
  const phone: unknown = Reflect.get(Object(opened), 'phone');
  if (typeof phone !== 'string') return true;
  const { template, about } = notice;
  const params = {
    count: String(recipient.voucherCount),
    yuan: yuanText(recipient.amountFen),
    until: untilText(recipient.validTo),
  };
  // The same message for the same reason has the same id: sent again it is delivered once.
  const messageId = `${template}/${about}/${recipient.personId}`;
  const answer = await teller.sms.send(
    { messageId, phone, template, params },
    { timeoutMs: smsMs },
  );
  return answer.outcome !== 'unavailable';
}

async function tellAll(teller: Teller, recipients: readonly Recipient[], notice: Notice) {
  let missed = 0;
  for (let at = 0; at < recipients.length; at += atOnce) {
    const some = recipients.slice(at, at + atOnce);
    const told = await Promise.all(some.map((recipient) => tell(teller, recipient, notice)));
    missed += told.filter((isTold) => !isTold).length;
  }
  if (missed > 0) throw new Error(`${missed} of ${recipients.length} notices not taken`);
}

/**
 * Tells everyone who received vouchers by the act `eventId`, once; throws where the provider was
 * not there, so that the job comes back. Who has no account is told by the service points.
 * @policy requirement I5
 */
export async function tellIssued(teller: Teller, actor: Actor, eventId: string): Promise<void> {
  const recipients = await transact(teller.db, actor, (tx) =>
    tx.rows<Recipient>(sql('receivedOfEvent'), { eventId }),
  );
  await tellAll(teller, recipients, { template: 'voucher_received', about: eventId });
}

/**
 * Reminds everyone whose unused vouchers end on the day after next, once per day. Answers how many.
 * @policy requirement I5
 */
export async function remindExpiring(teller: Teller, actor: Actor): Promise<number> {
  let [after, reminded] = [firstId, 0];
  for (;;) {
    const page = await transact(teller.db, actor, async (tx) => {
      const day = addDays(dayOf(tx.now), daysBefore);
      // 24:00 of that day is its end too, and the first instant of the next.
      const from = instant(startOfDay(day) + 1);
      const until = instant(startOfDay(addDays(day, 1)) + 1);
      const values = { from, until, after, size: pageSize };
      return { day, rows: await tx.rows<Recipient>(sql('expiringBetween'), values) };
    });
    await tellAll(teller, page.rows, { template: 'voucher_expiring', about: page.day });
    reminded += page.rows.length;
    const last = page.rows.at(-1);
    if (last === undefined || page.rows.length < pageSize) return reminded;
    after = last.personId;
  }
}
