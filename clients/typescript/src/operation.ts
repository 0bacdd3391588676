/** An operation of one of the endpoints, which carries the types of its variables and of its result. */
export interface Operation<Result, Variables> {
  readonly name: string;
  readonly kind: "query" | "mutation";
  readonly endpoint: "/graphql" | "/graphql/setup";
  /** The SHA-256 of its text, by which a server that has it in its list knows it. */
  readonly id: string;
  readonly text: string;
  /** Never there: it keeps the types. */
  readonly types?: (variables: Variables) => Result;
}
