// The panel "What happened", where this browser's person may see it.
import { language } from "../i18n.js";
import { tellEvent } from "./words.js";

const list = document.querySelector("[data-log]");

export function note({ id, at, kind, step, data, words }) {
  if (!list || !id || list.querySelector(`[data-event="${id}"]`)) return;
  const when = Object.assign(document.createElement("time"), { dateTime: at });
  const entry = document.createElement("li");
  entry.dataset.event = id;
  entry.dataset.kind = kind;
  entry.append(when, document.createElement("span"));
  entry.lastChild.textContent = tellEvent(kind, data, nameStep(step)) ?? words;
  list.append(entry);
  showTimes();
}

const nameStep = (step) => document.querySelector(`[data-step="${step}"] .step-label`)?.textContent ?? step;

// Without a stream: what the page would show now.
export async function readAnew() {
  if (!list?.closest("details").open) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const there = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-log]");
  if (!there) return;
  list.replaceChildren(...there.children);
  showTimes();
}

// In this person's own time.
function showTimes() {
  for (const when of list.querySelectorAll("time"))
    when.textContent = new Date(when.dateTime).toLocaleTimeString(language, { timeStyle: "medium" });
}

if (list) showTimes();
