/** Opens the session, keeps its token good, and finds the conversation again on the next visit. */
import { ApiError, type Api } from "./api";
import { exclusively, type SafeStorage } from "./storage";
import type { Session } from "./types";

/** Share of its life after which a token is renewed. */
const RENEW_AFTER = 0.6;

export interface SessionPort {
  api: Api;
  siteKey: string;
  /** Language to begin in; null leaves it to the site. */
  locale: string | null;
  /** Name that all tabs of this site and this server share. */
  name: string;
  lasting: SafeStorage;
  /** The session could be opened again, but the conversation behind it is a new one. */
  replaced(): void;
  /** Another tab ended or erased the conversation. */
  over(how: "ended" | "erased"): void;
  /** The server refuses for good. */
  refused(message: string): void;
}

export class SessionKeeper {
  conversation = "";
  #renewal: ReturnType<typeof setTimeout> | undefined;
  #reopening: Promise<boolean> | undefined;

  constructor(private readonly port: SessionPort) {}

  /** Whether this browser remembers a conversation. */
  get known(): boolean {
    return this.port.lasting.get("resume") !== null;
  }

  open(): Promise<Session> {
    const { api, lasting, siteKey, locale, name } = this.port;
    return exclusively(name, async () => {
      // Read inside the lock: another tab may just have been given a new one.
      const session = await api.session(siteKey, lasting.get("resume"), locale);
      lasting.set("resume", session.resume_token);
      this.conversation = session.conversation_id;
      this.#renewLater(session.expires_in);
      return session;
    });
  }

  /**
   * Makes a refused token good again, once however many requests were refused together.
   *
   * @returns False where the conversation is over.
   */
  reauthorise(refusal: ApiError): Promise<boolean> {
    this.#reopening ??= this.#reopen(refusal).finally(() => {
      this.#reopening = undefined;
    });
    return this.#reopening;
  }

  /** Runs a request, a second time if only the token had run out. */
  async authorised<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401 || !(await this.reauthorise(error))) throw error;
      return request();
    }
  }

  /** Drops what would lead back to the conversation. */
  forget(): void {
    this.stop();
    this.port.lasting.set("resume", null);
  }

  stop(): void {
    clearTimeout(this.#renewal);
  }

  async #reopen(refusal: ApiError): Promise<boolean> {
    if (!this.known) {
      this.port.over(refusal.code === "session_gone" ? "erased" : "ended");
      return false;
    }
    const before = this.conversation;
    try {
      await this.open();
      if (this.conversation !== before) this.port.replaced();
      return true;
    } catch (error) {
      if (error instanceof ApiError && !error.passing) {
        this.port.refused(error.message);
        return false;
      }
      return true; // not reached: the caller waits and tries again
    }
  }

  #renewLater(seconds: number): void {
    this.stop();
    this.#renewal = setTimeout(() => {
      this.port.api.renew().then(
        (next) => this.#renewLater(next),
        // Whatever it was, the next request that is refused opens the session again.
        () => undefined,
      );
    }, seconds * 1_000 * RENEW_AFTER);
  }
}
