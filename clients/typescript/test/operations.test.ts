/**
 * Every operation against a running server, which the environment names: SUTRA_URL, SUTRA_WORKSPACE, SUTRA_EMAIL and
 * SUTRA_PASSWORD of an administrator. The server executes only what is in persisted-documents.json.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Client, type Code, type Operation, SutraError, records, setup } from "../src/index.js";

const [url, workspace, email, password] = ["URL", "WORKSPACE", "EMAIL", "PASSWORD"].map((name) => {
  const value = process.env[`SUTRA_${name}`];
  assert(value, `set SUTRA_${name}`);
  return value;
}) as [string, string, string, string];

/** Notes which operations it was asked for. */
class Witness extends Client {
  static readonly seen = new Set<string>();

  override answer<Result, Variables>(operation: Operation<Result, Variables>, variables: Variables, key?: string) {
    Witness.seen.add(operation.name);
    return super.answer(operation, variables, key);
  }
}

const mark = crypto.randomUUID();
const stranger = new Witness(url);
let [client, named] = [stranger, stranger];

async function signIn(password: string) {
  const { signIn } = await stranger.ask(setup.signIn, { workspace, email, password, deliver: "BEARER" });
  return signIn;
}

async function refused(code: Code, asked: Promise<unknown>): Promise<SutraError> {
  const error = await asked.then(() => assert.fail("it was not refused"), (error: unknown) => error);
  assert(error instanceof SutraError);
  assert.equal(error.code, code, error.message);
  return error;
}

/** A new account of this test. */
async function create(name: string, billingCity = "Lund") {
  const input = { name: `${name} ${mark}`, billingCity };
  return (await client.ask(records.createAccount, { input })).createAccount;
}

before(async () => {
  const step = await signIn(password);
  assert(step.__typename === "SignedIn" && step.token);
  client = new Witness(url, { token: step.token });
  named = new Witness(url, { token: step.token, persisted: true });
});

after(async () => {
  assert((await client.ask(setup.signOut, {})).signOut.sessionId);
  await refused("UNAUTHENTICATED", client.ask(records.me, {}));
  const all = [records, setup].flatMap((module) => Object.values(module));
  assert.deepEqual([...Witness.seen].sort(), all.map(({ name }) => name).sort(), "every operation was tried");
});

test("a wrong password is a step that says so, and no error", async () => {
  const step = await signIn("not the password");
  assert(step.__typename === "SignInRefused");
  assert.match(step.message, /refused/);
});

test("a flow that is none is refused like a wrong code, and sends nothing", async () => {
  const wrong = { flow: "none", method: "TOTP", code: "000000" } as const;
  assert.equal((await stranger.ask(setup.answerFactor, wrong)).answerFactor.__typename, "SignInRefused");
  await refused("FORBIDDEN", stranger.ask(setup.sendCode, { flow: "none", method: "EMAIL_CODE" }));
  assert.equal((await client.ask(setup.answerStepUp, wrong)).answerStepUp.__typename, "StepUpRefused");
});

test("a step-up gives the session another token", async () => {
  const step = await signIn(password);
  assert(step.__typename === "SignedIn" && step.token);
  const before = new Witness(url, { token: step.token });
  const { stepUp } = await before.ask(setup.stepUp, { password });
  assert(stepUp.__typename === "SteppedUp" && stepUp.token);
  await refused("UNAUTHENTICATED", before.ask(setup.factors, {}));
  const { factors } = await new Witness(url, { token: stepUp.token }).ask(setup.factors, {});
  assert.deepEqual(factors.map(({ method, codesLeft }) => [method, codesLeft]), [["RECOVERY_CODE", 10]]);
});

test("operations are named by their digests, at both endpoints", async () => {
  assert.equal((await named.ask(records.me, {})).me.email, email);
  assert((await named.ask(setup.sessions, {})).sessions.some(({ current }) => current));
});

test("a document that is not listed is refused", async () => {
  const free = { ...records.me, text: "query Me { me { id } }" };
  await refused("BAD_USER_INPUT", client.ask(free, {}));
});

