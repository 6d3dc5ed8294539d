// Small helps on every page. All of it works without them.
import { gettext, showNumber } from "./i18n.js";
import { onKey } from "./keys.js";
import "./toast.js";

const root = document.documentElement;
const find = (selector) => document.querySelector(selector);

// Night and day.
const toggle = find("[data-toggle-sky]");
const isNight = () => root.dataset.theme !== "day-loom";
const nameToggle = () => toggle.setAttribute("aria-label", isNight() ? gettext("Change to day") : gettext("Change to night"));
toggle.hidden = false;
nameToggle();
toggle.addEventListener("click", () => {
  root.dataset.theme = isNight() ? "day-loom" : "night-loom";
  nameToggle();
  try {
    localStorage.setItem("sky", root.dataset.theme);
  } catch {
    // It holds for this page then.
  }
});

// The sentence: its length, examples, Ctrl+Enter.
function countSentence() {
  const field = find("#prompt");
  if (!field) return;
  const length = [...field.value.trim()].length;
  const most = Number(field.dataset.most);
  const counter = find("[data-counter]");
  counter.textContent = length ? gettext("{length} of {most}", { length: showNumber(length), most: showNumber(most) }) : "";
  counter.classList.toggle("over", length > most);
  find("[data-keys]").hidden = false;
}
countSentence();
document.addEventListener("htmx:load", countSentence);
document.addEventListener("input", (event) => event.target.id === "prompt" && countSentence());
document.addEventListener("click", (event) => {
  const example = event.target.closest("[data-example]");
  if (!example || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const field = find("#prompt");
  field.value = example.textContent.trim();
  field.focus();
  countSentence();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.target.closest?.("#sentence-form")?.requestSubmit();
});

if (find("#sentence-form")) onKey("Ctrl+Enter", gettext("Weave the story, while you type its sentence"));
onKey("/", gettext("Search the library"), () => (find("#q") ? find("#q").select() : location.assign(find("[data-library]").href)));

// What went wrong on the way, in words; what was typed stays.
let fading;
function flash(words) {
  const place = find("[data-flash]");
  place.textContent = words;
  clearTimeout(fading);
  fading = setTimeout(() => (place.textContent = ""), 12000);
}
document.addEventListener("htmx:sendError", () =>
  flash(gettext("The server cannot be reached. What you typed is still here: try again in a moment.")),
);
document.addEventListener("htmx:responseError", (event) => {
  let words;
  try {
    words = JSON.parse(event.detail.xhr.responseText).detail;
  } catch {
    // Something between us and the server answered.
  }
  flash(words || gettext("The server answered with an error ({status}). Try again in a moment.", event.detail.xhr));
});
