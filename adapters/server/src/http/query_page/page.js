"use strict";
const $ = (id) => document.getElementById(id);
const [RECORDS, SETUP] = ["/graphql", "/graphql/setup"];
const SIGN_IN = `mutation ($workspace: String!, $email: String!, $password: String!) {
  signIn(workspace: $workspace, email: $email, password: $password, deliver: COOKIE) {
    __typename ... on FactorRequired { flow methods } ... on SignInRefused { message } } }`;
const ANSWER = `mutation ($flow: String!, $method: FactorMethod!, $code: String!, $ceremony: String) {
  answerFactor(flow: $flow, method: $method, code: $code, ceremony: $ceremony) { __typename } }`;
const [ANY_PASSKEY, OWN_PASSKEY] = [
  "mutation ($workspace: String!) { asked: beginPasskeySignIn(workspace: $workspace) { options ceremony } }",
  "mutation ($flow: String!) { asked: challengePasskey(flow: $flow) { options ceremony } }",
];
const PASSKEY = `mutation ($workspace: String!, $ceremony: String!, $credential: String!) {
  signInWithPasskey(workspace: $workspace, ceremony: $ceremony, credential: $credential, deliver: COOKIE) {
    __typename ... on SignInRefused { message } } }`;
const SEND = "mutation ($flow: String!, $method: FactorMethod!) { sendCode(flow: $flow, method: $method) { expiresAt } }";
const METHODS = {
  TOTP: "the code of an authenticator app",
  EMAIL_CODE: "a code by e-mail",
  SMS_CODE: "a code by SMS",
  PASSKEY: "a passkey",
  RECOVERY_CODE: "a recovery code",
};
const SCHEMA = `{ __schema { queryType { name } mutationType { name } types { name kind description
  fields(includeDeprecated: true) { name description type { ...T } args { name description defaultValue type { ...T } } }
  inputFields { name description defaultValue type { ...T } }
  enumValues(includeDeprecated: true) { name description } possibleTypes { name } } } }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function button(text, label, act) {
  const made = element("button", { type: "button", textContent: text });
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

// Asking. The browser adds the cookie, which no script can read; the header says that this page means it.

async function send(endpoint, query, variables) {
  const response = await fetch(endpoint, {
    method: "POST",
    redirect: "error",
    headers: { "Content-Type": "application/json", "Sutra-Request": "1" },
    body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
  });
  return { status: response.status, text: await response.text() };
}

async function ask(endpoint, query, variables = {}) {
  const { text } = await send(endpoint, query, JSON.stringify(variables));
  const { data, errors } = JSON.parse(text);
  if (errors) throw Object.assign(new Error(errors[0].message), { code: errors[0].extensions?.code });
  return data;
}

/** Lays JSON out without reading it, so that numbers and escapes are shown as they were sent. */
function layOut(json) {
  const tokens = json.match(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/g) ?? [];
  const [opens, closes] = [(token) => token === "{" || token === "[", (token) => token === "}" || token === "]"];
  let depth = 0;
  const line = () => "\n" + "  ".repeat(depth);
  const laid = tokens.map((token, at) => {
    if (opens(token)) return (depth += 1, closes(tokens[at + 1]) ? token : token + line());
    if (closes(token)) return (depth -= 1, opens(tokens[at - 1]) ? token : line() + token);
    return token === "," ? token + line() : token === ":" ? ": " : token;
  });
  return laid.join("");
}

// Signing in and out.

async function enter() {
  const { me } = await ask(SETUP, "{ me { name } }");
  $("who").textContent = me.name;
  show(true);
  showSchemaOf($("endpoint").value);
  $("query").focus();
}

function leave(reason) {
  askFor(null);
  for (const id of ["who", "answer"]) $(id).textContent = "";
  say("No answer yet.");
  schemas = new Map();
  $("types").replaceChildren();
  $("refusal").textContent = reason;
  show(false);
  const { workspace, email } = $("sign-in").elements;
  (workspace.value ? email : workspace).focus();
}

function show(isSignedIn) {
  $("door").hidden = isSignedIn;
  for (const id of ["bench", "sign-out"]) $(id).hidden = !isSignedIn;
  $("endpoint").parentElement.hidden = !isSignedIn;
}

$("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const asked = Object.fromEntries(new FormData(form));
  form.elements.password.value = "";
  $("refusal").textContent = "";
  try {
    const { signIn } = await ask(SETUP, SIGN_IN, asked);
    if (signIn.__typename === "SignInRefused") return leave(signIn.message);
    remember(WORKSPACE, asked.workspace);
    if (signIn.__typename === "FactorRequired") return askFor(signIn);
    await enter();
  } catch (error) {
    const notKept = "This browser does not keep the session's cookie. All do over https; over http some do not.";
    leave(error.code === "UNAUTHENTICATED" ? notKept : `The server did not let you in: ${error.message}`);
  }
});

// A passkey, which the browser asks for.

async function showPasskey(query, variables) {
  const { asked } = await ask(SETUP, query, variables);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(asked.options).publicKey);
  const shown = await navigator.credentials.get({ publicKey });
  return { ceremony: asked.ceremony, credential: JSON.stringify(shown) };
}

$("use-passkey").addEventListener("click", async () => {
  const { workspace } = $("sign-in").elements;
  if (!workspace.reportValidity()) return;
  $("refusal").textContent = "";
  try {
    const shown = await showPasskey(ANY_PASSKEY, { workspace: workspace.value });
    const { signInWithPasskey: step } = await ask(SETUP, PASSKEY, { workspace: workspace.value, ...shown });
    if (step.__typename === "SignInRefused") return leave(step.message);
    remember(WORKSPACE, workspace.value);
    await enter();
  } catch (error) {
    leave(`No passkey was used: ${error.message}`);
  }
});

// A second factor. What was begun is kept here, and nowhere else.

let begun = null;

function askFor(challenge) {
  begun = challenge;
  const methods = (challenge?.methods ?? []).filter((method) => METHODS[method]);
  $("method").replaceChildren(...methods.map((value) => element("option", { value, textContent: METHODS[value] })));
  $("factor").elements.code.value = $("wrong").textContent = "";
  [$("sign-in").hidden, $("factor").hidden] = [challenge !== null, challenge === null];
  offerToSend();
  if (challenge) $("factor").elements.code.focus();
}

function offerToSend() {
  const isPasskey = $("method").value === "PASSKEY";
  [$("code").hidden, $("factor").elements.code.required] = [isPasskey, !isPasskey];
  $("send-code").hidden = !["EMAIL_CODE", "SMS_CODE"].includes($("method").value);
}

$("method").addEventListener("change", offerToSend);

$("send-code").addEventListener("click", async () => {
  try {
    await ask(SETUP, SEND, { flow: begun.flow, method: $("method").value });
    $("wrong").textContent = "It is on its way.";
  } catch (error) {
    $("wrong").textContent = error.message;
  }
});

$("factor").addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = { flow: begun.flow, ...Object.fromEntries(new FormData(event.target)) };
  event.target.elements.code.value = "";
  try {
    if (answer.method === "PASSKEY") {
      const { ceremony, credential } = await showPasskey(OWN_PASSKEY, { flow: begun.flow });
      Object.assign(answer, { ceremony, code: credential });
    }
    const { answerFactor } = await ask(SETUP, ANSWER, answer);
    if (answerFactor.__typename === "SignedIn") {
      askFor(null);
      return await enter();
    }
    $("wrong").textContent = "This was refused. Check the code; after five, or ten minutes, sign in again.";
  } catch (error) {
    leave(`The server did not let you in: ${error.message}`);
  }
});

$("sign-out").addEventListener("click", async () => {
  try {
    await ask(SETUP, "mutation { signOut { sessionId } }");
    for (const id of ["query", "variables", "name"]) $(id).value = "";
    leave("");
  } catch (error) {
    if (error.code === "UNAUTHENTICATED") return leave("");
    say(`You are still signed in: ${error.message}`, true);
  }
});

// Running what is in the editor.

function say(sentence, isBad = false) {
  $("status").textContent = sentence;
  $("status").classList.toggle("bad", isBad);
}

/** The object in this text, or null. */
function object(json) {
  try {
    const value = JSON.parse(json);
    return typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

async function run() {
  const variables = $("variables").value.trim() || "{}";
  if ($("run").disabled) return;
  if (!object(variables)) return say("The variables are no JSON object; nothing was sent.", true);
  $("run").disabled = true;
  say("…");
  const [visit, start] = [schemas, performance.now()];
  try {
    const { status, text } = await send($("endpoint").value, $("query").value, variables);
    const took = Math.round(performance.now() - start);
    if (visit !== schemas) return;
    if (status === 401) return leave("Your session has ended.");
    const answer = object(text);
    const isBad = !answer || Boolean(answer.errors);
    $("answer").textContent = answer ? layOut(text) : text;
    $("answer").scrollTop = 0;
    say(`${isBad ? "Error" : "Answer"} after ${took} ms, HTTP ${status}`, isBad);
  } catch {
    $("answer").textContent = "";
    say("The server did not answer; try again.", true);
  } finally {
    $("run").disabled = false;
  }
}

$("run").addEventListener("click", run);
$("bench").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  run();
});

// Documents: the examples that came with the page, and what this browser keeps.

const [SAVED, WORKSPACE] = ["sutra.query.saved", "sutra.query.workspace"];

/** A browser may be set to keep nothing, and then says so by throwing. */
function remember(key, text) {
  try {
    localStorage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

function remembered(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function savedDocuments() {
  try {
    return new Map(JSON.parse(remembered(SAVED) ?? "[]"));
  } catch {
    return new Map();
  }
}

function open(name, { endpoint, query, variables }) {
  if (endpoint !== $("endpoint").value) {
    $("endpoint").value = endpoint === SETUP ? SETUP : RECORDS;
    showSchemaOf($("endpoint").value);
  }
  [$("query").value, $("variables").value, $("name").value] = [query, variables, name];
  $("query").focus();
  $("query").setSelectionRange(0, 0);
}

function listExamples() {
  for (const { dataset, textContent } of document.querySelectorAll("script[data-example]")) {
    const [, title, variables = ""] = /^# (.*)\n(?:# (\{.*\})\n)?/.exec(textContent);
    const query = textContent.replace(/^# \{.*\}\n/m, "");
    const example = { endpoint: dataset.endpoint, query, variables: layOut(variables) };
    const item = button(title, "", () => open(dataset.example, example));
    item.dataset.opens = dataset.example;
    $("examples").append(element("li", {}, item));
  }
}

function listSaved() {
  const all = [...savedDocuments()].sort(([a], [b]) => a.localeCompare(b));
  $("none-saved").hidden = all.length > 0;
  const item = ([name, saved]) =>
    element("li", {}, button(name, "", () => open(name, saved)), button("Delete", `Delete ${name}`, () => forget(name)));
  $("saved").replaceChildren(...all.map(item));
}

function keep(documents, sentence) {
  const isKept = remember(SAVED, JSON.stringify([...documents]));
  say(isKept ? sentence : "This browser keeps nothing for this page.", !isKept);
  listSaved();
}

function forget(name) {
  const documents = savedDocuments();
  documents.delete(name);
  keep(documents, `Deleted: ${name}`);
}

$("save").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = $("name").value.trim();
  if (!name) return;
  const saved = { endpoint: $("endpoint").value, query: $("query").value, variables: $("variables").value };
  keep(savedDocuments().set(name, saved), `Saved: ${name}`);
});

// The schema, as the server describes it.

const MOST_TYPES = 200;
/** Of each endpoint; another map for everybody who signs in, so that late answers do not reach the next one. */
let schemas = new Map();

async function showSchemaOf(endpoint) {
  const known = schemas;
  try {
    if (!known.has(endpoint)) known.set(endpoint, inOrder((await ask(endpoint, SCHEMA)).__schema));
    if (known === schemas) showTypes();
  } catch (error) {
    $("found").textContent = `The schema could not be read: ${error.message}`;
  }
}

/** What one begins with first, and the rest by name. */
function inOrder({ queryType, mutationType, types }) {
  const roots = [mutationType?.name, queryType.name];
  const shown = types.filter(({ name }) => !name.startsWith("__"));
  return shown.sort((a, b) => roots.indexOf(b.name) - roots.indexOf(a.name) || a.name.localeCompare(b.name));
}

function members({ fields, inputFields, enumValues, possibleTypes }) {
  return fields ?? inputFields ?? enumValues ?? possibleTypes ?? [];
}

/** The types with this word in their names, and of the others what has it in its name or description. */
function search(types, word) {
  const has = (text) => (text ?? "").toLowerCase().includes(word);
  const found = types.map((type) => {
    if (has(type.name)) return { type, found: members(type), isOpen: type.name.toLowerCase() === word };
    const matching = members(type).filter(({ name, description }) => has(name) || has(description));
    return { type, found: matching, isOpen: true, isPart: true };
  });
  const kept = found.filter(({ found, isPart }) => !isPart || found.length);
  const rank = ({ isOpen, isPart }) => (isPart ? 2 : isOpen ? 0 : 1);
  return word ? kept.sort((a, b) => rank(a) - rank(b)) : kept;
}

function showTypes() {
  const types = schemas.get($("endpoint").value) ?? [];
  const found = search(types, $("search").value.trim().toLowerCase());
  const more = found.length > MOST_TYPES ? `, of which these are the first ${MOST_TYPES}` : "";
  $("found").textContent = `${found.length} of ${types.length} types${more}`;
  $("types").replaceChildren(...found.slice(0, MOST_TYPES).map(typeItem));
}

/** A type, whose members are made when it is opened for the first time. */
function typeItem({ type, found, isOpen }) {
  const kind = type.kind.toLowerCase().replace("_", " ");
  const summary = element("summary", {}, element("code", { textContent: type.name }));
  summary.append(" ", element("span", { className: "note", textContent: kind }));
  const item = element("details", {}, summary);
  const fill = () => item.append(note(type.description), element("dl", {}, ...found.flatMap(memberItem)));
  item.addEventListener("toggle", fill, { once: true });
  item.open = isOpen;
  return item;
}

function memberItem(member) {
  const inputs = (member.args ?? []).flatMap(memberItem);
  const value = member.defaultValue ? ` = ${member.defaultValue}` : "";
  const title = element("code", {}, member.name, ...(member.type ? [": ", typeLink(member.type)] : []), value);
  const described = member.description ? [element("dd", { textContent: member.description })] : [];
  const nested = inputs.length ? [element("dd", {}, element("dl", {}, ...inputs))] : [];
  return [element("dt", {}, title), ...described, ...nested];
}

function note(text) {
  return element("p", { className: "note", textContent: text ?? "" });
}

function typeLink(type) {
  const written = ({ kind, name, ofType }) =>
    kind === "NON_NULL" ? `${written(ofType)}!` : kind === "LIST" ? `[${written(ofType)}]` : name;
  const innermost = ({ name, ofType }) => (ofType ? innermost(ofType) : name);
  const link = button(written(type), "", () => {
    $("search").value = innermost(type);
    showTypes();
    $("types").querySelector("summary")?.focus();
  });
  link.className = "type";
  return link;
}

$("search").addEventListener("input", showTypes);
$("endpoint").addEventListener("change", () => showSchemaOf($("endpoint").value));

listExamples();
listSaved();
$("examples").querySelector("button").click();
$("sign-in").elements.workspace.value = remembered(WORKSPACE) ?? "main";
enter().catch((error) => leave(error.code === "UNAUTHENTICATED" ? "" : `The server did not answer: ${error.message}`));
