import { type Extensions, SutraError } from "./error.js";
import type { Operation } from "./operation.js";

export interface Options {
  /** A session's token. Without one, the browser's cookie is used. */
  readonly token?: string;
  /** Whether operations are named by their digests, for a server that lists them. */
  readonly persisted?: boolean;
}

/** A result, and the places in it that are null because the caller may not read them. */
export interface Answer<Result> {
  readonly data: Result;
  readonly redacted: readonly (readonly (string | number)[])[];
}

interface Body<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly { message: string; path?: (string | number)[]; extensions: Extensions }[];
  readonly extensions?: { readonly redacted?: Answer<Result>["redacted"] };
}

/** Sends operations to one server, as one user. */
export class Client {
  constructor(
    /** The server's address, without a slash at its end. */
    private readonly url: string,
    private readonly options: Options = {},
  ) {}

  /** The result of an operation; throws a SutraError if it is refused. See `answer`. */
  async ask<Result, Variables>(
    operation: Operation<Result, Variables>,
    variables: Variables,
    key?: string,
  ): Promise<Result> {
    return (await this.answer(operation, variables, key)).data;
  }

  /**
   * The result of an operation, and what of it is hidden from the caller.
   *
   * A mutation is sent with an idempotency key: sent again with the same key, because an answer was lost, it changes
   * nothing more and is answered alike. Whoever wants to send it again brings a key along.
   */
  async answer<Result, Variables>(
    operation: Operation<Result, Variables>,
    variables: Variables,
    key: string = crypto.randomUUID(),
  ): Promise<Answer<Result>> {
    const { kind, endpoint, name, id, text } = operation;
    const headers: Record<string, string> = { "Content-Type": "application/json", "Sutra-Request": "1" };
    if (this.options.token !== undefined) headers["Authorization"] = `Bearer ${this.options.token}`;
    if (kind === "mutation") headers["Idempotency-Key"] = key;
    const document = this.options.persisted ? { documentId: id } : { query: text };
    const body = JSON.stringify({ ...document, operationName: name, variables });
    const response = await fetch(this.url + endpoint, { method: "POST", redirect: "error", headers, body });
    const { data, errors, extensions }: Body<Result> = await response.json();
    const [error] = errors ?? [];
    if (error) throw new SutraError(error.message, error.extensions, error.path);
    if (data == null) throw new TypeError(`${name} was answered by no GraphQL server`);
    return { data, redacted: extensions?.redacted ?? [] };
  }
}
