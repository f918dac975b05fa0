import { describe, expect, it, vi } from "vitest";
import { EventStreamParser, readEvents, type ServerEvent } from "../src/client/server-sent-events";

function parse(...chunks: string[]): ServerEvent[] {
  const events: ServerEvent[] = [];
  const parser = new EventStreamParser((event) => events.push(event));
  for (const chunk of chunks) parser.feed(chunk);
  return events;
}

describe("the event stream", () => {
  it("reads fields, several data lines and comments", () => {
    expect(parse(": ping\n\nevent: message\nid: 4\ndata: a\ndata: b\n\ndata:c\n\n")).toEqual([
      { event: "message", data: "a\nb", id: "4" },
      { event: "message", data: "c", id: null },
    ]);
  });

  it("reads the same however the stream is cut", () => {
    const text = "event: sheet\r\ndata: 相談\r\n\r\nevent: typing\rdata: {}\r\r: x\n\n";
    const whole = parse(text);
    expect(whole).toHaveLength(2);
    for (let cut = 1; cut < text.length; cut += 1) expect(parse(text.slice(0, cut), text.slice(cut))).toEqual(whole);
    expect(parse(...text.split(""))).toEqual(whole);
  });

  it("waits for the end of an event", () => {
    expect(parse("data: half\n")).toEqual([]);
  });

  it("reads characters cut in the middle, and tells silence", async () => {
    const bytes = new TextEncoder().encode("data: 海外展開\n\n");
    const events: ServerEvent[] = [];
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(bytes.slice(0, 8));
        await new Promise((resolve) => setTimeout(resolve, 40));
        controller.enqueue(bytes.slice(8));
        controller.close();
      },
    });
    const silent = vi.fn();
    await readEvents({ body } as Response, (event) => events.push(event), 20, silent);
    expect(events[0]?.data).toBe("海外展開");
    expect(silent).toHaveBeenCalledTimes(1);
  });
});
