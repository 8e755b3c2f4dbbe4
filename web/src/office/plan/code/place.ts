import { syntaxTree } from '@codemirror/language';
import type { EditorState, Text } from '@codemirror/state';
import { item } from './schema.ts';

/** Where the cursor stands: the fields above it, and the field whose value it writes, if any. */
export type Place = {
  readonly path: readonly string[];
  /** Set after a colon: what stands here is this field's value. */
  readonly key: string | undefined;
};

type Line = {
  /** Columns of the dashes that open list items on this line. */
  readonly dashes: readonly number[];
  /** The column at which the line's own words begin. */
  readonly column: number;
  readonly key: string | undefined;
};

const keyPattern = /^(?:"([^"]*)"|'([^']*)'|([^\s#:{[\]},"'][^:#]*?))\s*:(?=\s|$)/;
const linesMax = 4_000;

function lineOf(text: string): Line | undefined {
  const dashes: number[] = [];
  let column = text.length - text.trimStart().length;
  while (/^-(?:\s|$)/.test(text.slice(column))) {
    dashes.push(column);
    const rest = text.slice(column + 1);
    column += 1 + rest.length - rest.trimStart().length;
  }
  const words = text.slice(column);
  if (words === '' && dashes.length === 0) return undefined;
  if (words.startsWith('#')) return undefined;
  const match = keyPattern.exec(words);
  return { dashes, column, key: match?.[1] ?? match?.[2] ?? match?.[3] };
}

/** How far a climb from a line to those it belongs to has come. */
type Climb = {
  readonly steps: readonly string[];
  readonly column: number;
  /** The last step was into a list: what is sought now is the field that holds it. */
  readonly seeksList: boolean;
};

function throughDashes(climb: Climb, dashes: readonly number[]): Climb {
  const [first] = dashes;
  if (first === undefined) return climb;
  const steps = [...dashes.map(() => item), ...climb.steps];
  return { steps, column: first, seeksList: true };
}

/** One line further up: it may be the parent, a neighbour, or nothing to do with it. */
function past(climb: Climb, { dashes, column, key }: Line): Climb {
  if (climb.seeksList) {
    // Items may stand at the column of the field that holds them.
    const isNeighbour = dashes.includes(climb.column);
    if (isNeighbour || key === undefined || column > climb.column) return climb;
  } else {
    if (column === climb.column) return throughDashes(climb, dashes);
    if (column > climb.column || key === undefined) return climb;
  }
  const up = { steps: [key, ...climb.steps], column, seeksList: false };
  return throughDashes(up, dashes);
}

/** The fields above what begins at `position` of a block line, outermost first. */
function blockPath(doc: Text, position: number): readonly string[] {
  const at = doc.lineAt(position);
  const column = position - at.from;
  const own = lineOf(at.text.slice(0, column).padEnd(column + 1, 'x'));
  const dashes = (own?.dashes ?? []).filter((dash) => dash < column);
  let climb = throughDashes({ steps: [], column, seeksList: false }, dashes);
  const last = Math.max(1, at.number - linesMax);
  for (let number = at.number - 1; number >= last; number -= 1) {
    if (climb.column === 0 && !climb.seeksList) break;
    const line = lineOf(doc.line(number).text);
    if (line !== undefined) climb = past(climb, line);
  }
  return climb.steps;
}

/** Inside of braces and brackets the syntax tree knows the way. */
function flowPlace(state: EditorState, position: number): Place | undefined {
  const steps: string[] = [];
  let outermost: number | undefined;
  let endsInValue = false;
  for (const node of ancestors(state, position)) {
    const isFlow = node.name === 'FlowMapping' || node.name === 'FlowSequence';
    const step = stepInto(state, node, position);
    if (step !== undefined) {
      // The innermost step is the field whose value is being written, unless braces opened in it.
      if (steps.length === 0 && outermost === undefined) endsInValue = true;
      steps.unshift(step);
    }
    if (isFlow && position > node.from) outermost = node.from;
  }
  if (outermost === undefined) return undefined;
  const path = [...valuePath(state.doc, outermost), ...steps];
  return endsInValue ? { path: path.slice(0, -1), key: path.at(-1) } : { path, key: undefined };
}

type Node = ReturnType<typeof nodeAt>;

function* ancestors(state: EditorState, position: number): Generator<Node> {
  let node: Node | null = nodeAt(state, position);
  while (node !== null) {
    yield node;
    node = node.parent;
  }
}

function stepInto(state: EditorState, node: Node, position: number): string | undefined {
  if (node.name === 'FlowSequence' && position > node.from) return item;
  if (node.name !== 'Pair' || node.parent?.name !== 'FlowMapping') return undefined;
  const key = node.getChild('Key');
  if (key === null || !state.sliceDoc(key.to, position).includes(':')) return undefined;
  return state.sliceDoc(key.from, key.to).replaceAll(/^["']|["']$/g, '');
}

function nodeAt(state: EditorState, position: number) {
  return syntaxTree(state).resolveInner(position, -1);
}

/** The path of the value that begins at `position`: after a field, or after the dash of an item. */
function valuePath(doc: Text, position: number): readonly string[] {
  const at = doc.lineAt(position);
  const line = lineOf(at.text);
  if (line?.key === undefined || at.from + line.column >= position) return blockPath(doc, position);
  return [...blockPath(doc, at.from + line.column), line.key];
}

/** Where `position` stands among the fields of the file. */
export function placeAt(state: EditorState, position: number): Place {
  const flow = flowPlace(state, position);
  if (flow !== undefined) return flow;
  const at = state.doc.lineAt(position);
  const line = lineOf(at.text);
  const start = at.from + (line?.column ?? position - at.from);
  if (line === undefined || position < start) {
    return { path: blockPath(state.doc, position), key: undefined };
  }
  const path = blockPath(state.doc, start);
  if (line.key === undefined) return { path, key: undefined };
  const colon = at.text.indexOf(':', line.column);
  return { path, key: at.from + colon < position ? line.key : undefined };
}
