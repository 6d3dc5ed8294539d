// Keys that do something on a page. None acts while somebody types, or together with Ctrl, Alt or Meta.
const keys = new Map();
const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable], [role=application]";

export function onKey(key, label, action, { when = () => true } = {}) {
  keys.set(key, { label, action, when });
}

document.addEventListener("keydown", (event) => {
  const found = keys.get(event.key);
  if (!found || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest?.(TYPING) || !found.when()) return;
  event.preventDefault();
  found.action(event);
});