test("a request that is refused has its code and its place", async () => {
  const [id, absent] = [(await create("Acme")).id, "rec_01h455vb4pex5vsknk084sn02q"];
  const unknown = await refused("NOT_FOUND", client.ask(records.readAccount, { id: absent }));
  assert.deepEqual(unknown.path, ["account"]);
  const invalid = client.ask(records.updateAccount, { id, input: { name: null } });
  assert.equal((await refused("VALIDATION_FAILED", invalid)).extensions.fields?.[0]?.field, "name");
  await refused("UNAUTHENTICATED", stranger.ask(records.me, {}));
});

test("an account is made, changed, deleted and brought back", async () => {
  const { id, version, receipt } = await create("Acme");
  assert.equal(version, 1);
  assert.match(receipt ?? "", /^rcpt_/);
  const input = { phone: "+46 46 12 34 56" };
  const { updateAccount } = await client.ask(records.updateAccount, { id, version, input });
  assert.deepEqual([updateAccount.version, updateAccount.changedFields], [2, ["phone"]]);
  await refused("VERSION_CONFLICT", client.ask(records.updateAccount, { id, version, input: { phone: null } }));
  const { account } = await client.ask(records.readAccount, { id });
  assert.deepEqual([account?.phone, account?._access.delete], [input.phone, true]);
  const { me } = await client.ask(records.me, {});
  const members = [{ userId: me.id, level: "EDIT" as const, role: "Sponsor" }];
  await client.ask(records.addAccountTeamMembers, { id, members });
  const { accountTeam } = await client.ask(records.accountTeam, { id });
  assert.deepEqual(accountTeam.map(({ user, level, role }) => [user?.id, level, role]), [[me.id, "EDIT", "Sponsor"]]);
  await client.ask(records.deleteAccount, { id });
  await refused("NOT_FOUND", client.ask(records.readAccount, { id }));
  const { restoreAccount } = await client.ask(records.restoreAccount, { id });
  assert.equal(restoreAccount.account?.name, `Acme ${mark}`);
});

test("a change that is sent again is made once", async () => {
  const [key, input] = [crypto.randomUUID(), { name: `Once ${mark}` }];
  const [first, again] = [
    await client.ask(records.createAccount, { input }, key),
    await named.ask(records.createAccount, { input }, key),
  ];
  assert.deepEqual(again, first);
  await refused("IDEMPOTENCY_CONFLICT", client.ask(records.createAccount, { input: { name: "Other" } }, key));
});

test("an account has a history, and any version of it can be read and restored", async () => {
  const { id } = await create("Old", "Lund");
  await client.ask(records.updateAccount, { id, input: { name: `New ${mark}`, billingCity: "Malmö" } });
  const { accountHistory } = await client.ask(records.accountHistory, { id });
  assert.deepEqual(accountHistory.map(({ version }) => version), [2, 1]);
  const city = accountHistory[0]?.changes.find(({ label }) => label === "Billing city");
  assert.deepEqual([city?.old?.value, city?.new?.value], ["Lund", "Malmö"]);
  const first = (await client.ask(records.accountAsItWas, { id, version: 1 })).account;
  assert.deepEqual([first?.name, first?.billingCity], [`Old ${mark}`, "Lund"]);
  const then = (await client.ask(records.accountAsItWas, { id, asOf: accountHistory[1]?.at ?? null })).account;
  assert.deepEqual(then, first);
  const { restoreAccountVersion } = await client.ask(records.restoreAccountVersion, { id, version: 1 });
  assert.deepEqual([...restoreAccountVersion.changedFields].sort(), ["billingCity", "name"]);
  assert.equal((await client.ask(records.readAccount, { id })).account?.name, `Old ${mark}`);
});

