// Questions to the server that this page came from. A page in a static folder has none: then `isThere` is false.
//
// Says "state" whenever the server goes away or comes back. While it is away it is asked again and again.

import { t } from "../strings.js";

const HEARTBEAT_MS = 5000;
const RETRY_MS = [500, 1000, 2000, 4000];

// What a person can be told: `message` is a whole sentence.
export class Refused extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

export class Server extends EventTarget {
  isThere = !document.querySelector("meta[name=digits-network]");
  isUp = this.isThere;
  model = null; // the name of the model in use, where it is not the default
  #tries = 0;

  // Begin to watch; `askToken` returns the token that a person typed, or null.
  watch(askToken) {
    this.askToken = askToken;
    if (!this.isThere) return;
    const beat = async () => {
      if (document.visibilityState === "visible") await this.#knock();
      setTimeout(beat, this.isUp ? HEARTBEAT_MS : RETRY_MS[Math.min(this.#tries++, RETRY_MS.length - 1)]);
    };
    setTimeout(beat, HEARTBEAT_MS);
    addEventListener("online", () => this.#knock());
    addEventListener("offline", () => { if (!isLoopback()) this.#note(false); });
  }

  // Give { default, models }.
  async models() { return (await this.#fetch("v1/models")).json(); }

  async network(name) { return (await this.#fetch(`v1/models/${encodeURIComponent(name)}/network`)).arrayBuffer(); }

  // Give the reading of a page as JSON. `options` become the query.
  async read(file, options = {}, signal) { return (await this.#send("v1/read", file, options, signal)).json(); }

  async #send(path, file, options, signal) {
    const query = new URLSearchParams({ ...options, ...(this.model ? { model: this.model } : {}) });
    const headers = { "Content-Type": file.type || "application/octet-stream" };
    return this.#fetch(`${path}?${query}`, { method: "POST", body: file, headers, signal });
  }

  async #fetch(path, options = {}, isAgain = false) {
    const token = sessionStorage.getItem("digits-token");
    const headers = { ...options.headers, ...(token ? { Authorization: `Bearer ${token}` } : {}) };
    let response;
    try {
      response = await fetch(path, { ...options, headers });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      this.#note(false);
      throw new Refused(t.server.gone);
    }
    this.#note(true);
    if (response.ok) return response;
    if (response.status === 429 && !isAgain) {
      await new Promise((resolve) => setTimeout(resolve, 1000 * Math.min(10, Number(response.headers.get("Retry-After")) || 1)));
      return this.#fetch(path, options, true);
    }
    if (response.status === 401 && !isAgain) {
      const typed = await this.askToken();
      if (typed) {
        sessionStorage.setItem("digits-token", typed);
        return this.#fetch(path, options, true);
      }
    }
    const said = await response.json().catch(() => null);
    throw new Refused(said?.error?.message ?? t.server.failed(response.status), response.status);
  }

  async #knock() {
    try {
      const { ok } = await fetch("v2/health/live", { cache: "no-store" });
      this.#note(ok);
    } catch {
      this.#note(false);
    }
  }

  #note(isUp) {
    if (isUp) this.#tries = 0;
    if (isUp === this.isUp) return;
    this.isUp = isUp;
    this.dispatchEvent(new Event("state"));
  }
}

export const isLoopback = () => ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
