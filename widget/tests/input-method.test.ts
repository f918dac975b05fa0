import { describe, expect, it } from "vitest";
import { InputMethod } from "../src/client/input-method";

function key(init: KeyboardEventInit & { keyCode?: number }): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key: "Enter", ...init });
  Object.defineProperty(event, "isComposing", { get: () => init.isComposing ?? false });
  Object.defineProperty(event, "keyCode", { get: () => init.keyCode ?? 13 });
  return event;
}
const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

describe("Enter", () => {
  it("does not send while composing in the order of Chrome and Firefox", async () => {
    const method = new InputMethod();
    method.start();
    expect(method.sends(key({ isComposing: true, keyCode: 229 }), false)).toBe(false);
    method.end();
    await nextTask();
    expect(method.sends(key({}), false)).toBe(true);
  });

  it("does not send in the order of WebKit: compositionend before keydown", async () => {
    const method = new InputMethod();
    method.start();
    method.end();
    expect(method.sends(key({ isComposing: false, keyCode: 229 }), false)).toBe(false);
    await nextTask();
    expect(method.sends(key({}), false)).toBe(true);
  });

  it("does not send where the key says nothing about the composition it ends", () => {
    const method = new InputMethod();
    method.start();
    method.end();
    expect(method.sends(key({ keyCode: 13 }), false)).toBe(false);
  });

  it("stays with a composition that begins right after another", async () => {
    const method = new InputMethod();
    method.start();
    method.end();
    method.start();
    await nextTask();
    expect(method.sends(key({}), false)).toBe(false);
  });

  it.each([
    ["breaks the line with Shift", { shiftKey: true }, false, false],
    ["sends on a keyboard", {}, false, true],
    ["breaks the line on touch", {}, true, false],
    ["sends with Ctrl even on touch", { ctrlKey: true }, true, true],
    ["sends with Cmd", { metaKey: true }, false, true],
  ])("%s", (_, init, touch, sends) => {
    expect(new InputMethod().sends(key(init), touch)).toBe(sends);
  });
});
