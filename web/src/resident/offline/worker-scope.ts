/** An event whose handler the browser waits for. */
export type Lasting = Event & { readonly waitUntil: (work: Promise<unknown>) => void };

/** A request that a worker may answer in place of the network. */
export type Fetching = Lasting & {
  readonly request: Request;
  readonly respondWith: (reply: Promise<Response>) => void;
};

/** What a service worker sees as `self`; the library of pages does not know it. */
export type WorkerScope = {
  readonly skipWaiting: () => Promise<void>;
  readonly clients: { readonly claim: () => Promise<void> };
  readonly location: Location;
  readonly addEventListener: <E>(kind: string, listener: (event: E) => void) => void;
};
