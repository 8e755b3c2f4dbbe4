import { type Static, Type } from 'typebox';
import { figureUnits } from './figures.ts';

const closed = { additionalProperties: false } as const;

/**
 * A published evaluation as a file in `programmes/evaluations/`: what is printed, word for word.
 */
export const ArticleFile = Type.Object(
  {
    format: Type.Literal(1),
    plan: Type.String({ minLength: 1, maxLength: 60 }),
    title: Type.String({ minLength: 1, maxLength: 200 }),
    figures: Type.Array(
      Type.Object(
        {
          figure: Type.String({ pattern: '^[a-z_]+(?:\\.[a-z]+)?$' }),
          printed: Type.String({ pattern: '^-?[0-9]{1,12}(?:\\.[0-9]{1,6})?$' }),
          unit: Type.Enum([...figureUnits]),
          words: Type.Optional(Type.String({ maxLength: 40 })),
          clause: Type.String({ minLength: 1, maxLength: 100 }),
        },
        closed,
      ),
      { maxItems: 200 },
    ),
  },
  closed,
);
export type ArticleFile = Static<typeof ArticleFile>;
