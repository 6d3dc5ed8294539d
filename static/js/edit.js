// Saves what is typed while it is typed. What somebody else wrote meanwhile is never written over.
import { gettext } from "./i18n.js";

const form = document.querySelector("[data-edit]");
const state = form.querySelector("[data-state]");
const fields = [...form.querySelectorAll("textarea")];
const REST = 900;
const AGAIN = 5000;
let revision = form.elements.revision.value;
let timer;
let saving = null;
let stopped = false;
const saved = new Map(fields.map((field) => [field.name, field.value]));
const changes = () => Object.fromEntries(fields.filter((field) => field.value !== saved.get(field.name)).map((field) => [field.name, field.value]));
const isDirty = () => Object.keys(changes()).length > 0;

function say(name, words) {
  form.dataset.saved = name;
  state.textContent = words;
}

function plan(pause = REST) {
  clearTimeout(timer);
  if (!stopped) timer = setTimeout(save, pause);
}

function save() {
  clearTimeout(timer);
  saving ??= send().finally(() => (saving = null));
  return saving;
}

async function send() {
  const sent = changes();
  if (stopped || !Object.keys(sent).length) return;
  say("saving", gettext("Saving …"));
  let answer;
  try {
    answer = await fetch(form.dataset.edit, {
      method: "PATCH",
      headers: {
        "Content-Type": "application/json",
        "If-Match": `"${revision}"`,
        "X-CSRFToken": form.elements.csrfmiddlewaretoken.value,
      },
      body: JSON.stringify(sent),
    });
  } catch {
    say("unsaved", gettext("Not saved: the server cannot be reached just now. It is tried again."));
    return plan(AGAIN);
  }
  const said = await answer.json().catch(() => ({}));
  if (answer.status === 409) return stop(said);
  if (!answer.ok) {
    say("unsaved", gettext("Not saved: {reason}", { reason: explain(said, answer) }));
    return answer.status >= 500 ? plan(AGAIN) : undefined;
  }
  revision = form.elements.revision.value = said.revision;
  for (const [name, value] of Object.entries(sent)) saved.set(name, value);
  if (isDirty()) return plan();
  say("saved", gettext("Saved. Every version is kept."));
}

function explain(said, { status }) {
  return said.detail || Object.values(said).flat().join(" ") || gettext("it answered {status}.", { status });
}

function stop(said) {
  stopped = true;
  say("conflict", `${said.detail} `);
  if (!said.number) return;
  const link = Object.assign(document.createElement("a"), {
    className: "plain-link",
    href: form.dataset.versions.replace(/\d+\/$/, `${said.number}/`),
    textContent: gettext("Compare with version {number}", said),
  });
  state.append(link);
  for (const [name] of saved) saved.set(name, form.elements[name].value);
}

form.addEventListener("input", () => {
  if (stopped) return;
  say("unsaved", gettext("Not saved yet"));
  plan();
});
form.addEventListener("submit", async (event) => {
  if (stopped) return;
  event.preventDefault();
  await save();
  if (!isDirty() && !stopped) location.assign(form.querySelector("[data-leave]").href);
});
addEventListener("beforeunload", (event) => isDirty() && event.preventDefault());
document.addEventListener("visibilitychange", () => document.hidden && isDirty() && save());
say("saved", gettext("It saves itself while you type; Ctrl+Z undoes."));
if (location.hash) form.querySelector(`textarea${location.hash}`)?.focus();
