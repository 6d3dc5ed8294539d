// ← and → flick through the versions of a story.
import { gettext } from "./i18n.js";
import { onKey } from "./keys.js";

const flick = (way) => () => document.querySelector(`[data-flick="${way}"]`)?.click();
const has = (way) => ({ when: () => document.querySelector(`[data-flick="${way}"]`) !== null });
onKey("ArrowLeft", gettext("The version before"), flick("before"), has("before"));
onKey("ArrowRight", gettext("The version after"), flick("after"), has("after"));
