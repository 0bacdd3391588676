/** What a program can tell errors apart by. The list is closed: the server's page on errors says what each means. */
export const CODES = [
  "UNAUTHENTICATED",
  "STEP_UP_REQUIRED",
  "FORBIDDEN",
  "FIELD_NOT_READABLE",
  "NOT_FOUND",
  "BAD_USER_INPUT",
  "VALIDATION_FAILED",
  "IN_USE",
  "VERSION_CONFLICT",
  "IDEMPOTENCY_CONFLICT",
  "IDEMPOTENCY_KEY_REQUIRED",
  "QUERY_TOO_COMPLEX",
  "RATE_LIMITED",
  "UNAVAILABLE",
  "INTERNAL",
] as const;

export type Code = (typeof CODES)[number];

/** A field that holds what it cannot hold. */
export interface FieldProblem {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

/** What the server says of an error besides its sentence. */
export interface Extensions {
  readonly code: Code;
  /** With VALIDATION_FAILED: what is wrong with which field. */
  readonly fields?: readonly FieldProblem[];
  /** In a change of many records: the first that was refused, counted from 0. */
  readonly index?: number;
  /** With INTERNAL and UNAVAILABLE: what an operator finds the cause by. */
  readonly traceId?: string;
}

/** A request that the server refused: a sentence for people, and a code for programs. */
export class SutraError extends Error {
  override readonly name = "SutraError";
  readonly code: Code;

  constructor(
    message: string,
    readonly extensions: Extensions,
    /** Where in the result it belongs. */
    readonly path: readonly (string | number)[] = [],
  ) {
    super(message);
    this.code = extensions.code;
  }
}