test("many accounts are made at once, and found, ordered and paged in both directions", async () => {
  const names = ["A", "B", "C", "D", "E"].map((letter) => `${mark} ${letter}`);
  const inputs = names.map((name) => ({ name }));
  const { createAccounts } = await client.ask(records.createAccounts, { inputs });
  assert.equal(createAccounts.changes.length, 5);
  const bad = client.ask(records.createAccounts, { inputs: [{ name: "Good" }, { name: "" }] });
  assert.equal((await refused("VALIDATION_FAILED", bad)).extensions.index, 1);

  const list = { filter: { name: { startsWith: mark } }, orderBy: [{ field: "NAME" as const }] };
  const page = async (at: { first?: number; after?: string | null; last?: number; before?: string | null }) => {
    const { accounts } = await client.ask(records.browseAccounts, { ...list, ...at });
    return { ...accounts.pageInfo, total: accounts.totalCount, names: accounts.nodes.map(({ name }) => name) };
  };
  const first = await page({ first: 2 });
  assert.deepEqual([first.names, first.total, first.hasPreviousPage], [names.slice(0, 2), 5, false]);
  const second = await page({ first: 2, after: first.endCursor });
  assert.deepEqual([second.names, second.hasNextPage], [names.slice(2, 4), true]);
  const back = await page({ last: 2, before: second.startCursor });
  assert.deepEqual(back.names, first.names);
  const newest = (await client.ask(records.listAccounts, {})).accounts;
  assert(newest.totalCount >= 5 && newest.nodes.some(({ name }) => name === names[4]));
});

test("an account is read with its contacts, and contacts by the page", async () => {
  const { contacts } = await client.ask(records.pageContacts, { first: 2 });
  assert.equal(contacts.nodes.length, 2);
  const after = contacts.pageInfo.endCursor;
  const rest = (await client.ask(records.pageContacts, { first: 2, after })).contacts;
  assert(rest.nodes.every(({ id }) => contacts.nodes.every((other) => other.id !== id)));
  const words = contacts.nodes[0]!.lastName!.slice(0, 3);
  const found = (await client.ask(records.searchContacts, { words })).contacts;
  assert(found.nodes.some(({ lastName }) => lastName!.startsWith(words)));
  const { nodes } = (await client.ask(records.browseAccounts, { first: 50 })).accounts;
  const pages = nodes.map(({ id }) => client.ask(records.accountWithContacts, { id }));
  assert((await Promise.all(pages)).some(({ contacts }) => contacts.nodes.length > 0));
});

test("opportunities are filtered and ordered", async () => {
  const { nodes } = (await client.ask(records.filterOpportunities, { before: "2100-01-01" })).opportunities;
  const amounts = nodes.map(({ amount }) => Number(amount?.amount));
  assert.deepEqual(amounts, [...amounts].sort((a, b) => b - a));
  assert(nodes.every(({ stage }) => stage !== "Closed Won"));
});

test("opportunities are summed up, each currency by itself", async () => {
  const groups = (await client.ask(records.sumOpportunities, {})).opportunitiesAggregate;
  assert.equal(groups.length, 1, "without keys all are one group");
  const [{ count, values }] = groups as [(typeof groups)[0]];
  assert(count > 0 && values.amount.every(({ currency, sum }) => currency.length === 3 && Number(sum) > 0));
});

test("objects tell what a form must know", async () => {
  const { object } = await client.ask(records.object, { name: "account" });
  const field = (name: string) => object?.fields.find((field) => field.name === name);
  assert.deepEqual([field("name")?.required, field("type")?.type], [true, "PICKLIST"]);
  assert(field("type")?.picklist.some(({ value }) => value === "Customer"));
  assert.equal((await client.ask(records.object, { name: "spaceship" })).object, null);
});

test("administrators see users and the ledger", async () => {
  const { users } = await client.ask(setup.users, {});
  assert(users.edges.some(({ node }) => node.email === email));
  const { id, receipt } = await create("Entered");
  const { ledgerEntries } = await client.ask(setup.ledger, {});
  assert(ledgerEntries.some((entry) => entry.receipt === receipt && entry.target?.id === id));
  assert((await client.ask(setup.refusals, {})).ledgerEntries.every(({ actor }) => actor));
});
