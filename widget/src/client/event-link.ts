/**
 * Holds the event stream: connects, notices silence, reconnects where it stopped.
 */
import { ApiError, type Api } from "./api";
import { readEvents, type ServerEvent } from "./server-sent-events";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;
/** Two and a half of the server's pings. */
const SILENCE_MS = 38_000;

export interface EventLinkPort {
  api: Api;
  /** Number of the last message that arrived. */
  after(): number;
  onEvent(event: ServerEvent): void;
  onLink(link: "online" | "lost"): void;
  /** Makes a refused token good again; false where the conversation is over. */
  reauthorise(refusal: ApiError): Promise<boolean>;
}

export class EventLink {
  #abort: AbortController | undefined;
  #attempt: AbortController | undefined;
  #wake: (() => void) | undefined;
  #failures = 0;

  constructor(private readonly port: EventLinkPort) {}

  get running(): boolean {
    return this.#abort !== undefined;
  }

  start(): void {
    if (this.#abort) return;
    this.#abort = new AbortController();
    this.#failures = 0;
    void this.#run(this.#abort);
  }

  stop(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    this.#wake?.();
  }

  /** Doubts the present connection: something else could not reach the server. */
  restart(): void {
    this.#attempt?.abort();
  }

  /** Tries at once instead of waiting: the network is back, or the reader asked. */
  retry(): void {
    this.#wake?.();
  }

  async #run(life: AbortController): Promise<void> {
    const stopped = (): boolean => life.signal.aborted;
    while (!stopped()) {
      const attempt = new AbortController();
      this.#attempt = attempt;
      const end = (): void => attempt.abort();
      life.signal.addEventListener("abort", end);
      const began = Date.now();
      try {
        const response = await this.port.api.events(this.port.after(), attempt.signal);
        this.port.onLink("online");
        await readEvents(response, (event) => this.port.onEvent(event), SILENCE_MS, end);
        // The server ends a stream with its token: a long one that ended is no failure.
        this.#failures = Date.now() - began > 5_000 ? 0 : this.#failures + 1;
      } catch (error) {
        this.#failures += 1;
        if (stopped()) return;
        if (error instanceof ApiError && error.status >= 400 && !error.passing) {
          if (!(await this.port.reauthorise(error))) return;
        }
      } finally {
        life.signal.removeEventListener("abort", end);
        attempt.abort();
      }
      if (this.#failures) {
        if (!stopped()) this.port.onLink("lost");
        await this.#pause();
      }
    }
  }

  #pause(): Promise<void> {
    const full = Math.min(FIRST_WAIT_MS * 2 ** (this.#failures - 1), LONGEST_WAIT_MS);
    // Spread out, so that a server that comes back is not met by everyone at once.
    const wait = full * (0.7 + 0.6 * Math.random());
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
