import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Chat } from "../src/client/chat";
import { FakeServer } from "./fake-server";

const OPTIONS = { server: "https://bot.example/", siteKey: "demo", locale: null };

let server: FakeServer;
let chats: Chat[];

function open(): Chat {
  const chat = new Chat(OPTIONS, server.api());
  chats.push(chat);
  return chat;
}

async function until(condition: () => boolean, milliseconds = 8_000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!condition()) {
    if (Date.now() > end) throw new Error("never happened");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  server = new FakeServer();
  chats = [];
});
afterEach(() => {
  for (const chat of chats) chat.destroy();
  vi.restoreAllMocks();
});

describe("a conversation", () => {
  it("shows the greeting of a new conversation as news, not as history", async () => {
    server.say("こんにちは");
    const chat = open();
    await chat.start();
    await until(() => chat.state.messages.length === 1);
    expect(chat.state.historyThrough).toBe(0);
    expect(server.calls[0]?.body).toEqual({ site_key: "demo" });
  });

  it("resumes on the next visit, with everything said before as history", async () => {
    const first = open();
    await first.start();
    for (let count = 0; count < 120; count += 1) server.say(`${count}`);
    await until(() => first.state.messages.length === 120);
    first.destroy();

    const second = open();
    await second.start();
    expect(second.state.messages).toHaveLength(120);
    expect(second.state.historyThrough).toBe(120);
    expect(server.countOf("GET", "history")).toBe(3);
    // The token was good once; a third visit needs the new one.
    expect(server.calls.filter((call) => call.path === "session").map((call) => call.body.resume_token)).toEqual([undefined, "r1"]);
  });

  it("works where the browser forbids storage", async () => {
    const refuse = (): never => {
      throw new DOMException("denied", "SecurityError");
    };
    vi.spyOn(window, "localStorage", "get").mockImplementation(refuse);
    vi.spyOn(window, "sessionStorage", "get").mockImplementation(refuse);
    const chat = open();
    await chat.start();
    chat.sendText("大阪です");
    await until(() => chat.state.messages.length === 1);
    // A refused token is made good with the resume token kept in memory.
    server.refusals.push({ path: "messages", status: 401, times: 1 });
    chat.sendText("金属プレスです");
    await until(() => chat.state.messages.length === 2);
    expect(server.calls.filter((call) => call.path === "session")[1]?.body.resume_token).toBe("r1");
  });

  it("says so when the earlier conversation is gone", async () => {
    await open().start();
    server.conversation = "c2";
    const chat = open();
    await chat.start();
    expect(chat.state.restarted).toBe(true);
  });

  it("tells why it cannot begin", async () => {
    server.refusals.push({ path: "session", status: 403, code: "origin_not_allowed", times: 1 });
    const chat = open();
    await chat.start();
    expect(chat.state.phase).toBe("refused");
    expect(chat.state.refusal).toBe("サーバーのことば");
  });
});

