/** One conversation with the server: session, messages, sheet, and everything the reader can do. */
import { Api, ApiError } from "./api";
import { EventLink } from "./event-link";
import { Outbox } from "./outbox";
import { hintAtSites } from "./site-hint";
import { SessionKeeper } from "./session-keeper";
import type { ServerEvent } from "./server-sent-events";
import {
  INITIAL_STATE,
  lastSeq,
  nextPending,
  withChanges,
  withMessages,
  withNewConversation,
  withoutPending,
  withPending,
  withPendingChange,
  type ChatState,
  type Pending,
} from "./state";
import { SafeStorage, uuid } from "./storage";
import type { Choice, Feedback, Message, Ownership, Sheet, SheetFormat } from "./types";

/** Without an answer on the stream after this long the history is asked: a proxy may buffer. */
const CATCH_UP_MS = 6_000;

export interface ChatOptions {
  server: string;
  siteKey: string;
  /** Language to begin a conversation in; null leaves it to the site. */
  locale: string | null;
}

export class Chat {
  state: ChatState = INITIAL_STATE;
  readonly #listeners = new Set<() => void>();
  readonly #api: Api;
  readonly #link: EventLink;
  readonly #outbox: Outbox;
  readonly #session: SessionKeeper;
  readonly #tab: SafeStorage;
  #catchUp: ReturnType<typeof setTimeout> | undefined;
  #endWait: (() => void) | undefined;

