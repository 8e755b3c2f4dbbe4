import type { DocumentStore } from './documents.ts';

/** A store as tests play it: it can be away. */
export type DocumentSandbox = DocumentStore & {
  readonly down: (state: 'down' | 'up') => void;
  /** What lies in it, as it would lie on a disk. */
  readonly contents: () => readonly Buffer[];
};

/** An empty store. */
export function makeDocumentSandbox(): DocumentSandbox {
  const kept = new Map<string, Buffer>();
  let isDown = false;
  return {
    put: async (name, content) => {
      if (isDown) return 'unavailable';
      kept.set(name, content);
      return 'kept';
    },
    get: async (name) => (isDown ? 'unavailable' : kept.get(name)),
    down: (state) => void (isDown = state === 'down'),
    contents: () => [...kept.values()],
  };
}
