import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { InputMethod } from "../client/input-method";
import { useMedia, useSurroundings } from "./context";
import { Icon } from "./Icon";

/** From this share of the longest text on, the count is shown. */
const COUNT_FROM = 0.8;
const TALLEST_PX = 160;

export function Composer({ maxLength, focusSignal }: { maxLength: number; focusSignal: number }): JSX.Element {
  const { chat, t } = useSurroundings();
  const field = useRef<HTMLTextAreaElement>(null);
  const inputMethod = useMemo(() => new InputMethod(), []);
  const touch = useMedia("(pointer: coarse)");
  // UTF-16 units, as the server counts. The text itself stays in the field: setting a value
  // while an input method composes would break the composition.
  const [length, setLength] = useState(0);
  const tooLong = length > maxLength;
  const [fileRefused, setFileRefused] = useState(false);

  useEffect(() => {
    // A file dropped on a page replaces the page, and what was typed with it.
    const panel = field.current?.getRootNode();
    const refuse = (event: Event): void => {
      const { type } = event;
      const carried = event instanceof ClipboardEvent ? event.clipboardData : (event as DragEvent).dataTransfer;
      if (!carried?.types.includes("Files") || (type === "paste" && carried.types.includes("text/plain"))) return;
      event.preventDefault();
      if (type !== "dragover") setFileRefused(true);
    };
    const kinds = ["dragover", "drop", "paste"];
    for (const kind of kinds) panel?.addEventListener(kind, refuse);
    return () => kinds.forEach((kind) => panel?.removeEventListener(kind, refuse));
  }, []);
  useEffect(() => {
    // On touch the keyboard would cover the greeting.
    if (focusSignal && !touch) field.current?.focus();
  }, [focusSignal]);

  const measure = (): void => {
    const element = field.current;
    if (!element) return;
    setLength(element.value.length);
    if (CSS.supports("field-sizing", "content")) return;
    element.style.blockSize = "auto";
    element.style.blockSize = `${Math.min(element.scrollHeight + 2, TALLEST_PX)}px`;
  };
  const send = (): void => {
    const element = field.current;
    const text = element?.value.trim();
    if (!element || !text || element.value.length > maxLength) return;
    chat.sendText(text);
    setFileRefused(false);
    element.value = "";
    measure();
    element.focus();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        if (!inputMethod.composing) send();
      }}
    >
      <label class="hidden-text" for="message">{t("input_label")}</label>
      <div class={tooLong ? "field too-long" : "field"}>
        <textarea
          id="message"
          ref={field}
          rows={1}
          part="input"
          placeholder={t("input_placeholder")}
          enterkeyhint={touch ? "enter" : "send"}
          autocomplete="off"
          aria-describedby="hint"
          aria-invalid={tooLong}
          onInput={measure}
          onCompositionStart={inputMethod.start}
          onCompositionEnd={inputMethod.end}
          onKeyDown={(event) => {
            if (!inputMethod.sends(event, touch)) return;
            event.preventDefault();
            send();
          }}
        />
        <button type="submit" class="send" part="send" aria-label={t("send")} title={t("send")} disabled={!length || tooLong}>
          <Icon name="send" />
        </button>
      </div>
      <p class="hint">
        <span id="hint">{t(touch ? "input_hint_touch" : "input_hint")}</span>
        {length > maxLength * COUNT_FROM && <span class="count">{t("input_count", { count: length, max: maxLength })}</span>}
      </p>
      <p class="problem" role="alert">{tooLong ? t("input_too_long", { max: maxLength }) : fileRefused && t("input_no_files")}</p>
    </form>
  );
}
