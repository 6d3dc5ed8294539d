// Words that are selected in the text can be changed: a few wishes appear beside them.
import { gettext } from "./i18n.js";

const text = document.querySelector("#text[data-starts]");
const form = document.querySelector('[data-wishes="story_text"]');
if (text && form) prepare();

function prepare() {
  const starts = text.dataset.starts.split(",").map(Number);
  const bar = form.cloneNode(true);
  bar.className = "selection-bar";
  bar.setAttribute("aria-label", gettext("Change the selected words"));
  for (const part of bar.querySelectorAll("select, .own-wish, .field-label")) part.remove();
  const range = Object.assign(document.createElement("input"), { type: "hidden", name: "range" });
  const own = Object.assign(document.createElement("button"), { type: "button", className: "wish", textContent: gettext("Own words …") });
  bar.append(range);
  bar.querySelector(".wishes").append(own);
  bar.hidden = true;
  text.after(bar);
  const hint = form.querySelector("[data-hint-select]");
  if (hint) hint.hidden = false;

  const count = (node, offset) => {
    const before = document.createRange();
    const paragraph = (node.nodeType === Node.TEXT_NODE ? node.parentNode : node).closest?.("#text > p");
    if (!paragraph) {
      // Between two paragraphs: where the next one begins.
      const next = [...text.children].indexOf(node.childNodes?.[offset]);
      return next < 0 ? null : starts[next];
    }
    before.setStart(paragraph, 0);
    before.setEnd(node, offset);
    return starts[[...text.children].indexOf(paragraph)] + [...before.toString()].length;
  };
  const last = () => starts.at(-1) + [...text.lastElementChild.textContent].length;

  const look = () => {
    if (bar.contains(document.activeElement) || bar.querySelector("[data-told]").textContent) return;
    const selection = getSelection();
    const chosen = selection.rangeCount ? selection.getRangeAt(0) : null;
    const words = chosen && !chosen.collapsed && text.contains(chosen.startContainer) ? chosen.toString().trim() : "";
    bar.hidden = !words;
    if (!words) return;
    const from = count(chosen.startContainer, chosen.startOffset);
    const to = (text.contains(chosen.endContainer) ? count(chosen.endContainer, chosen.endOffset) : null) ?? last();
    range.value = `${from}:${to}`;
    const place = chosen.getBoundingClientRect();
    const frame = text.parentElement.getBoundingClientRect();
    bar.style.top = `${place.bottom - frame.top + 10}px`;
  };
  document.addEventListener("selectionchange", look);
  document.addEventListener("keydown", (event) => event.key === "Escape" && (bar.hidden = true));
  own.addEventListener("click", () => {
    const select = form.querySelector("select");
    const words = getSelection().toString().trim();
    if (select) {
      select.querySelector("[data-selected]")?.remove();
      const label = `“${words.length > 60 ? `${words.slice(0, 60)}…` : words}”`;
      const option = new Option(label, range.value, true, true);
      option.dataset.selected = "";
      select.append(option);
    }
    form.closest("details").open = true;
    form.querySelector("[name=instruction]").focus();
    bar.hidden = true;
  });
}
