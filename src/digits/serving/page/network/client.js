// The page's side of the worker: questions become promises.

export class Network {
  #worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  #waiting = new Map();
  #asked = 0;

  constructor() {
    this.#worker.onmessage = ({ data: { id, error, ...answer } }) => {
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) reject(new Error(error));
      else resolve(answer);
    };
    this.#worker.onerror = (event) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(event.message || "the worker stopped"));
      this.#waiting.clear();
    };
  }

  // Take a network from its bytes; what it says of itself is then in `header`.
  async load(buffer) {
    const { header, kernels } = await this.#ask("load", { buffer });
    this.header = header;
    this.kernels = kernels;
    return header;
  }

  // Give { probabilities, features }; `inside` adds maps, logits and the nearest examples.
  async run(frame, { inside = false } = {}) { return (await this.#ask("run", { frame, inside })).found; }

  // Give { side, value, change, answers }, or null where another frame was asked about meanwhile.
  async cover(frame) { return (await this.#ask("cover", { frame })).found ?? null; }

  stopCovering() { return this.#ask("stop", {}); }

  #ask(kind, message) {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, kind, ...message });
    });
  }
}
