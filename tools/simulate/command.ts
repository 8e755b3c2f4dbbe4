import type { Got } from '../../server/src/http/test-app.ts';
import type { Chance } from './chance.ts';
import type { Model } from './model.ts';
import type { World } from './world.ts';

/** One act of somebody, with what the rules say must come of it. */
export type Step = {
  /** What the trace keeps: figures and ordinals, no ids. */
  readonly facts: readonly (string | number)[];
  /** `ok`, or the code of the refusal. */
  readonly expected: string;
  /** Another true answer, where a server process may tell it without asking the database. */
  readonly or?: string | undefined;
  readonly send: (world: World) => Promise<Got>;
  /** Carries an accepted act out in the model; answers what differs in the server's reply. */
  readonly accepted: (json: Reply) => string | undefined;
  /** What a refused act leaves behind all the same. */
  readonly refused?: () => void;
};

/** A kind of act. `draw` finds one that could be tried now, allowed or not. */
export type Command = {
  readonly name: string;
  /** How often it is chosen, beside the others. */
  readonly weight: number;
  readonly draw: (model: Model, chance: Chance) => Step | undefined;
};

// The reply as the contract describes it; the model compares the figures it knows.
// oxlint-disable-next-line typescript/no-explicit-any
export type Reply = any;

/** What differs between two figures, in words; undefined where nothing does. */
export function differs(name: string, got: unknown, wanted: unknown): string | undefined {
  return got === wanted ? undefined : `${name} is ${String(got)}, the rules say ${String(wanted)}`;
}
