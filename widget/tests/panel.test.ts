import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { h, render } from "preact";
import { Chat } from "../src/client/chat";
import { SafeStorage } from "../src/client/storage";
import type { Answer } from "../src/client/types";
import { Panel } from "../src/ui/Panel";
import { FakeServer } from "./fake-server";
import fixtures from "./fixtures/answers.json";

const answers = fixtures as unknown as Record<"plan" | "comparison" | "wage" | "fact", Answer>;
const EVIL = '<img src=x onerror="document.title=1"><script>document.title=1</script>';

let server: FakeServer;
let chat: Chat;
let root: ShadowRoot;
let closed: () => void;

const all = (selector: string): HTMLElement[] => [...root.querySelectorAll<HTMLElement>(selector)];
const one = (selector: string): HTMLElement => {
  const found = root.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
};
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits until the panel has stopped changing. */
async function settle(milliseconds = 0): Promise<void> {
  await pause(milliseconds);
  let changes = 1;
  const observer = new MutationObserver(() => (changes += 1));
  observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
  while (changes) {
    changes = 0;
    // Longer than Preact may put an effect off.
    await pause(110);
  }
  observer.disconnect();
}

async function open(): Promise<void> {
  const host = document.createElement("div");
  document.body.append(host);
  root = host.attachShadow({ mode: "open" });
  const container = document.createElement("div");
  root.append(container);
  closed = vi.fn<() => void>();
  chat = new Chat({ server: "https://bot.example/", siteKey: "demo", locale: null }, server.api());
  const choices = new SafeStorage("sessionStorage", "test:");
  render(h(Panel, { chat, host, initialLocale: "ja", localeFixed: true, choices, open: true, onClose: closed }), container);
  await chat.start();
  await settle();
}

async function type(text: string): Promise<void> {
  const field = one("#message") as HTMLTextAreaElement;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await settle();
  one("form.composer").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  await settle();
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  document.body.replaceChildren();
  server = new FakeServer();
});
afterEach(() => {
  chat.destroy();
  vi.restoreAllMocks();
});

describe("the live log", () => {
  it("gets new messages only; what was said before stands outside of it", async () => {
    server.say("前の会話");
    await open();
    chat.destroy();
    document.body.replaceChildren();
    await open();
    expect(one(".history").textContent).toContain("前の会話");
    expect(one("[role=log]").textContent).toBe("");
    expect(one("[role=log]").contains(one(".history"))).toBe(false);
    server.say("新しい返事");
    await settle();
    expect(one("[role=log]").textContent).toContain("新しい返事");
  });

  it("says at once, and aloud, that the staff took a message back", async () => {
    await open();
    const { seq } = server.say("間違えて送りました", { author: "staff" });
    await settle();
    const before = one(`[data-seq="${seq}"]`);
    server.takeBack(seq, "（取り消しました）");
    await settle();
    const now = one(`[role=log] [data-seq="${seq}"]`);
    expect(now.textContent).toContain("（取り消しました）");
    expect(document.body.textContent).not.toContain("間違えて送りました");
    expect(now).not.toBe(before);
  });

  it("keeps the node of a message while it is being confirmed", async () => {
    await open();
    server.cut = true;
    await type("大阪です");
    const node = one("[role=log] .message.customer");
    expect(node.textContent).toContain("送信待ち");
    server.cut = false;
    chat.retry();
    await settle(300);
    expect(all("[role=log] .message.customer")).toEqual([node]);
    expect(node.dataset.seq).toBe("1");
    expect(node.textContent).not.toContain("送信待ち");
  });

  it("does not read the feedback buttons with the answer", async () => {
    await open();
    server.say("x", { answer: answers.fact });
    await settle();
    expect(one(".feedback").getAttribute("aria-live")).toBe("off");
    expect(all(".feedback button")).toHaveLength(2);
  });
});