describe("sending", () => {
  it("confirms a message once, whichever comes first of answer and event", async () => {
    const chat = open();
    await chat.start();
    chat.sendText("大阪です");
    expect(chat.state.pending[0]?.label).toBe("大阪です");
    await until(() => chat.state.pending.length === 0);
    expect(chat.state.messages.map((message) => message.text)).toEqual(["大阪です"]);
  });

  it("keeps the order of quick messages", async () => {
    const chat = open();
    await chat.start();
    for (const text of ["1", "2", "3", "4"]) chat.sendText(text);
    await until(() => chat.state.messages.length === 4);
    expect(server.messages.map((message) => message.text)).toEqual(["1", "2", "3", "4"]);
  });

  it("sends again with the same id when the answer was lost, and nothing twice", async () => {
    const chat = open();
    await chat.start();
    server.loseAnswers = true;
    chat.sendText("大阪です");
    await until(() => server.countOf("POST", "messages") === 1);
    server.loseAnswers = false;
    chat.retry();
    await until(() => chat.state.pending.length === 0);
    const ids = server.calls.filter((call) => call.path === "messages").map((call) => call.body.client_msg_id);
    expect(new Set(ids).size).toBe(1);
    expect(server.messages).toHaveLength(1);
    expect(chat.state.messages).toHaveLength(1);
  });

  it("keeps what is written offline and sends it in order afterwards", async () => {
    const chat = open();
    await chat.start();
    await until(() => server.listeners === 1);
    server.unplug();
    await until(() => chat.state.link === "lost");
    chat.sendText("1");
    chat.sendText("2");
    await until(() => chat.state.pending.every((one) => one.status === "waiting"));
    server.cut = false;
    chat.retry();
    await until(() => chat.state.messages.length === 2);
    expect(server.messages.map((message) => message.text)).toEqual(["1", "2"]);
    await until(() => chat.state.link === "online");
  });

  it("notices by a message that cannot be sent that the stream is dead", async () => {
    const chat = open();
    await chat.start();
    await until(() => chat.state.link === "online");
    server.cut = true; // and nothing tells the stream
    chat.sendText("1");
    await until(() => chat.state.link === "lost");
    server.cut = false;
    chat.retry();
    await until(() => chat.state.messages.length === 1 && chat.state.link === "online");
  });

  it("keeps it over a reload as well", async () => {
    const first = open();
    await first.start();
    await until(() => server.listeners === 1);
    server.unplug();
    first.sendText("書きかけではない");
    const id = first.state.pending[0]?.client_msg_id;
    first.destroy();
    server.cut = false;
    const second = open();
    await second.start();
    await until(() => second.state.messages.length === 1);
    expect(server.messages[0]?.client_msg_id).toBe(id);
  });

  it("waits as long as the server asks", async () => {
    const chat = open();
    await chat.start();
    server.refusals.push({ path: "messages", status: 429, retryAfter: 2, times: 1 });
    const began = Date.now();
    chat.sendText("早すぎる");
    await until(() => chat.state.messages.length === 1);
    expect(Date.now() - began).toBeGreaterThanOrEqual(1_900);
  });

  it("shows what the server refuses, and lets it be dropped or sent again", async () => {
    const chat = open();
    await chat.start();
    server.refusals.push({ path: "messages", status: 400, code: "invalid_text", times: 1 });
    chat.sendText("だめ");
    await until(() => chat.state.pending[0]?.status === "failed");
    expect(chat.state.pending[0]?.error).toBe("サーバーのことば");
    chat.resend(chat.state.pending[0]!.client_msg_id);
    await until(() => chat.state.messages.length === 1);
  });

  it("opens the session again when the token has run out, once for all requests", async () => {
    const chat = open();
    await chat.start();
    await until(() => server.listeners === 1);
    server.refusals.push({ path: "messages", status: 401, times: 1 });
    chat.sendText("1");
    await until(() => chat.state.messages.length === 1);
    expect(server.countOf("POST", "session")).toBe(2);
    expect(server.calls[server.calls.length - 1]?.authorization).toBe("Bearer t2");
  });

  it("sends the words of a choice whose conversation is gone", async () => {
    const chat = open();
    await chat.start();
    await until(() => server.listeners === 1);
    server.conversation = "c2";
    server.refusals.push({ path: "messages", status: 401, times: 1 });
    chat.choose({ id: "opaque", label: "情報収集" });
    await until(() => chat.state.messages.length === 1);
    const last = server.calls.filter((call) => call.path === "messages").pop();
    expect(last?.body).toMatchObject({ type: "text", text: "情報収集" });
  });

  it("asks the history when a proxy holds the stream back", async () => {
    const chat = open();
    await chat.start();
    await until(() => server.listeners === 1);
    vi.spyOn(server, "emit").mockImplementation(() => undefined);
    chat.sendText("聞こえますか");
    await until(() => chat.state.messages.length === 1, 9_000);
    expect(server.countOf("GET", "history")).toBe(1);
  });
});

describe("the stream", () => {
  it("reconnects where it stopped and loses nothing", async () => {
    const chat = open();
    await chat.start();
    await until(() => server.listeners === 1);
    server.say("1");
    await until(() => chat.state.messages.length === 1);
    server.unplug();
    server.say("2");
    server.cut = false;
    chat.retry();
    await until(() => chat.state.messages.length === 2);
    expect(chat.state.messages.map((message) => message.text)).toEqual(["1", "2"]);
  });

  it("shows typing until the answer is there", async () => {
    const chat = open();
    await chat.start();
    await until(() => server.listeners === 1);
    server.emit("typing", { on: true, who: "staff" });
    await until(() => chat.state.typing === "staff");
    server.say("お待たせしました", { author: "staff" });
    await until(() => chat.state.typing === null);
  });

  it("survives a broken event", async () => {
    const chat = open();
    await chat.start();
    await until(() => server.listeners === 1);
    server.raw("event: message\ndata: {broken\n\n");
    server.say("続き");
    await until(() => chat.state.messages.length === 1);
  });

  it("is given back while nobody looks, and taken again", async () => {
    const chat = open();
    await chat.start();
    await until(() => server.listeners === 1);
    chat.disconnect();
    await until(() => server.listeners === 0);
    server.say("その間に");
    chat.connect();
    await until(() => chat.state.messages.length === 1);
  });
});

describe("ending", () => {
  it("forgets the conversation here when it is erased there", async () => {
    const chat = open();
    await chat.start();
    chat.sendText("秘密");
    await until(() => chat.state.messages.length === 1);
    await chat.erase();
    expect(chat.state.messages).toEqual([]);
    expect(chat.state.phase).toBe("erased");
    expect(localStorage.length).toBe(0);
    expect(sessionStorage.length).toBe(0);
    expect(server.countOf("DELETE", "conversation")).toBe(1);
  });

  it("notices that another tab ended the conversation", async () => {
    const chat = open();
    await chat.start();
    await until(() => server.listeners === 1);
    server.emit("state", { state: "CLOSED" });
    await until(() => chat.state.phase === "ended");
    expect(localStorage.length).toBe(0);
  });

  it("drops what another tab erased", async () => {
    const chat = open();
    await chat.start();
    server.say("秘密");
    await until(() => chat.state.messages.length === 1);
    localStorage.clear();
    server.refusals.push({ path: "events", status: 401, code: "session_gone", times: 1 });
    chat.networkLost();
    await until(() => chat.state.phase === "erased");
    expect(chat.state.messages).toEqual([]);
  });

  it("stays when the server could not be reached", async () => {
    const chat = open();
    await chat.start();
    server.cut = true;
    await expect(chat.erase()).rejects.toThrow();
    expect(chat.state.phase).toBe("ready");
  });
});
