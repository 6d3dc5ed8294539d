// Words that are selected in the text can be changed, whole ones: a few wishes appear beside them.
import { gettext } from "./i18n.js";
import { widen } from "./words.js";

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
  // The text as the server counts it; what stands between two paragraphs is blank.
  const letters = [];
  for (const [index, paragraph] of [...text.children].entries()) {
    while (letters.length < starts[index]) letters.push("\n");
    letters.push(...paragraph.textContent);
  }
  const find = (at) => {
    const index = starts.findLastIndex((start) => start <= at);
    return [text.children[index].firstChild, letters.slice(starts[index], at).join("").length];
  };

  let place = null;
  const look = () => {
    if (bar.contains(document.activeElement) || bar.querySelector("[data-told]").textContent) return false;
    const selection = getSelection();
    const chosen = selection.rangeCount ? selection.getRangeAt(0) : null;
    const some = chosen && !chosen.collapsed && text.contains(chosen.startContainer) && chosen.toString().trim();
    bar.hidden = !some;
    place = null;
    if (!some) return false;
    const from = count(chosen.startContainer, chosen.startOffset);
    const to = text.contains(chosen.endContainer) ? count(chosen.endContainer, chosen.endOffset) : null;
    place = widen(letters, from, to ?? letters.length);
    range.value = place.join(":");
    const frame = text.parentElement.getBoundingClientRect();
    bar.style.top = `${chosen.getBoundingClientRect().bottom - frame.top + 10}px`;
    return true;
  };
  // Shown once the hand is at rest: not while a selection is still being drawn, or made smaller with keys.
  const showWhole = () => {
    if (!place || bar.hidden) return;
    const [from, to] = place.map(find);
    getSelection().setBaseAndExtent(...from, ...to);
  };
  document.addEventListener("pointerup", (event) => {
    if (bar.contains(event.target)) return;
    if (look()) showWhole(); // the browser may tell of the last bit of a selection only after this
  });
  bar.addEventListener("focusin", showWhole);
  document.addEventListener("selectionchange", look);
  document.addEventListener("keydown", (event) => event.key === "Escape" && (bar.hidden = true));
  own.addEventListener("click", () => {
    const select = form.querySelector("select");
    const words = place ? letters.slice(...place).join("") : "";
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
