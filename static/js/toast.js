// Slips that tell what was done, some with a button that undoes it. The server writes them into #toasts; a
// script may lay down its own. They go after a while, but not from under a pointer or the focus.
import { gettext } from "./i18n.js";

const STAY = 12000;
const place = document.querySelector("#toasts");

// undo(): what the button does; without it there is none.
export function toast(words, { undo, stay = STAY } = {}) {
  const slip = Object.assign(document.createElement("div"), { className: "toast-slip" });
  slip.dataset.toast = "";
  slip.append(Object.assign(document.createElement("p"), { textContent: words, dir: "auto" }));
  if (undo) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "toast-undo", textContent: gettext("Undo") });
    button.addEventListener("click", () => {
      slip.remove();
      undo();
    });
    slip.append(button);
  }
  const close = Object.assign(document.createElement("button"), { type: "button", className: "toast-close", textContent: "×" });
  close.dataset.close = "";
  close.setAttribute("aria-label", gettext("Close"));
  slip.append(close);
  slip.dataset.stay = stay;
  place.append(slip);
  return slip;
}

function adopt(slip) {
  if (slip.dataset.adopted) return;
  slip.dataset.adopted = "yes";
  const close = slip.querySelector("[data-close]");
  close.hidden = false;
  close.addEventListener("click", () => slip.remove());
  const leave = () => (slip.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : slip.remove());
  setTimeout(leave, Number(slip.dataset.stay) || STAY);
}

const adoptAll = () => place.querySelectorAll("[data-toast]").forEach(adopt);
new MutationObserver(adoptAll).observe(place, { childList: true });
adoptAll();
