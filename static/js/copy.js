// A button that copies what stands in the field that it names. Where no clipboard is to be had (a page without
// TLS), the field's text is selected instead, so that Ctrl+C takes it.
import { gettext } from "./i18n.js";

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const name = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    let said = gettext("Press Ctrl+C");
    try {
      await navigator.clipboard.writeText(field.value);
      said = gettext("Copied");
    } catch {}
    button.textContent = said;
    setTimeout(() => (button.textContent = name), 2500);
  });
}
