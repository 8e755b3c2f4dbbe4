import { type TSchema, Type } from 'typebox';
import { Format } from 'typebox/format';
import { residentIdProblem, normalizeResidentId } from '@huiquan/domain/identity/resident-id.ts';
import { isPhone, normalizePhone } from '@huiquan/domain/identity/phone.ts';
import { nameProblem, normalizeName } from '@huiquan/domain/identity/person-name.ts';
import { paragraphProblem, textProblem } from '@huiquan/domain/identity/text.ts';
import { uuidPattern } from '@huiquan/domain/ids.ts';
import { instantFromText } from '@huiquan/domain/instant.ts';

// Formats judge what a pattern cannot. `x-code` is the code a wrong value of the field answers;
// `x-any` says that even a value of another JSON type answers it; `x-personal` fields refuse the
// stars of a masked value.
const uuid = new RegExp(uuidPattern);
const lineMax = 10_000;

function isDay(text: string): boolean {
  if (!/^[12]\d{3}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text;
  } catch {
    return false;
  }
}

Format.Set('uuid', (text) => uuid.test(text));
Format.Set('line', (text) => textProblem(text, lineMax) !== 'text_invalid');
Format.Set('paragraph', (text) => paragraphProblem(text, lineMax) !== 'text_invalid');
Format.Set('not-blank', (text) => text.trim() !== '');
Format.Set('instant', (text) => instantFromText(text) !== undefined);
Format.Set('day', isDay);
Format.Set('resident-id', (text) => residentIdProblem(normalizeResidentId(text)) === undefined);
Format.Set('phone', (text) => isPhone(normalizePhone(text)));
Format.Set('person-name', (text) => nameProblem(normalizeName(text)) === undefined);

const amount = { 'x-code': 'invalid_amount', 'x-any': true };

/** An amount in 分 that may be zero. */
export const FenWire = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: '金额(分)',
  ...amount,
});

/** An amount in 分 above zero: what every order, transfer and voucher carries. */
export const PositiveFen = Type.Integer({
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: '金额(分)，大于零',
  ...amount,
});

/** A sum that may be negative (a difference). Replies only. */
export const SignedFen = Type.Integer({
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
  description: '金额差(分)',
  ...amount,
});

/** A whole number from `minimum` to `maximum`. */
export const Count = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });

/** A point in time as ISO text with offset; replies print +08:00. */
export const InstantWire = Type.String({
  format: 'instant',
  maxLength: 40,
  examples: ['2023-09-01T10:00:00+08:00'],
  'x-code': 'invalid_date',
  'x-any': true,
});

/** A calendar day, YYYY-MM-DD. */
export const DayWire = Type.String({
  format: 'day',
  maxLength: 10,
  examples: ['2023-09-01'],
  'x-code': 'invalid_date',
  'x-any': true,
});

/** An id: a UUID in lower case. */
export const Id = Type.String({ format: 'uuid', maxLength: 36 });

/** One line of text, at most `max` code points, without unseen characters and not blank. */
export const SafeText = (max: number) =>
  Type.String({ format: 'line', minLength: 1, maxLength: max, 'x-code': 'invalid_text' });

/** Text of several lines. */
export const Paragraph = (max: number) =>
  Type.String({ format: 'paragraph', minLength: 1, maxLength: max, 'x-code': 'invalid_text' });

/** A resident ID number as people write it; the command normalizes it. */
export const ResidentIdWire = Type.String({
  format: 'resident-id',
  maxLength: 40,
  'x-code': 'invalid_id_number',
  'x-personal': true,
});

/** A mainland mobile number as people write it; the command normalizes it. */
export const PhoneWire = Type.String({
  format: 'phone',
  maxLength: 30,
  'x-code': 'invalid_phone',
  'x-personal': true,
});

/** A person's name as written; the command normalizes it. */
export const PersonNameWire = Type.String({
  format: 'person-name',
  minLength: 1,
  maxLength: 50,
  'x-code': 'invalid_text',
  'x-personal': true,
});

/** One of `codes`, exactly as written. */
export const OneOf = <const Codes extends readonly string[]>(codes: Codes) =>
  Type.Unsafe<Codes[number]>({
    type: 'string',
    enum: [...codes],
    'x-code': 'invalid_enum',
    'x-any': true,
  });

/** Where the phone says it is; only the verdict is kept. */
export const LocationWire = Type.Object({
  longitude: Type.Number({ minimum: -180, maximum: 180 }),
  latitude: Type.Number({ minimum: -90, maximum: 90 }),
  datum: OneOf(['wgs84', 'gcj02']),
  accuracyM: Type.Number({ minimum: 0, maximum: 1_000_000 }),
  ageMs: Type.Number({ minimum: -1_000_000_000, maximum: 1_000_000_000 }),
  isMocked: Type.Boolean(),
});

/** SHA-256 as 64 hex digits: the content an approver saw. */
export const ContentHash = Type.String({ pattern: '^[0-9a-f]{64}$', maxLength: 64 });

/** What every list takes: how many, and where the page before ended. */
export const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, description: '每页条数' })),
  cursor: Type.Optional(Type.String({ maxLength: 2000, description: '上一页给出的位置' })),
};

/** One page of a list; `next` is absent on the last. */
export const Page = <Item extends TSchema>(item: Item) =>
  Type.Object({ items: Type.Array(item), next: Type.Optional(Type.String()) });

/** The reply of a command that has nothing to say. */
export const Empty = Type.Object({});

/** What the one who asks may do on the two sides of an act, and who the plan says approves it. */
export const DeskWire = Type.Object({
  mayPrepare: Type.Boolean(),
  mayApprove: Type.Boolean(),
  approvers: Type.Array(Type.String(), { description: '方案指定的审批单位；未指定的为空' }),
});