  constructor(options: ChatOptions, api: Api = new Api(options.server)) {
    this.#api = api;
    const name = `tsunagari:${options.server}:${options.siteKey}:`;
    this.#tab = new SafeStorage("sessionStorage", name);
    this.#session = new SessionKeeper({
      api,
      siteKey: options.siteKey,
      locale: options.locale,
      name,
      lasting: new SafeStorage("localStorage", name),
      replaced: () => this.#set(withNewConversation(this.state)),
      over: (how) => this.#over(how),
      refused: (refusal) => {
        this.disconnect();
        this.#set({ ...this.state, phase: "refused", refusal });
      },
    });
    const reauthorise = (refusal: ApiError): Promise<boolean> => this.#session.reauthorise(refusal);
    this.#link = new EventLink({
      api,
      after: () => lastSeq(this.state),
      onEvent: (event) => this.#onEvent(event),
      onLink: (link) => this.#onLink(link),
      reauthorise,
    });
    this.#outbox = new Outbox({
      api,
      next: () => (this.state.phase === "ready" ? nextPending(this.state) : undefined),
      change: (id, change) => this.#set(withPendingChange(this.state, id, change)),
      reauthorise,
      unreached: () => this.#link.restart(),
      delivered: () => this.#expectAnswer(),
    });
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Opens the conversation, the earlier one where this browser still knows it. */
  async start(): Promise<void> {
    this.#set({ ...INITIAL_STATE });
    const { known } = this.#session;
    for (let failures = 0; ; failures += 1) {
      try {
        const session = await this.#session.open();
        const maxLength = session.limits?.max_length ?? INITIAL_STATE.maxLength;
        this.#set({ ...this.state, site: session.site, locale: session.locale ?? null, maxLength });
        if (session.resumed) {
          this.#set(withMessages(this.state, await this.#history(0)));
          this.#set({ ...this.state, historyThrough: lastSeq(this.state) });
        }
        this.#restoreOutbox();
        this.#set({ ...this.state, phase: "ready", restarted: known && !session.resumed });
        this.connect();
        return;
      } catch (error) {
        if (error instanceof ApiError && !error.passing) {
          this.#set({ ...this.state, phase: "refused", refusal: error.message });
          return;
        }
        this.#set({ ...this.state, link: "lost" });
        if (failures === 0 && navigator.onLine) hintAtSites(error);
        const wait = error instanceof ApiError ? error.retryAfter * 1_000 : 0;
        await this.#until(Math.max(wait, Math.min(1_000 * 2 ** failures, 15_000)));
      }
    }
  }

  /** Listens to the conversation and sends what waits. */
  connect(): void {
    if (this.state.phase !== "ready") return;
    this.#link.start();
    void this.#outbox.flush();
  }

  /** Stops listening; what waits is kept. Frees one of the six connections a browser allows. */
  disconnect(): void {
    this.#link.stop();
    clearTimeout(this.#catchUp);
  }

  /** The device lost its network: open connections are dead without saying so. */
  networkLost(): void {
    this.#link.restart();
  }

  /** Tries again now. */
  retry(): void {
    this.#endWait?.();
    this.#link.retry();
    void this.#outbox.flush();
  }

  destroy(): void {
    this.disconnect();
    this.#outbox.stop();
    this.#session.stop();
    this.#listeners.clear();
  }

  // --- what the reader does -------------------------------------------------------------

  sendText(text: string): void {
    this.#put({ kind: "text", label: text, text });
  }

  choose(choice: Choice): void {
    this.#put({ kind: "choice", label: choice.label, choice_id: choice.id });
  }

  /** @param label What the conversation shows until the server has worded it. */
  correct(field: string, value: string | null, label: string): void {
    this.#put({ kind: "sheet", label, field, value });
  }

  handOff(label: string): void {
    this.#put({ kind: "handoff", label });
  }

  resend(id: string): void {
    this.#set(withPendingChange(this.state, id, { status: "waiting", error: undefined }));
    void this.#outbox.flush();
  }

  discard(id: string): void {
    this.#set(withoutPending(this.state, id));
    this.#keepOutbox();
  }

  async rate(feedback: Feedback): Promise<void> {
    await this.#session.authorised(() => this.#api.feedback(feedback));
    this.#set({ ...this.state, ratings: { ...this.state.ratings, [feedback.seq]: feedback.rating } });
  }

  /** The whole consultation as a file; the server words and sets it. */
  sheetFile(format: SheetFormat): Promise<Blob> {
    return this.#session.authorised(() => this.#api.sheetFile(format));
  }

  async end(): Promise<void> {
    await this.#session.authorised(() => this.#api.end());
    this.#over("ended");
  }

  async erase(): Promise<void> {
    await this.#session.authorised(() => this.#api.erase());
    this.#over("erased");
  }

  #over(phase: "ended" | "erased"): void {
    this.disconnect();
    this.#outbox.stop();
    this.#session.forget();
    this.#tab.set("outbox", null);
    if (phase === "erased") this.#set({ ...INITIAL_STATE, phase, site: this.state.site });
    else this.#set({ ...this.state, phase, typing: null, pending: [] });
  }

  // --- messages ---------------------------------------------------------------------------

  async #history(after: number): Promise<Message[]> {
    const all: Message[] = [];
    for (;;) {
      const page = await this.#api.history(all[all.length - 1]?.seq ?? after);
      all.push(...page.messages);
      this.#set(withChanges(this.state, page.changed ?? []));
      if (!page.has_more || !page.messages.length) return all;
    }
  }

  #put(entry: Omit<Pending, "client_msg_id" | "status">): void {
    this.#set(withPending(this.state, { ...entry, client_msg_id: uuid(), status: "waiting" }));
    this.#keepOutbox();
    void this.#outbox.flush();
  }

  #keepOutbox(): void {
    const waiting = this.state.pending.filter((one) => one.status !== "sent");
    this.#tab.set("outbox", waiting.length ? JSON.stringify([this.#session.conversation, waiting]) : null);
  }

  #restoreOutbox(): void {
    try {
      const [conversation, waiting] = JSON.parse(this.#tab.get("outbox") ?? "[]") as [string?, Pending[]?];
      if (conversation !== this.#session.conversation || !waiting) return;
      const known = new Set([...this.state.messages, ...this.state.pending].map((one) => one.client_msg_id));
      const missing = waiting.filter((one) => !known.has(one.client_msg_id));
      const again = missing.map((one): Pending => ({ ...one, status: "waiting" }));
      this.#set({ ...this.state, pending: [...again, ...this.state.pending] });
    } catch {
      this.#tab.set("outbox", null); // not ours to understand
    }
  }

  #expectAnswer(): void {
    this.#keepOutbox();
    clearTimeout(this.#catchUp);
    const before = lastSeq(this.state);
    this.#catchUp = setTimeout(() => {
      if (lastSeq(this.state) > before) return;
      this.#history(before).then(
        (messages) => this.#set(withMessages(this.state, messages)),
        () => undefined, // the stream is being restored meanwhile
      );
    }, CATCH_UP_MS);
  }

  #onLink(link: "online" | "lost"): void {
    this.#set({ ...this.state, link, typing: link === "lost" ? null : this.state.typing });
    if (link === "online") void this.#outbox.flush();
  }

  #onEvent(event: ServerEvent): void {
    let data: unknown;
    try {
      data = JSON.parse(event.data);
    } catch {
      return; // cut short by a proxy: the replay after the reconnect brings it whole
    }
    switch (event.event) {
      case "message":
        this.#set(withMessages(this.state, [data as Message]));
        this.#keepOutbox();
        break;
      case "changed":
        this.#set(withChanges(this.state, [data as Message]));
        break;
      case "typing": {
        const { on, who } = data as { on: boolean; who?: "bot" | "staff" };
        this.#set({ ...this.state, typing: on ? (who ?? "bot") : null });
        break;
      }
      case "sheet":
        this.#set({ ...this.state, sheet: data as Sheet });
        break;
      case "state":
        this.#set({ ...this.state, ownership: data as Ownership });
        if ((data as Ownership).state === "CLOSED") this.#over("ended");
        break;
    }
  }

  #until(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#endWait = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #set(state: ChatState): void {
    if (state === this.state) return;
    this.state = state;
    for (const listener of this.#listeners) listener();
  }
}
