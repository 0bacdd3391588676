"use strict";
const form = document.getElementById("form");
const answer = document.getElementById("answer");
const { workspace, token } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
// The link is a secret: it does not stay in the address bar.
history.replaceState(null, "", location.pathname);
document.getElementById("workspace").textContent = workspace;
if (!workspace || !token) {
  form.hidden = true;
  answer.textContent = "This page needs the whole link that the server printed; `sutra setup-link` makes another.";
}
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const query = document.querySelector("details pre").textContent;
  const variables = { workspace, token, ...Object.fromEntries(new FormData(form)) };
  answer.textContent = "…";
  try {
    const response = await fetch("/graphql/setup", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await response.json();
    form.hidden = !errors;
    answer.textContent = errors ? errors[0].message : "Done. You can sign in now.";
    if (errors) return;
    document.getElementById("codes").textContent = data.completeSetup.recoveryCodes.join("\n");
    document.getElementById("recovery").hidden = false;
  } catch {
    answer.textContent = "The server did not answer; try again.";
  }
});
