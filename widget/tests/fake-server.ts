/** The web channel in a few lines, with a network that can be cut. */
import { Api } from "../src/client/api";
import type { Message, Sheet } from "../src/client/types";

export interface Call {
  method: string;
  path: string;
  body: Record<string, unknown>;
  authorization: string | null;
}

const SHEET: Sheet = {
  complete: false,
  fields: [
    { id: "prefecture", label: "所在地", value: "大阪府", options: [{ value: "大阪府", label: "大阪府" }, { value: "京都府", label: "京都府" }], editable: true },
    { id: "business", label: "事業・技術", value: null, editable: true },
    { id: "stage", label: "段階", value: "collecting", options: [{ value: "collecting", label: "情報収集" }], editable: true },
    { id: "applicant", label: "立場", value: null, editable: true, declined: true },
  ],
};

export class FakeServer {
  calls: Call[] = [];
  messages: Message[] = [];
  sheet: Sheet = structuredClone(SHEET);
  /** Requests fail as without a network. */
  cut = false;
  /** The request arrives, its answer does not. */
  loseAnswers = false;
  /** Answers to give instead, by path. */
  refusals: { path: string; status: number; code?: string; retryAfter?: number; times: number }[] = [];
  conversation = "c1";
  #tokens = 0;
  #resume = new Map<string, string>();
  #streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  #taken = new Map<string, number>();

  api(): Api {
    return new Api("https://bot.example/", (url, init) => this.#fetch(url, init));
  }

  /** Stores a message and sends it to whoever listens. */
  say(text: string, more: Partial<Message> = {}): Message {
    const message: Message = { seq: this.messages.length + 1, author: "bot", text, at: "2026-11-22T10:00:00Z", ...more };
    this.messages.push(message);
    this.emit("message", message, message.seq);
    return message;
  }

  /** Changes a message and tells whoever listens. */
  takeBack(seq: number, text: string): void {
    const now = this.messages.map((one) => (one.seq === seq ? { ...one, text, taken_back: true } : one));
    this.messages = now;
    this.emit("changed", now[seq - 1]);
  }

  emit(event: string, data: unknown, id?: number): void {
    this.raw(`event: ${event}\n${id ? `id: ${id}\n` : ""}data: ${JSON.stringify(data)}\n\n`);
  }

  raw(text: string): void {
    for (const stream of this.#streams) stream.enqueue(new TextEncoder().encode(text));
  }

  /** Breaks the network: open streams end, requests fail. */
  unplug(): void {
    this.cut = true;
    for (const stream of this.#streams) stream.error(new TypeError("network"));
    this.#streams.clear();
  }

  get listeners(): number {
    return this.#streams.size;
  }

  countOf(method: string, path: string): number {
    return this.calls.filter((call) => call.method === method && call.path.startsWith(path)).length;
  }

  #fetch(url: string, init: RequestInit): Promise<Response> {
    if (this.cut) return Promise.reject(new TypeError("Failed to fetch"));
    const path = url.replace("https://bot.example/webhooks/web/", "");
    const headers = init.headers as Record<string, string>;
    const body = init.body ? (JSON.parse(init.body as string) as Record<string, unknown>) : {};
    const call: Call = { method: init.method ?? "GET", path, body, authorization: headers.Authorization ?? null };
    this.calls.push(call);
    const refusal = this.refusals.find((one) => path.startsWith(one.path) && one.times > 0);
    if (refusal) {
      refusal.times -= 1;
      const error = { error: { code: refusal.code ?? "x", message: "サーバーのことば" } };
      return Promise.resolve(answer(refusal.status, error, { "Retry-After": `${refusal.retryAfter ?? 0}` }));
    }
    const response = this.#route(call, headers, init.signal ?? undefined);
    if (this.loseAnswers && call.method !== "GET") return Promise.reject(new TypeError("connection reset"));
    return Promise.resolve(response);
  }

  #route(call: Call, headers: Record<string, string>, signal: AbortSignal | undefined): Response {
    const { method, path, body } = call;
    if (path === "session") {
      const known = this.#resume.get(body.resume_token as string);
      const resumed = known !== undefined && known === this.conversation;
      this.#resume.delete(body.resume_token as string);
      const resumeToken = `r${(this.#tokens += 1)}`;
      this.#resume.set(resumeToken, this.conversation);
      return answer(200, {
        conversation_id: this.conversation, token: `t${this.#tokens}`, expires_in: 900, resume_token: resumeToken,
        resumed, locale: "ja", site: { name: "見本" }, limits: { max_length: 1000 },
      });
    }
    if (path.startsWith("events")) return this.#stream(Number(headers["Last-Event-ID"]), signal);
    if (path.startsWith("history")) {
      const after = Number(/after=(\d+)/.exec(path)?.[1]);
      const rest = this.messages.filter((message) => message.seq > after);
      return answer(200, { messages: rest.slice(0, 50), has_more: rest.length > 50 });
    }
    if (path === "token") return answer(200, { token: "renewed", expires_in: 900 });
    if (method === "POST" && (path === "messages" || path === "handoff")) return this.#take(body, (body.text as string | undefined) ?? "（選択）");
    if (method === "PUT") return this.#take(body, `${path} → ${String(body.value)}`);
    return answer(204, null);
  }

  #take(body: Record<string, unknown>, text: string): Response {
    const id = body.client_msg_id as string;
    const known = this.#taken.get(id);
    if (known) return answer(200, { seq: known });
    const { seq } = this.say(text, { author: "customer", client_msg_id: id });
    this.#taken.set(id, seq);
    return answer(202, { seq });
  }

  #stream(after: number, signal: AbortSignal | undefined): Response {
    let own: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        own = controller;
        this.#streams.add(controller);
        const send = (event: string, data: unknown): void =>
          controller.enqueue(new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
        for (const message of this.messages) if (message.seq > after) send("message", message);
        send("sheet", this.sheet);
        send("state", { state: "BOT" });
      },
    });
    signal?.addEventListener("abort", () => {
      if (this.#streams.delete(own)) own.error(new DOMException("aborted", "AbortError"));
    });
    return { ok: true, status: 200, body, headers: new Headers() } as unknown as Response;
  }
}

function answer(status: number, data: unknown, headers: Record<string, string> = {}): Response {
  return {
    ok: status < 400,
    status,
    headers: new Headers(headers),
    json: () => (data === null ? Promise.reject(new SyntaxError("empty")) : Promise.resolve(data)),
  } as unknown as Response;
}
