// Day, if somebody has chosen it: set before anything is painted, so that nothing flashes.
try {
  const sky = localStorage.getItem("sky");
  if (sky === "night-loom" || sky === "day-loom") document.documentElement.dataset.theme = sky;
} catch {
  // Storage may be forbidden; then it is night.
}