describe("content", () => {
  it("never becomes markup, whoever wrote it", async () => {
    const inner = vi.spyOn(Element.prototype, "innerHTML", "set");
    const point = { text: EVIL, citations: [{ document: "d", section: EVIL, title: EVIL, heading: EVIL, source: EVIL, url: "javascript:alert(1)" }] };
    const evil: Answer = {
      kind: "plan",
      lead: point,
      points: [point],
      cards: [{ group: EVIL, record: "x", kind: EVIL, title: EVIL, summary: point, reasons: [point], points: [point], status: { subject: EVIL, text: EVIL, confidence: "high", publisher: EVIL, url: "javascript:alert(1)" } }],
      table: { caption: EVIL, header: ["", EVIL, EVIL], rows: [[EVIL, "1", "2"], [EVIL, EVIL, EVIL]] },
      remarks: [point],
      status_notes: [{ subject: EVIL, text: EVIL, confidence: "none" }],
      closing: EVIL,
    };
    server.sheet.fields.push({ id: "x", label: EVIL, value: EVIL, editable: true });
    await open();
    server.say(EVIL, { answer: evil, choices: [{ id: "1", label: EVIL }] });
    server.say(EVIL, { author: "staff" });
    await type(EVIL);
    for (const button of all(".disclosure")) button.click();
    await settle();
    expect(all("img, script, iframe")).toEqual([]);
    expect(all("a[href]")).toEqual([]);
    expect(inner).not.toHaveBeenCalled();
    expect(root.textContent.split("<script>").length).toBeGreaterThan(12);
  });

  it("shows every statement of a plan, its sources and its status on demand", async () => {
    await open();
    server.say("x", { answer: answers.plan });
    await settle();
    const cards = answers.plan.cards ?? [];
    expect(all(".card h4").map((title) => title.textContent)).toEqual(cards.map((card) => card.title));
    expect(all(".card-group > h3").map((title) => title.textContent)).toEqual([...new Set(cards.map((card) => card.group))]);
    for (const reason of cards[0]?.reasons ?? []) expect(one(".card .reasons").textContent).toContain(reason.text);
    expect(all(".card .sources")).toHaveLength(0);
    const buttons = [...one(".card").querySelectorAll<HTMLElement>(".disclosure")];
    expect(buttons.map((button) => button.getAttribute("aria-expanded"))).toEqual(["false", "false", "false"]);
    for (const button of buttons) button.click();
    await settle();
    expect(one(".card .sources").textContent).toContain(cards[0]?.summary.citations?.[0]?.heading);
    expect(one(".card").textContent).toContain(cards[0]?.status?.text);
  });

  it("keeps an answer about the sheet apart from the sheet itself", async () => {
    await open();
    server.say("x", { answer: { ...answers.fact, kind: "sheet" } });
    await settle();
    expect(all(".sheet")).toEqual([one("section.sheet")]);
  });

  it("shows a comparison as a table, with a chart that says its numbers", async () => {
    await open();
    server.say("x", { answer: answers.comparison });
    await settle();
    const table = answers.comparison.table!;
    expect(all("table tbody tr")).toHaveLength(8);
    expect(all("table th[scope=col]").map((cell) => cell.textContent)).toEqual(["タイ", "ベトナム"]);
    expect(all(".bar-figure").map((figure) => figure.textContent)).toEqual(table.rows.slice(0, 8).flatMap((row) => row.slice(1)));
    one(".comparison .disclosure").click();
    await settle();
    for (const row of table.rows.slice(8)) for (const cell of row) expect(one(".comparison").textContent).toContain(cell);
  });
});

