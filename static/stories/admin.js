// Unfold's switches are spans: let keys reach them, and let them have names, before its own scripts begin.
const NAMES = { dock_to_right: "Sidebar", close: "Close", computer: "Light or dark", light_mode: "Light or dark", dark_mode: "Light or dark" };

document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("#nav-sidebar-apps")?.setAttribute("data-simplebar-aria-label", "Pages of the desk");
  const switches = "span[x-on\\:click], a[x-on\\:click]:not([href]), #nav-sidebar-inner div[x-on\\:click]";
  for (const one of document.querySelectorAll(switches)) {
    one.tabIndex = 0;
    one.setAttribute("role", "button");
    const name = NAMES[one.textContent.trim()];
    if (name) one.setAttribute("aria-label", name);
    one.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      one.click();
    });
  }
});
