// A generation in words, as stories/web/pages.py and stories/web/waiting.py say them when the page is first shown.
export function describeStep(step, now) {
  const note = tellState(step, now);
  return step.attempts > 1 ? `${note} · try ${step.attempts}` : note;
}

function tellState(step, now) {
  const from = Date.parse(step.started_at);
  switch (step.status) {
    case "waiting":
      return "waiting";
    case "ready":
      return step.error ? `tries again soon: ${step.error}` : "next in line";
    case "running":
      return `at work · ${tellTime(Math.max(0, Math.round((now - from) / 1000)))}`;
    case "done":
      return tellTime((Date.parse(step.finished_at) - from) / 1000);
    case "skipped":
      return step.attempts ? `left out: ${step.error}` : "left out";
    case "failed":
      return "failed";
    default:
      return "stopped";
  }
}

export function tellTime(seconds) {
  if (seconds < 10) return `${Number.isInteger(seconds) ? seconds : seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

export function tellRemaining(seconds) {
  if (seconds === null) return "";
  if (seconds < 5) return "a few seconds left";
  if (seconds < 60) return `about ${5 * Math.round(seconds / 5)} s left`;
  const minutes = Math.round(seconds / 60);
  return `about ${minutes} minute${minutes > 1 ? "s" : ""} left`;
}

export function tellAhead(number) {
  if (!number) return "";
  return number === 1 ? "One story is ahead of this one." : `${number} stories are ahead of this one.`;
}
