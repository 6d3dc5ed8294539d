// How a book is read: night, day or paper, and the size of its letters. Set before anything is painted.
(() => {
  const root = document.documentElement;
  const THEMES = { night: "night-loom", day: "day-loom", paper: "day-loom" };
  const SIZES = 5;
  const USUAL = 3;
  const store = {
    get(name) {
      try {
        return localStorage.getItem(name);
      } catch {
        return null; // Storage may be forbidden; then a choice holds for this page.
      }
    },
    set(name, value) {
      try {
        localStorage.setItem(name, value);
      } catch {
        // As above.
      }
    },
  };
  const readSize = () => Math.min(Math.max(Number(store.get("text-size")) || USUAL, 1), SIZES);
  let size = readSize();

  function light() {
    if (root.dataset.reading === "paper" && root.dataset.theme === "day-loom") return "paper";
    return root.dataset.theme === "day-loom" ? "day" : "night"; // night, whatever the system likes, as app.js says
  }

  function choose(name) {
    root.dataset.theme = THEMES[name];
    root.toggleAttribute("data-reading", false);
    if (name === "paper") root.dataset.reading = "paper";
    store.set("reading", name === "paper" ? "paper" : "");
    if (name !== "paper") store.set("sky", THEMES[name]);
  }

  if (store.get("reading") === "paper") {
    root.dataset.reading = "paper";
    root.dataset.theme = "day-loom";
  }
  root.dataset.textSize = size;

  document.addEventListener("DOMContentLoaded", () => {
    const tools = document.querySelector("[data-reading-tools]");
    if (!tools) return;
    const show = () => {
      tools.querySelector(`[value="${light()}"]`).checked = true;
      tools.querySelector("[data-size-now]").textContent = tools.querySelector("[data-size-now]").dataset.words.replace("{size}", size).replace("{most}", SIZES);
      tools.querySelector('[data-size="-1"]').disabled = size === 1;
      tools.querySelector('[data-size="1"]').disabled = size === SIZES;
    };
    tools.addEventListener("change", (event) => choose(event.target.value));
    tools.addEventListener("click", (event) => {
      const button = event.target.closest("[data-size]");
      if (!button) return;
      size = Math.min(Math.max(size + Number(button.dataset.size), 1), SIZES);
      root.dataset.textSize = size;
      store.set("text-size", size);
      show();
    });
    // The masthead's own switch may change the light too.
    new MutationObserver(show).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
    tools.hidden = false;
    show();
  });
})();
