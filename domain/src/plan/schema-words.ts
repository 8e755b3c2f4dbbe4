import { type Static, type TSchema, Type } from 'typebox';

/** Objects of a programme file know all their keys: a misspelt one is an error, not a silence. */
export const closed = { additionalProperties: false } as const;

/** Names inside one file: what pools, kinds and parties are called when others point at them. */
export const Id = Type.String({
  pattern: '^[a-z][a-z0-9_]{0,39}$',
  description: '文件内的代号：小写字母开头，字母、数字、下划线，至多40位',
});

/** One line for people. */
export const Line = Type.String({
  minLength: 1,
  maxLength: 200,
  description: '一行文字，至多200字',
});

/** A paragraph for people. */
export const Paragraph = Type.String({ minLength: 1, maxLength: 2000, description: '至多2000字' });

/** Where the document says it, in its own numbering: `三(二)`. */
export const Clause = Type.String({ minLength: 1, maxLength: 60, description: '条款，如 三(二)' });

/**
 * Money in 元: a number with at most two decimals (50, 0.5) or text with 万 / 亿 (`600万元`, `1亿元`).
 * It is turned into 分 exactly; a third decimal is an error.
 */
export const Amount = Type.Union(
  [
    Type.Number({ minimum: 0, maximum: 1e12 }),
    Type.String({ pattern: '^[0-9][0-9,]{0,16}(\\.[0-9]{1,6})?[万亿]?元?$', maxLength: 30 }),
  ],
  { description: '金额（元）：数字至多两位小数，或 "600万元"、"1亿元"' },
);

/** A calendar day, `2023-09-01`. */
export const Day = Type.String({
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
  description: '日期，如 2023-09-01',
});

/** A time of day in Asia/Shanghai, `10:00`; `24:00` is the first instant of the next day. */
export const Time = Type.String({
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$',
  description: '时刻，如 "10:00"，24:00 即次日零时',
});

/** A day with its time, `2020-06-30 24:00`, read in Asia/Shanghai. */
export const Moment = Type.String({
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2} (([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$',
  description: '日期加时刻，如 "2020-06-30 24:00"',
});

/** A day whose hour the text leaves open, or a moment. */
export const DayOrMoment = Type.Union([Day, Moment], {
  description: '日期（2023-12-08），或日期加时刻（2023-12-08 23:00）',
});

/** A day of the week by its English name. */
export const Weekday = Type.Union(
  [
    Type.Literal('monday'),
    Type.Literal('tuesday'),
    Type.Literal('wednesday'),
    Type.Literal('thursday'),
    Type.Literal('friday'),
    Type.Literal('saturday'),
    Type.Literal('sunday'),
  ],
  { description: 'monday … sunday' },
);

/** How many: 0 … one hundred million. */
export const Count = Type.Integer({ minimum: 0, maximum: 100_000_000, description: '非负整数' });

/**
 * A value that the text states, or one that it contradicts or leaves out. `printed` keeps what
 * stands there: null where it is silent, a list where it says two things. `effective` is what runs.
 */
export function stated<S extends TSchema>(value: S) {
  return Type.Union([value, resolution(value)], {
    description: '直接写值；文件自相矛盾或未写明时写 printed / effective / resolved_by / reason',
  });
}

function resolution<S extends TSchema>(value: S) {
  return Type.Object(
    {
      printed: Type.Union([Type.Null(), value, Type.Array(value, { minItems: 1, maxItems: 8 })], {
        description: '文件原文的值：未写明为 null，前后不一则逐一列出',
      }),
      effective: value,
      resolved_by: Line,
      reason: Paragraph,
      clause: Type.Optional(Clause),
    },
    closed,
  );
}

/** A printed value with its resolution, in TypeScript. */
export type Resolution<T> = {
  printed: null | T | T[];
  effective: T;
  resolved_by: string;
  reason: string;
  clause?: string;
};

/** What `stated` admits, in TypeScript. */
export type Stated<T> = T | Resolution<T>;

/** A closed list of words. */
export function oneOf<const T extends readonly string[]>(words: T) {
  return Type.Unsafe<T[number]>(
    Type.Union(
      words.map((word) => Type.Literal(word)),
      { description: `取值：${words.join('、')}` },
    ),
  );
}

export type DayText = Static<typeof Day>;
export type WeekdayName = Static<typeof Weekday>;
export type AmountText = Static<typeof Amount>;
