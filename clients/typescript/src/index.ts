export { Client, type Answer, type Options } from "./client.js";
export { CODES, SutraError, type Code, type Extensions, type FieldProblem } from "./error.js";
export type { Operation } from "./operation.js";
export * as records from "./generated/records.js";
export * as setup from "./generated/setup.js";
