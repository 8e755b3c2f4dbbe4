/** One wrong field of what was sent. */
export type FieldProblem = {
  readonly pointer: string;
  readonly code: string;
  readonly text?: string;
};

/** What the server refused, in its words. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldProblem[];
  readonly retryAfterSeconds: number | undefined;
  /** Everything else the refusal tells: instants, figures, names. */
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(status: number, facts: Readonly<Record<string, unknown>>, retryAfter?: number) {
    super(typeof facts['detail'] === 'string' ? facts['detail'] : `HTTP ${status}`);
    this.status = status;
    this.code = typeof facts['code'] === 'string' ? facts['code'] : 'internal_error';
    this.errors = Array.isArray(facts['errors']) ? (facts['errors'] as FieldProblem[]) : [];
    this.retryAfterSeconds = retryAfter;
    this.facts = facts;
  }
}

/** The server could not be reached; what was sent may or may not have happened. */
export class Offline extends Error {
  override readonly name = 'Offline';
}

/** The problem that a response which is not ok carries. */
export async function problemOf(response: Response): Promise<Problem> {
  const told = Number(response.headers.get('retry-after'));
  const retryAfter = Number.isFinite(told) && told > 0 ? told : undefined;
  try {
    const body = (await response.json()) as unknown;
    return new Problem(response.status, Object(body) as Record<string, unknown>, retryAfter);
  } catch {
    return new Problem(response.status, {}, retryAfter);
  }
}
