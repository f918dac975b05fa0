/** Reads an event stream from fetch: EventSource cannot send an Authorization header. */

export interface ServerEvent {
  event: string;
  data: string;
  id: string | null;
}

/** Parser of the text/event-stream format (WHATWG HTML, "Parsing an event stream"). */
export class EventStreamParser {
  #rest = "";
  #event = "";
  #data: string[] = [];
  #id: string | null = null;

  constructor(private readonly onEvent: (event: ServerEvent) => void) {}

  /** Takes the next piece of the stream; pieces may end anywhere. */
  feed(chunk: string): void {
    const text = this.#rest + chunk;
    // A CR at the end may be the first half of a CRLF.
    const whole = text.endsWith("\r") ? text.slice(0, -1) : text;
    const lines = whole.split(/\r\n|\r|\n/);
    this.#rest = (lines.pop() ?? "") + text.slice(whole.length);
    for (const line of lines) this.#line(line);
  }

  #line(line: string): void {
    if (line === "") {
      if (this.#data.length) {
        this.onEvent({ event: this.#event || "message", data: this.#data.join("\n"), id: this.#id });
      }
      this.#event = "";
      this.#data = [];
      this.#id = null;
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id") this.#id = value;
  }
}

/**
 * Reads a response until it ends.
 *
 * @param silence Milliseconds without a byte after which the stream counts as broken: a phone
 *   that changed its network never sees the old connection end. The server pings every 15 s.
 * @param onSilence Called then; aborts the request.
 */
export async function readEvents(
  response: Response,
  onEvent: (event: ServerEvent) => void,
  silence: number,
  onSilence: () => void,
): Promise<void> {
  if (!response.body) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parser = new EventStreamParser(onEvent);
  let watch = setTimeout(onSilence, silence);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(watch);
      watch = setTimeout(onSilence, silence);
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } finally {
    clearTimeout(watch);
  }
}
