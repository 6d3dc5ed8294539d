// The story's text as it grows: pushed piece by piece, and held against what the status says.
// Offsets count characters as people do, not the halves in which JavaScript keeps some of them.
const count = (text) => Array.from(text).length;

export class GrowingText {
  text = "";
  #length = 0;
  #attempt = 0;
  #later = [];

  // Returns whether a piece is missing before this one; it is kept until that has come.
  add({ offset, text }) {
    if (offset > this.#length) {
      this.#later.push({ offset, text });
      return true;
    }
    const kept = offset === this.#length ? this.text : Array.from(this.text).slice(0, offset).join("");
    this.#set(kept + text);
    return false;
  }

  // The status is right, and a moment behind while the text is written.
  hold(status) {
    const attempt = status.steps.find((step) => step.name === "story")?.attempts ?? 0;
    const isNew = this.#attempt > 0 && attempt !== this.#attempt; // it is written anew
    this.#attempt = attempt;
    if (isNew) this.#later = [];
    const known = status.partial_text;
    if (isNew || status.story_id || !this.text.startsWith(known)) this.#set(known);
    const later = this.#later;
    this.#later = [];
    if (!status.story_id) for (const piece of later) this.add(piece);
    return this.#later.length > 0;
  }

  #set(text) {
    this.text = text;
    this.#length = count(text);
  }
}
