// The live page. It is shown as the database has it; events are pushed to it; and it asks for the status now and
// then, so that a lost stream, a phone that slept or a second tab show the truth too.
import { gettext } from "./i18n.js";
import { onKey } from "./keys.js";
import { note, readAnew } from "./live/log.js";
import { find, setText, showEnd, showPreview, showProgress, showStatus, showText, showTimes } from "./live/page.js";
import { Stream } from "./live/stream.js";
import { GrowingText } from "./live/text.js";

const ENDED = ["completed", "failed", "cancelled"];
const SOON = 600; // what is written is saved twice a second
const OFTEN = 2000;
const SELDOM = 15000;
const TURN_THE_PAGE = 4000;

const { live, stream: address, last } = document.querySelector("[data-live]").dataset;
const text = new GrowingText();
const stream = new Stream(address, Number(last), hear);
let status;
let told = 0; // when the status was told, by our clock
let skew = 0; // how far the server's clock is before ours
let timer;
let due = Infinity; // when the status is asked for next
let failures = 0;
let asking = false;
let ended = false;

// ---- what comes in ----

function hear(message) {
  const { id, kind, step, data } = message;
  if (ended) return;
  if (id) note(message);
  if (kind === "state") take(data);
  else if (kind === "text" && text.add(data)) plan(SOON);
  else if (kind === "preview") showPreview(step, data.preview);
  else if (kind === "finished") isOver() ? end() : ask();
  else if (kind === "progress" && status && data.progress > status.progress) {
    status.progress = data.progress;
    showProgress(data.progress);
  }
  if (kind === "text") tellStory();
}

// A stream tells the last state first, and then that it was the last.
const isOver = () => ENDED.includes(status?.status);

async function ask() {
  due = Infinity;
  if (asking || ended) return;
  asking = true;
  clearTimeout(timer);
  const began = Date.now();
  try {
    const answer = await fetch(live, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(10000) });
    if (answer.status === 404) return giveUp();
    if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).detail || gettext("It answered {status}.", answer));
    skew = (Date.parse(answer.headers.get("Date")) || began) - began;
    const found = await answer.json();
    failures = 0;
    setText("[data-trouble]", "");
    if (told <= began) {
      checkStream(found);
      take(found);
    }
    if (isOver()) end();
    else plan();
  } catch (error) {
    failures += 1;
    if (failures > 1) setText("[data-trouble]", `${explain(error)} ${gettext("The story goes on without this page, which keeps asking.")}`);
    plan(Math.min(1000 * 2 ** (failures - 1), SELDOM));
  } finally {
    asking = false;
  }
}

// A stream that did not tell what is so has been lost without a word.
function checkStream(found) {
  const sign = ({ status, steps }) => JSON.stringify([status, steps.map((step) => [step.status, step.attempts])]);
  if (!status || sign(found) === sign(status)) return;
  if (stream.isHealthy) stream.open();
  else readAnew();
}

function explain(error) {
  const lost = error instanceof TypeError || error.name === "TimeoutError";
  if (!lost) return error.message;
  return navigator.onLine ? gettext("The server does not answer just now.") : gettext("You are offline just now.");
}

function giveUp() {
  finish();
  setText("[data-trouble]", gettext("This story is no longer there: it was deleted, or this browser has forgotten that it is yours."));
}

// The sooner of two plans holds: pieces of text that come one after the other must not put it off. When a model that
// does not answer is asked again is told by no event; that one is silent, or no more, by a hint that may be lost.
function plan(pause = stream.isHealthy && !status?.waiting && !status?.silent ? SELDOM : OFTEN) {
  const at = Date.now() + (document.hidden ? SELDOM : pause);
  if (ended || at >= due) return;
  clearTimeout(timer);
  due = at;
  timer = setTimeout(ask, at - Date.now());
}

// ---- what is shown ----

function take(found) {
  if (ended) return;
  found.progress = Math.max(found.progress, status?.progress ?? 0);
  [status, told] = [found, Date.now()];
  showStatus(status);
  tick();
  const isBehind = text.hold(status);
  tellStory();
  if (isBehind) plan(SOON);
}

function tellStory() {
  showText(text.text, status?.title, Boolean(status?.story_id));
}

function tick() {
  if (status && !document.hidden && !ended) showTimes(status, Date.now() + skew, (Date.now() - told) / 1000);
}

// ---- the end ----

function finish() {
  ended = true;
  clearTimeout(timer);
  stream.close();
}

// Whole: lead to the book, and open it where nobody is reading here. Else the page, loaded anew, says what is
// missing and what to do.
function end() {
  finish();
  if (status.status !== "completed" || status.warnings.length) return whenOnline(() => location.reload());
  showTimes(status, Date.now() + skew, 0);
  showEnd(status);
  if (!touched) setTimeout(turnThePage, TURN_THE_PAGE);
}

function turnThePage() {
  whenOnline(() => !touched && !document.hidden && location.replace(status.story_url));
}

// To leave while offline would lead to the browser's own page of what went wrong.
function whenOnline(go) {
  if (navigator.onLine) go();
  else addEventListener("online", go, { once: true });
}

let touched = false;
for (const kind of ["pointerdown", "wheel", "touchstart", "keydown", "scroll"])
  addEventListener(kind, stayHere, { passive: true, once: true });

function stayHere() {
  touched = true;
  find("[data-opens]")?.remove();
}

// ---- the person ----

onKey("Escape", gettext("Stop this story"), () => find("[data-stop]").requestSubmit(), {
  when: () => !ended && find("[data-stop]"),
});
find("[data-stop]")?.addEventListener("submit", (event) => {
  event.target.querySelector("button").disabled = true; // once is enough
  setText("[data-label]", gettext("Stopping …"));
});
addEventListener("pageshow", (event) => event.persisted && location.reload());

// A browser keeps few connections to one server: a tab that nobody sees does without its stream.
document.addEventListener("visibilitychange", () => {
  if (ended) return;
  due = Infinity; // what was planned for a tab that is seen, or is not, holds no longer
  if (document.hidden) stream.close(), plan();
  else stream.open(), ask();
});
addEventListener("online", () => {
  if (ended) return;
  stream.open();
  ask();
});
setInterval(tick, 1000);
if (!document.hidden) stream.open();
ask();
