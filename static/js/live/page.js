// Puts a status on the page. Nothing here asks or decides.
import { gettext } from "../i18n.js";
import { describeStep, nameEnd, tellAhead, tellAway, tellRemaining, tellSilence } from "./words.js";

const OVERDUE = -5; // then nobody knows
const page = document.querySelector("[data-live]");
export const find = (selector) => page.querySelector(selector);

export function setText(selector, text) {
  const place = find(selector);
  if (place && place.textContent !== String(text)) place.textContent = text;
}

export function showStatus(status) {
  const label = nameStage(status);
  setText("[data-label]", label);
  setText("[data-spoken]", label);
  showProgress(status.progress);
  find("[data-waiting]")?.toggleAttribute("hidden", status.status !== "pending");
  setText("[data-ahead]", tellAhead(status.ahead));
  setText("[data-away]", tellAway(status.waiting) || tellSilence(status.silent));
  document.title = `${status.progress} % · ${status.ahead ? gettext("{ahead} ahead", status) : label} · Starloom`;
  for (const step of status.steps) markStep(step);
  for (const image of status.images) showImage(image);
}

// A stream speaks English: what the steps are called stands on the page.
function nameStage(status) {
  if (status.waiting && !status.steps.some((step) => step.status === "running")) return gettext("Waiting for the language model");
  if (status.status === "pending") return gettext("Waiting for its turn");
  const step = status.current_step && find(`[data-step="${status.current_step}"] .step-label`);
  return step ? step.textContent : nameEnd(status.status);
}

export function showProgress(percent) {
  setText("[data-percent]", percent);
  find("[data-gauge]").value = percent;
  find(".star-thread").setAttribute("stroke-dasharray", `${percent} 101`);
}

// What changes by itself as time goes by.
export function showTimes(status, now, since) {
  for (const step of status.steps) setText(`[data-step="${step.name}"] [data-note]`, describeStep(step, now, step.name === status.waiting?.step));
  const left = status.remaining_seconds === null ? null : status.remaining_seconds - since;
  setText("[data-remaining]", tellRemaining(left === null || left < OVERDUE ? null : left));
}

function markStep(step) {
  const place = find(`[data-step="${step.name}"]`);
  if (place) place.dataset.state = step.status;
  const slot = find(`[data-slot="${step.name.replace("_image", "")}"]`);
  if (!slot || !step.name.endsWith("_image")) return;
  slot.dataset.state = step.status;
  if (step.preview) showPreview(step.name, step.preview);
}

export function showPreview(step, preview) {
  const slot = find(`[data-slot="${step.replace("_image", "")}"]`);
  if (!slot || !preview.startsWith("data:image/webp;")) return;
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
export function showText(text, title, isWritten) {
  const place = find("[data-text]");
  if (!place) return;
  const paragraphs = text.split(/\n\s*\n/).filter((part) => part.trim());
  const heading = title || paragraphs.shift() || "";
  setText("[data-title]", heading);
  find("[data-title]").hidden = !heading;
  place.classList.toggle("writing", !isWritten && Boolean(text));
  while (place.children.length > paragraphs.length) place.lastChild.remove();
  paragraphs.forEach((part, number) => {
    const paragraph = place.children[number] || place.appendChild(document.createElement("p"));
    if (paragraph.textContent !== part) paragraph.textContent = part;
  });
}

// All of it is there: say so without moving what is being read.
export function showEnd(status) {
  find("[data-stop]")?.remove();
  setText("[data-remaining]", "");
  const end = find("[data-finished]");
  end.hidden = false;
  end.querySelector("a").href = status.story_url;
  document.title = `✓ ${status.title || gettext("The story is finished")} · Starloom`;
}
