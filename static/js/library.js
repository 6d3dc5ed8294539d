// The library: the form shows what the address says after going back, and the slash finds the search.
import { gettext } from "./i18n.js";

const form = document.querySelector(".finder");

addEventListener("pageshow", (event) => event.persisted && form.reset());
// Without a name to look for there is no best match.
form.addEventListener("input", () => {
  form.elements.sort.options[0].textContent = form.elements.q.value.trim() ? gettext("Best match") : gettext("Newest first");
});
// The way to the trash and back keeps the place: focus goes on to the next book when one is put away.
document.addEventListener("htmx:afterSwap", (event) => {
  const gone = event.target.querySelector?.(".gone");
  if (gone) gone.closest("[data-book]").nextElementSibling?.querySelector("a, button")?.focus({ preventScroll: true });
});
