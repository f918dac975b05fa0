/**
 * Sends what the reader did, one at a time and in order, until the server has it.
 *
 * Every entry keeps its client_msg_id over all tries, so the server takes it once however often
 * a connection breaks between sending and the answer.
 */
import { ApiError, type Api } from "./api";
import type { Pending } from "./state";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/** What the outbox needs of the conversation. */
export interface OutboxPort {
  api: Api;
  /** The oldest entry that is not sent yet. */
  next(): Pending | undefined;
  change(id: string, change: Partial<Pending>): void;
  /** Makes a refused token good again; false where that is not possible. */
  reauthorise(refusal: ApiError): Promise<boolean>;
  /** The server was not reached. */
  unreached(): void;
  /** The server took an entry. */
  delivered(): void;
}

export class Outbox {
  #running = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly port: OutboxPort) {}

  /** Sends everything that waits; called again whenever there is more, or the connection is back. */
  async flush(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    clearTimeout(this.#timer);
    try {
      for (let entry = this.port.next(); entry; entry = this.port.next()) {
        if (!(await this.#deliver(entry))) return;
      }
    } finally {
      this.#running = false;
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Returns whether to go on with the next entry. */
  async #deliver(entry: Pending): Promise<boolean> {
    const id = entry.client_msg_id;
    this.port.change(id, { status: "sending", error: undefined });
    try {
      const { seq } = await this.#request(entry);
      this.#failures = 0;
      this.port.change(id, { status: "sent", seq });
      this.port.delivered();
      return true;
    } catch (error) {
      const refusal = error instanceof ApiError ? error : new ApiError(0, "unreachable", String(error));
      if (refusal.status === 401 && (await this.port.reauthorise(refusal))) {
        this.port.change(id, { status: "waiting" });
        this.#failures += 1;
        if (this.#failures < 4) return true;
      }
      if (refusal.passing || refusal.status === 401) {
        this.port.change(id, { status: "waiting" });
        if (!refusal.status) this.port.unreached();
        this.#later(refusal.retryAfter);
        return false;
      }
      this.port.change(id, { status: "failed", error: refusal.message });
      return true;
    }
  }

  #request(entry: Pending): Promise<{ seq: number }> {
    const { api } = this.port;
    const id = entry.client_msg_id;
    switch (entry.kind) {
      case "text":
        return api.send({ client_msg_id: id, type: "text", text: entry.text ?? "" });
      case "choice":
        return api.send({ client_msg_id: id, type: "choice", choice_id: entry.choice_id ?? "" });
      case "sheet":
        return api.correct(entry.field ?? "", id, entry.value ?? null);
      case "handoff":
        return api.handoff(id);
    }
  }

  #later(retryAfter: number): void {
    this.#failures += 1;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (this.#failures - 1), LONGEST_WAIT_MS);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), Math.max(wait, retryAfter * 1_000));
  }
}
