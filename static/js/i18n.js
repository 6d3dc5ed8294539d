// What scripts say, in the page's language. The words come with the page (templates/_words.html); without any
// it is English, as written here. tools/messages.py reads the calls of both functions for translators.
const known = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
export const language = document.documentElement.lang || "en";
const plurals = new Intl.PluralRules(language);
const forms = plurals.resolvedOptions().pluralCategories;

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);

export function gettext(words, values = {}) {
  return fill(known[words] || words, values);
}

// The forms of a plural stand in the order of Unicode's categories, as they do in gettext's files.
export function ngettext(one, many, number, values = {}) {
  const all = known[one] ?? [one, many];
  const at = known[one] ? Math.max(0, forms.indexOf(plurals.select(number))) : Number(number !== 1);
  return fill(all[Math.min(at, all.length - 1)], { number, ...values });
}

export const showNumber = (number, digits = 0) =>
  number.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
