// A place in a text, widened to whole words: by the rule of stories/passages.py, which has the last word.
// Both count in characters; `letters` is an array of them.
const UNSPACED = /^[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
const LETTER = /^[\p{L}\p{N}\p{M}_]/u;
const MARK = /^\p{M}/u;
const UNSEEN = ["\u00ad", "\u200c", "\u200d"];
const isLetter = (letter = "") => LETTER.test(letter) && !UNSPACED.test(letter);
const isApostrophe = (letter) => letter === "'" || letter === "’";

function isWithinWord(letters, at) {
  if (at <= 0 || at >= letters.length) return false;
  const [before, after] = [letters[at - 1], letters[at]];
  if (MARK.test(after) || UNSEEN.includes(after) || UNSEEN.includes(before)) return !/^\s/.test(before) && !/^\s/.test(after);
  if (isApostrophe(after)) return isLetter(before) && isLetter(letters[at + 1]);
  if (isApostrophe(before)) return isLetter(letters[at - 2]) && isLetter(after);
  return isLetter(before) && isLetter(after);
}

// Blanks at its ends are left out first.
export function widen(letters, from, to) {
  while (from < to && /^\s/.test(letters[from])) from += 1;
  while (from < to && /^\s/.test(letters[to - 1])) to -= 1;
  while (isWithinWord(letters, from)) from -= 1;
  while (isWithinWord(letters, to)) to += 1;
  return [from, to];
}
