// A generation in words, as stories/web/pages.py, stories/web/waiting.py and stories/events.py say them when the
// page is first shown.
import { gettext, language, ngettext, showNumber } from "../i18n.js";

export function describeStep(step, now, isAway) {
  const note = tellState(isAway ? { ...step, error: null } : step, now);
  if (step.attempts < 2) return note;
  return [note, gettext("try {number}", { number: step.attempts })].join(" · ");
}

function tellState(step, now) {
  const from = Date.parse(step.started_at);
  switch (step.status) {
    case "waiting":
      return gettext("waiting");
    case "ready":
      return step.error ? gettext("tries again soon: {error}", step) : gettext("next in line");
    case "running":
      return gettext("at work · {time}", { time: tellTime(Math.max(0, Math.round((now - from) / 1000))) });
    case "done":
      return tellTime((Date.parse(step.finished_at) - from) / 1000);
    case "skipped":
      return step.attempts ? gettext("left out: {error}", step) : gettext("left out");
    case "failed":
      return gettext("failed");
    default:
      return gettext("stopped");
  }
}

export function tellTime(seconds) {
  if (seconds < 10) return `${showNumber(seconds, Number.isInteger(seconds) ? 0 : 1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

export function tellRemaining(seconds) {
  if (seconds === null) return "";
  if (seconds < 5) return gettext("a few seconds left");
  if (seconds < 60) return gettext("about {seconds} s left", { seconds: 5 * Math.round(seconds / 5) });
  const minutes = Math.round(seconds / 60);
  return ngettext("about {number} minute left", "about {number} minutes left", minutes);
}

export function tellAhead(number) {
  if (!number) return "";
  return ngettext("{number} story is ahead of this one.", "{number} stories are ahead of this one.", number);
}

// In this person's own time, where the status says it in that of the server.
export function tellAway(waiting) {
  if (!waiting) return "";
  const time = new Date(waiting.until).toLocaleTimeString(language, { timeStyle: "medium" });
  return gettext("The language model does not answer. It is asked again at {time}; the story waits, and nothing is lost.", { time });
}

export function tellSilence(silent) {
  if (!silent) return "";
  const [since, until] = [silent.since, silent.until].map((at) => new Date(at).toLocaleTimeString(language, { timeStyle: "medium" }));
  return silent.has_begun
    ? gettext("The language model has said nothing since {since}. It is given until {until}.", { since, until })
    : gettext("The language model was asked at {since}, and its first word is waited for. It is given until {until}.", { since, until });
}

// What happened. A stream tells it in English, because programs rely on that; warnings are told as they are stored.
export function tellEvent(kind, data, label) {
  switch (kind) {
    case "asked":
      return gettext("The story was asked for.");
    case "step_started":
      return data.attempt > 1 ? gettext("{label}, try {attempt}.", { ...data, label }) : `${label}.`;
    case "step_done":
      return tellDone(label, tellTime(data.seconds ?? 0), nameMaker(data.model ?? ""));
    case "step_retry":
      return gettext("{label} did not work and is tried again in {pause} s: {message}", { ...data, label, pause: Math.round(data.pause) });
    case "step_failed":
      return gettext("{label} failed: {message}", { ...data, label });
    case "step_away":
      return gettext("{label} waits: the language model does not answer, and is asked again and again.", { label });
    case "reopened":
      return gettext("What is missing is tried again.");
    case "finished":
      return `${nameEnd(data.status)}.`;
  }
}

function tellDone(label, took, maker) {
  return maker ? gettext("{label}: done in {took} by {maker}.", { label, took, maker }) : gettext("{label}: done in {took}.", { label, took });
}

function nameMaker(model) {
  if (model.split(":")[0] === "sketch") return gettext("the built-in sketch, not a model");
  return model === "merge" ? "" : model;
}

export function nameEnd(status) {
  return { completed: gettext("Finished"), failed: gettext("Could not be finished"), cancelled: gettext("Stopped") }[status];
}
