// ← and → flick through the versions of a story, the way in which the page is read.
import { gettext } from "./i18n.js";
import { onKey } from "./keys.js";

const flick = (way) => () => document.querySelector(`[data-flick="${way}"]`)?.click();
const has = (way) => ({ when: () => document.querySelector(`[data-flick="${way}"]`) !== null });
const [back, on] = document.documentElement.dir === "rtl" ? ["ArrowRight", "ArrowLeft"] : ["ArrowLeft", "ArrowRight"];
onKey(back, gettext("The version before"), flick("before"), has("before"));
onKey(on, gettext("The version after"), flick("after"), has("after"));
