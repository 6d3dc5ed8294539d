// The hero before the setting, moved by hand: shown where the merge will put it (imaging/merge.py, Stance).
const stage = document.querySelector("[data-stage]");
const hero = stage.querySelector("[data-hero]");
const form = document.querySelector(".placing");
const number = (name) => Number(stage.dataset[name]);
const [width, height, figureWidth, figureHeight, top_, foot] = ["width", "height", "figureWidth", "figureHeight", "top", "foot"].map(number);
const fields = form.elements;
const STEP = 0.005;
const FAST = 5;
const LARGER = 1.03;

function place() {
  const factor = (Number(fields.height.value) * height) / (figureHeight - top_);
  const flipped = fields.flipped.checked;
  const under = (flipped ? figureWidth - foot : foot) * factor;
  hero.style.width = `${(100 * figureWidth * factor) / width}%`;
  hero.style.left = `${100 * Number(fields.x.value) - (100 * under) / width}%`;
  hero.style.top = `${100 * Number(fields.y.value) - (100 * figureHeight * factor) / height}%`;
  hero.style.transform = flipped ? "scaleX(-1)" : "";
}

// A range keeps its value between its least and its most.
function move(x, y) {
  fields.x.value = Number(fields.x.value) + x;
  fields.y.value = Number(fields.y.value) + y;
  place();
}

function scale(factor) {
  fields.height.value = Number(fields.height.value) * factor;
  place();
}

function mirror() {
  fields.flipped.checked = !fields.flipped.checked;
  place();
}

const KEYS = {
  ArrowLeft: (step) => move(-step, 0),
  ArrowRight: (step) => move(step, 0),
  ArrowUp: (step) => move(0, -step),
  ArrowDown: (step) => move(0, step),
  "+": () => scale(LARGER),
  "=": () => scale(LARGER),
  "-": () => scale(1 / LARGER),
  f: mirror,
  F: mirror,
};
stage.addEventListener("keydown", (event) => {
  const act = KEYS[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act(STEP * (event.shiftKey ? FAST : 1));
});
stage.addEventListener("wheel", (event) => {
  event.preventDefault();
  scale(event.deltaY < 0 ? LARGER : 1 / LARGER);
}, { passive: false });

const held = new Map();
let spread = 0;
const measure = () => {
  const [one, two] = [...held.values()];
  return two ? Math.hypot(one.x - two.x, one.y - two.y) : 0;
};
stage.addEventListener("pointerdown", (event) => {
  held.set(event.pointerId, { x: event.clientX, y: event.clientY });
  stage.setPointerCapture(event.pointerId);
  spread = measure();
});
stage.addEventListener("pointermove", (event) => {
  const before = held.get(event.pointerId);
  if (!before) return;
  held.set(event.pointerId, { x: event.clientX, y: event.clientY });
  if (held.size === 1) {
    const frame = stage.getBoundingClientRect();
    move((event.clientX - before.x) / frame.width, (event.clientY - before.y) / frame.height);
  } else if (spread) {
    const now = measure();
    scale(now / spread);
    spread = now;
  }
});
for (const name of ["pointerup", "pointercancel"]) stage.addEventListener(name, (event) => held.delete(event.pointerId));

form.addEventListener("input", place);
stage.style.aspectRatio = `${width} / ${height}`;
stage.hidden = false;
place();
