// Keys of a page: one registry, which fills the dialog that "?" opens. None fires while somebody types, with
// a modifier (the browser's own; Shift makes a "?" and nothing else), or while a dialog is open.
import { gettext } from "./i18n.js";

const NAMES = { ArrowLeft: "←", ArrowRight: "→", Escape: gettext("Esc"), Ctrl: gettext("Ctrl") };
const known = new Map();

// action(event) is called where when() says so; without an action the key is only told of.
export function onKey(key, label, action = null, { when = () => true } = {}) {
  known.set(key, { label, action, when });
}

const isTyping = (place) => place?.isContentEditable || Boolean(place?.closest?.("input, textarea, select, [role=application]"));

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.shiftKey && event.key.length > 1) return;
  if (isTyping(event.target) || document.querySelector("dialog[open], :popover-open")) return;
  const found = known.get(event.key);
  if (!found?.action || !found.when()) return;
  event.preventDefault();
  found.action(event);
});

const dialog = document.querySelector("#keys");

export function showKeys() {
  const rows = [...known].filter(([, { when }]) => when()).map(([key, { label }]) => {
    const term = document.createElement("dt");
    for (const part of key.split("+")) {
      term.append(Object.assign(document.createElement("kbd"), { className: "kbd", textContent: NAMES[part] || part }), " ");
    }
    return [term, Object.assign(document.createElement("dd"), { textContent: label })];
  });
  dialog.querySelector("[data-key-list]").replaceChildren(...rows.flat());
  dialog.showModal();
}

onKey("?", gettext("Show these keys"), showKeys);
for (const opener of document.querySelectorAll("[data-show-keys]")) {
  opener.hidden = false;
  opener.addEventListener("click", showKeys);
}
// A press beside the sheet closes it.
dialog?.addEventListener("click", (event) => event.target === dialog && dialog.close());
