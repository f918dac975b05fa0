/** The requests of the web channel, and what went wrong with them. */
import type { Feedback, History, Session, Sheet, SheetFormat } from "./types";

/** The server refused. `status` 0 means that it was not reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Seconds to wait before another try. */
    readonly retryAfter: number = 0,
  ) {
    super(message);
  }

  /** Whether the same request may succeed later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

async function refusal(response: Response): Promise<ApiError> {
  let code = "";
  let message = "";
  try {
    const body = (await response.json()) as { error?: { code?: string; message?: string } };
    code = body.error?.code ?? "";
    message = body.error?.message ?? "";
  } catch {
    // A proxy in between answers with a page of its own: the status says enough.
  }
  return new ApiError(response.status, code, message, Number(response.headers.get("Retry-After")) || 0);
}

export class Api {
  token = "";

  /** @param base Address of the server, ending in "/". */
  constructor(
    private readonly base: string,
    private readonly fetch: Fetch = (url, init) => globalThis.fetch(url, init),
  ) {}

  async #request(method: string, path: string, body?: unknown, init: RequestInit = {}): Promise<Response> {
    const headers: Record<string, string> = { ...(init.headers as Record<string, string> | undefined) };
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let response: Response;
    try {
      response = await this.fetch(`${this.base}webhooks/web/${path}`, {
        ...init,
        method,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
        // The token is all the server needs: the host page's cookies stay at home.
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "origin",
      });
    } catch (error) {
      throw new ApiError(0, "unreachable", String(error));
    }
    if (!response.ok) throw await refusal(response);
    return response;
  }

  async #json<T>(method: string, path: string, body?: unknown): Promise<T> {
    return (await (await this.#request(method, path, body)).json()) as T;
  }

  async session(siteKey: string, resumeToken: string | null, locale: string | null): Promise<Session> {
    this.token = "";
    const session = await this.#json<Session>("POST", "session", {
      site_key: siteKey,
      ...(resumeToken ? { resume_token: resumeToken } : {}),
      ...(locale ? { locale } : {}),
    });
    this.token = session.token;
    return session;
  }

  /** Renews the token and returns how many seconds it is good for. */
  async renew(): Promise<number> {
    const renewed = await this.#json<{ token: string; expires_in: number }>("POST", "token", {});
    this.token = renewed.token;
    return renewed.expires_in;
  }

  history(after: number): Promise<History> {
    return this.#json("GET", `history?after=${after}&limit=50`);
  }

  events(after: number, signal: AbortSignal): Promise<Response> {
    const headers = { Accept: "text/event-stream", "Last-Event-ID": `${after}` };
    return this.#request("GET", "events", undefined, { signal, headers });
  }

  send(message: { client_msg_id: string; type: string; text?: string; choice_id?: string }): Promise<{ seq: number }> {
    return this.#json("POST", "messages", message);
  }

  sheet(): Promise<Sheet> {
    return this.#json("GET", "sheet");
  }

  /** The whole consultation as a file of the server's. */
  async sheetFile(format: SheetFormat): Promise<Blob> {
    return (await this.#request("GET", `sheet.${format}`)).blob();
  }

  correct(field: string, clientMsgId: string, value: string | null): Promise<{ seq: number }> {
    return this.#json("PUT", `sheet/${encodeURIComponent(field)}`, { client_msg_id: clientMsgId, value });
  }

  handoff(clientMsgId: string): Promise<{ seq: number }> {
    return this.#json("POST", "handoff", { client_msg_id: clientMsgId });
  }

  async feedback(feedback: Feedback): Promise<void> {
    await this.#request("POST", "feedback", feedback);
  }

  async end(): Promise<void> {
    await this.#request("POST", "end", {});
  }

  async erase(): Promise<void> {
    await this.#request("DELETE", "conversation");
  }
}
