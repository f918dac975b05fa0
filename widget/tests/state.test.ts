import { describe, expect, it } from "vitest";
import { askedField, INITIAL_STATE, openChoices, withChanges, withMessages, withPending, type ChatState } from "../src/client/state";
import type { Message } from "../src/client/types";

const READY: ChatState = { ...INITIAL_STATE, phase: "ready" };
const message = (seq: number, more: Partial<Message> = {}): Message => ({ seq, author: "bot", text: `${seq}`, at: "", ...more });

describe("messages", () => {
  it("come in the order of their numbers, each once", () => {
    let state = withMessages(READY, [message(3), message(1)]);
    state = withMessages(state, [message(2), message(3), message(2)]);
    expect(state.messages.map((one) => one.seq)).toEqual([1, 2, 3]);
  });

  it("leave the state alone when nothing is new", () => {
    const state = withMessages(READY, [message(1)]);
    expect(withMessages(state, [message(1)])).toBe(state);
  });

  it("replace what was pending", () => {
    const pending = { client_msg_id: "a", kind: "text", label: "x", status: "sending" } as const;
    const state = withMessages(withPending(READY, pending), [message(1, { author: "customer", client_msg_id: "a" })]);
    expect(state.pending).toEqual([]);
  });

  it("replace what was sent under a number that has passed", () => {
    const pending = { client_msg_id: "a", kind: "handoff", label: "x", status: "sent", seq: 1 } as const;
    expect(withMessages(withPending(READY, pending), [message(2)]).pending).toEqual([]);
  });
});

describe("messages that are taken back", () => {
  const back = message(1, { author: "staff", text: "取り消しました", taken_back: true });

  it("say so in their place", () => {
    const state = withMessages(READY, [message(1, { author: "staff" }), message(2)]);
    expect(withChanges(state, [back]).messages).toEqual([back, message(2)]);
  });

  it("change nothing a second time, nor where they are not known", () => {
    const state = withChanges(withMessages(READY, [message(1)]), [back]);
    expect(withChanges(state, [back])).toBe(state);
    expect(withChanges(READY, [back])).toBe(READY);
  });

  it("may be rewritten before, and more than once", () => {
    const one = message(1, { author: "staff", text: "はじめ" });
    const later = [message(1, { author: "staff", text: "つぎ", edited: true }), message(1, { author: "staff", text: "おわり", edited: true }), back];
    let state = withMessages(READY, [one]);
    for (const change of later) {
      state = withChanges(state, [change]);
      expect(state.messages).toEqual([change]);
    }
  });
});

describe("choices", () => {
  const choices = [{ id: "1", label: "はい" }];

  it("are open for every message since the reader last spoke", () => {
    const state = withMessages(READY, [message(1, { choices }), message(2, { author: "customer" }), message(3, { choices }), message(4, { choices })]);
    expect([...openChoices(state)].sort()).toEqual([3, 4]);
  });

  it("close as soon as one is taken", () => {
    const state = withPending(withMessages(READY, [message(1, { choices })]), { client_msg_id: "a", kind: "choice", label: "はい", status: "waiting" });
    expect(openChoices(state).size).toBe(0);
  });
});

it("knows the field that is being asked for", () => {
  expect(askedField(withMessages(READY, [message(1, { asks: "stage" })]))).toBe("stage");
  expect(askedField(withMessages(READY, [message(1, { asks: "stage" }), message(2)]))).toBeNull();
});