describe("talking", () => {
  it("sends a choice once and closes the others", async () => {
    await open();
    server.say("段階は？", { choices: [{ id: "a", label: "情報収集" }, { id: "b", label: "進出後" }] });
    await settle();
    all(".choice")[1]?.click();
    await settle();
    expect(all(".choice")).toEqual([]);
    expect(server.calls.filter((call) => call.path === "messages").map((call) => call.body.choice_id)).toEqual(["b"]);
  });

  it("refuses what is too long before it is sent, counted as the server counts", async () => {
    await open();
    await type("𠮷".repeat(501));
    expect(one(".composer [role=alert]").textContent).toContain("1000");
    expect(server.countOf("POST", "messages")).toBe(0);
    await type("𠮷".repeat(500));
    expect(server.countOf("POST", "messages")).toBe(1);
  });

  it("asks for a person after a question, from everywhere", async () => {
    await open();
    one(".handoff").click();
    await settle();
    expect(server.countOf("POST", "handoff")).toBe(0);
    all("dialog .button").pop()?.click();
    await settle();
    expect(server.countOf("POST", "handoff")).toBe(1);
  });

  it("says that the connection is lost, and that it is back", async () => {
    await open();
    server.unplug();
    await settle(1_500);
    expect(one(".notices [role=status]").textContent).toContain("接続が切れています");
    server.cut = false;
    chat.retry();
    await settle(300);
    expect(one(".notices [role=status]").textContent).toContain("接続が戻りました");
  });

  it("takes feedback with a reason", async () => {
    await open();
    server.say("x", { answer: answers.fact });
    await settle();
    all(".feedback button")[1]?.click();
    await settle();
    (one(".reason-form input[value=unclear]") as HTMLInputElement).click();
    one(".reason-form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    await settle();
    const sent = server.calls.filter((call) => call.path === "feedback").map((call) => call.body);
    expect(sent).toEqual([{ seq: 1, rating: "down" }, { seq: 1, rating: "down", reason: "unclear" }]);
  });

  it("deletes only after it was confirmed", async () => {
    await open();
    one(".menu .danger-text").click();
    await settle();
    all("dialog .button")[0]?.click();
    await settle();
    expect(server.countOf("DELETE", "conversation")).toBe(0);
    one(".menu .danger-text").click();
    await settle();
    all("dialog .button")[1]?.click();
    await settle();
    expect(server.countOf("DELETE", "conversation")).toBe(1);
    expect(root.textContent).toContain("会話を削除しました");
  });

  it("closes on Escape, but not on the Escape of an input method", async () => {
    await open();
    const escape = (isComposing: boolean): void => {
      const event = new KeyboardEvent("keydown", { key: "Escape", bubbles: true });
      Object.defineProperty(event, "isComposing", { get: () => isComposing });
      one("#message").dispatchEvent(event);
    };
    escape(true);
    expect(closed).not.toHaveBeenCalled();
    escape(false);
    expect(closed).toHaveBeenCalledTimes(1);
  });
});

describe("with a person", () => {
  it("offers the way back to the bot in the place of the way to a person", async () => {
    await open();
    server.emit("state", { state: "HUMAN", owner: "担当者" });
    await settle();
    expect(one(".notices").textContent).toBe("担当者が対応しています。");
    expect(one(".handoff").textContent).toBe("ボットに戻る");
    one(".handoff").click();
    await settle(100);
    expect(server.calls.at(-1)?.body).toMatchObject({ type: "text", text: "ボットに戻る" });
    server.emit("state", { state: "BOT" });
    await settle();
    expect(one(".handoff").textContent).toBe("担当者につなぐ");
  });
});

describe("the sheet", () => {
  it("shows every field and corrects one in place", async () => {
    await open();
    expect(all(".row").map((row) => row.dataset.field)).toEqual(["prefecture", "business", "stage", "applicant"]);
    expect(one("[data-field=stage] .value").textContent).toBe("情報収集");
    expect(one("[data-field=applicant] .value").textContent).toBe("回答しない");
    one("[data-field=prefecture] .text-button").click();
    await settle();
    (one("[data-field=prefecture] select") as HTMLSelectElement).value = "京都府";
    one("[data-field=prefecture] form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    await settle();
    const [call] = server.calls.filter((sent) => sent.method === "PUT");
    expect(call?.path).toBe("sheet/prefecture");
    expect(call?.body.value).toBe("京都府");
    server.emit("sheet", { ...server.sheet, fields: server.sheet.fields.map((field) => (field.id === "prefecture" ? { ...field, value: "京都府" } : field)) });
    await settle();
    expect(one("[data-field=prefecture] .value").textContent).toBe("京都府");
  });

  it("marks the field the bot asks for", async () => {
    await open();
    server.say("段階は？", { asks: "stage" });
    await settle();
    expect(all(".row.asked").map((row) => row.dataset.field)).toEqual(["stage"]);
  });

  it("speaks the chosen language", async () => {
    await open();
    (all(".menu input[type=radio]")[2] as HTMLInputElement).click();
    await settle();
    expect(one(".panel").lang).toBe("en");
    expect(one(".handoff").textContent).toBe("Talk to a person");
    const names = all(".row dt").map((name) => name.textContent);
    expect(names).toEqual(["Prefecture", "Business, technology", "Stage", "Kind of company"]);
  });
});

describe("files", () => {
  it("are refused with a reason, and what was typed stays", async () => {
    await open();
    const field = one("#message") as HTMLTextAreaElement;
    field.value = "書きかけ";
    const dropped = new Event("drop", { bubbles: true, cancelable: true });
    Object.assign(dropped, { dataTransfer: { types: ["Files"] } });
    one(".panel").dispatchEvent(dropped);
    await settle();
    expect(dropped.defaultPrevented).toBe(true);
    expect(one(".composer .problem").textContent).toContain("ファイルや画像は送れません");
    expect(field.value).toBe("書きかけ");
  });

  it("do not keep text from being dropped", async () => {
    await open();
    const dropped = new Event("drop", { bubbles: true, cancelable: true });
    Object.assign(dropped, { dataTransfer: { types: ["text/plain"] } });
    one(".panel").dispatchEvent(dropped);
    expect(dropped.defaultPrevented).toBe(false);
  });
});
