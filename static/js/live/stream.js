// The stream of events, opened again when it is lost. What it misses, the status tells.
const KINDS = [
  "state", "text", "preview", "progress", "asked", "step_started", "step_done", "step_retry", "step_away", "warning",
  "step_failed", "reopened", "finished",
]; // prettier-ignore
const REST = 5000;
const LONGEST_REST = 60000;

export class Stream {
  #source;
  #timer;
  #rest = REST;
  isHealthy = false;

  constructor(address, last, hear) {
    this.address = address;
    this.last = last;
    this.hear = hear;
  }

  open() {
    this.close();
    this.#source = new EventSource(`${this.address}?last=${this.last}`);
    for (const kind of KINDS) this.#source.addEventListener(kind, (event) => this.#take(event));
    this.#source.addEventListener("error", () => this.#lose());
  }

  close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = undefined;
    this.isHealthy = false;
  }

  // Only what has been heard is known to arrive: something between may keep a stream back.
  #take(event) {
    const message = JSON.parse(event.data);
    this.isHealthy = true;
    this.#rest = REST;
    if (message.id) {
      if (message.id <= this.last) return;
      this.last = message.id;
    }
    this.hear(message);
  }

  #lose() {
    this.isHealthy = false;
    if (this.#source?.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    this.#timer = setTimeout(() => this.open(), this.#rest);
    this.#rest = Math.min(2 * this.#rest, LONGEST_REST);
  }
}
