// Has a part made anew without leaving the page: says how it gets on, and shows the book again when it is there.
import { gettext } from "./i18n.js";

const ENDED = ["completed", "failed", "cancelled"];
const PAUSE = 700;
const rest = (time) => new Promise((go) => setTimeout(go, time));

const PLACE = "shown"; // what to look at when the page is there again
lookAtWhatIsNew();

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-redo]");
  if (!form) return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  const buttons = document.querySelectorAll("form[data-redo] button");
  const tell = (words) => (form.querySelector("[data-told]").textContent = words);
  for (const button of buttons) button.disabled = true;
  tell(gettext("It waits for its turn …"));
  try {
    const there = await begin(form.action, fields);
    show(await follow(there, tell), form.dataset.redo);
  } catch (error) {
    tell(error instanceof TypeError ? gettext("The server cannot be reached just now. Try again in a moment.") : error.message);
    for (const button of buttons) button.disabled = false;
  }
});

async function begin(address, body) {
  const answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.detail || Object.values(said).flat().join(" ") || gettext("It answered {status}.", answer));
  return said.status_url;
}

async function follow(address, tell) {
  for (let failures = 0; ; ) {
    await rest(PAUSE * (1 + failures));
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) {
      failures += 1;
      if (failures > 8) throw new Error(gettext("The server does not answer just now. It goes on without this page: load it again later."));
      continue;
    }
    failures = 0;
    const status = await answer.json();
    if (!ENDED.includes(status.status)) {
      tell(status.status === "pending" ? gettext("It waits for its turn …") : `${status.current_label} … ${status.progress} %`);
      continue;
    }
    if (status.error || status.status !== "completed") throw new Error(status.error || gettext("It was stopped."));
    if (status.can_be_retried) throw new Error(status.warnings.join(" "));
    return status.story_url;
  }
}

function show(book, place) {
  const target = `${book}#${place}`;
  if (location.pathname !== book) return location.assign(target);
  history.replaceState(null, "", target);
  try {
    sessionStorage.setItem(PLACE, place);
  } catch {
    // Storage may be forbidden; then the page stands where it stood.
  }
  location.reload();
}

// A page that is loaded again goes back to where it stood, not to what its address names.
function lookAtWhatIsNew() {
  let place = null;
  try {
    place = sessionStorage.getItem(PLACE);
    sessionStorage.removeItem(PLACE);
  } catch {
    // As above.
  }
  if (!place) return;
  history.scrollRestoration = "manual";
  const look = () => document.getElementById(place)?.scrollIntoView();
  look();
  addEventListener("load", () => {
    look(); // pictures may have come above it
    setTimeout(() => (history.scrollRestoration = "auto"), 500);
  });
}
