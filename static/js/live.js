// The live page: asks for the status JSON, shows it, and goes on to the book when all of it is there.
const page = document.querySelector("[data-live]");
const find = (selector) => page.querySelector(selector);
const ENDED = ["completed", "failed", "cancelled"];
const WORKING = 700;
const WAITING = 1500;
const HIDDEN = 10000;
const SLOWEST = 15000;

let timer;
let failures = 0;
let asking = false;

async function ask() {
  if (asking) return;
  asking = true;
  clearTimeout(timer);
  try {
    const answer = await fetch(page.dataset.live, {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(10000),
    });
    if (answer.status === 404) return giveUp();
    if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).detail || `It answered ${answer.status}.`);
    const status = await answer.json();
    failures = 0;
    tellTrouble("");
    show(status, Date.parse(answer.headers.get("Date")) || Date.now());
    if (ENDED.includes(status.status)) return end(status);
    plan(status.status === "pending" ? WAITING : WORKING);
  } catch (error) {
    failures += 1;
    if (failures > 1) tellTrouble(`${explain(error)} The story goes on without this page, which keeps asking.`);
    plan(Math.min(1000 * 2 ** (failures - 1), SLOWEST));
  } finally {
    asking = false;
  }
}

function explain(error) {
  const lost = error instanceof TypeError || error.name === "TimeoutError";
  if (!lost) return error.message;
  return navigator.onLine ? "The server does not answer just now." : "You are offline just now.";
}

function plan(pause) {
  timer = setTimeout(ask, document.hidden ? Math.max(pause, HIDDEN) : pause);
}

function show(status, now) {
  const label = status.status === "pending" ? "Waiting for its turn" : status.current_label;
  setText("[data-percent]", status.progress);
  setText("[data-label]", label);
  setText("[data-spoken]", label);
  find("[data-gauge]").value = status.progress;
  find(".star-thread").setAttribute("stroke-dasharray", `${status.progress} 101`);
  find("[data-waiting]")?.toggleAttribute("hidden", status.status !== "pending");
  document.title = `${status.progress} % · ${label} · Starloom`;
  for (const step of status.steps) showStep(step, now);
  for (const image of status.images) showImage(image);
  showText(status);
}

function showStep(step, now) {
  const place = find(`[data-step="${step.name}"]`);
  place.dataset.state = step.status;
  const note = describe(step, now) + (step.attempts > 1 ? ` · try ${step.attempts}` : "");
  setText(`[data-step="${step.name}"] [data-note]`, note);
  const slot = find(`[data-slot="${step.name.replace("_image", "")}"]`);
  if (!slot || !step.name.endsWith("_image")) return;
  slot.dataset.state = step.status;
  showPreview(slot, step.preview);
}

// As stories/web/pages.py says it when the page is first shown.
function describe(step, now) {
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

function tellTime(seconds) {
  if (seconds < 10) return `${Number.isInteger(seconds) ? seconds : seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function showPreview(slot, preview) {
  if (!preview) return;
  const picture = slot.querySelector("img.preview") || Object.assign(new Image(), { className: "preview", alt: "" });
  if (picture.src !== preview) picture.src = preview;
  if (!picture.parentNode) slot.append(picture);
}

function showImage(image) {
  const slot = find(`[data-slot="${image.image_type}"]`);
  if (!slot || slot.dataset.state === "running") return;
  if (slot.querySelector("img:not(.preview)")?.getAttribute("src") === image.url) return;
  const picture = Object.assign(new Image(image.width, image.height), { src: image.url, alt: slot.dataset.alt });
  picture.decode().catch(() => {}).then(() => {
    for (const earlier of slot.querySelectorAll("img")) earlier.remove();
    slot.append(picture);
  });
}

// While it is written the title is the first paragraph; then it has its own place.
function showText(status) {
  if (!find("[data-text]")) return;
  const paragraphs = status.partial_text.split(/\n\s*\n/).filter((text) => text.trim());
  const title = status.title || paragraphs.shift() || "";
  setText("[data-title]", title);
  find("[data-title]").hidden = !title;
  const place = find("[data-text]");
  place.classList.toggle("writing", !status.story_id && Boolean(status.partial_text));
  while (place.children.length > paragraphs.length) place.lastChild.remove();
  paragraphs.forEach((text, number) => {
    const paragraph = place.children[number] || place.appendChild(document.createElement("p"));
    if (paragraph.textContent !== text) paragraph.textContent = text;
  });
}

function setText(selector, text) {
  const place = find(selector);
  if (place.textContent !== String(text)) place.textContent = text;
}

// Whole: go and read it. Else the page, loaded anew, says what is missing and what to do.
function end(status) {
  if (status.status !== "completed" || status.warnings.length) return location.reload();
  const link = find("[data-finished]");
  link.hidden = false;
  find("[data-stop]")?.remove();
  link.firstElementChild.href = status.story_url;
  setTimeout(() => location.replace(status.story_url), 1500);
}

function giveUp() {
  tellTrouble("This story is no longer there: it was deleted, or this browser has forgotten that it is yours.");
}

function tellTrouble(words) {
  setText("[data-trouble]", words);
}

document.addEventListener("visibilitychange", () => document.hidden || ask());
addEventListener("online", ask);
plan(300);
