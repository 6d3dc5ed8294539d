// A generation in words, as stories/web/pages.py, stories/web/waiting.py and stories/events.py say them when the
// page is first shown.
import { gettext, ngettext, showNumber } from "../i18n.js";

export function describeStep(step, now) {
  const note = tellState(step, now);
  return step.attempts > 1 ? `${note} · ${gettext("try {number}", { number: step.attempts })}` : note;
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
