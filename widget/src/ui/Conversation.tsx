/**
 * The messages, in two parts.
 *
 * What was said before stands in an ordinary region; only what comes afterwards is put into the
 * live log. So a screen reader reads new messages, once, and never the whole history
 * (BotFramework-WebChat#1876).
 */
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Message } from "../client/types";
import { openChoices, type ChatState } from "../client/state";
import { useSurroundings } from "./context";
import { Icon } from "./Icon";
import { CustomerMessage, MessageView } from "./MessageView";

/** This close to the end counts as being there. */
const NEAR_PX = 80;
/** What the view keeps free around a message that it shows whole. */
const ROOM_PX = 30;
/** Farther than any conversation is long. */
const END_PX = 1e7;
/** With this much of it in sight a message has begun to be read. */
const BEGINNING_PX = 60;

/** @param shown Whether it can be seen now: neither the panel closed nor the sheet in its place. */
export function Conversation({ state, shown }: { state: ChatState; shown: boolean }): JSX.Element {
  const { t } = useSurroundings();
  const view = useRef<HTMLDivElement>(null);
  const log = useRef<HTMLDivElement>(null);
  const [behind, setBehind] = useState(false);
  const choosable = openChoices(state);
  const before = state.messages.filter((message) => message.seq <= state.historyThrough);
  const live = state.messages.filter((message) => message.seq > state.historyThrough);
  const count = live.length + state.pending.length;
  const seenCount = useRef(0);
  const seenPending = useRef(0);
  // Whether new messages may move the view: until the reader scrolls up. Not asked of the
  // position when a message arrives: the events of earlier scrolling come late.
  const following = useRef(true);
  // Browsers forget the scroll position of what they hide.
  const position = useRef(END_PX);

  const atEnd = (): boolean => {
    const element = view.current;
    return !element || element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
  };
  const newest = (): HTMLElement | null => (log.current?.lastElementChild ?? null) as HTMLElement | null;
  const newestBegins = (): boolean => {
    const element = view.current;
    const message = newest();
    return !element || !message || message.offsetTop + BEGINNING_PX <= element.scrollTop + element.clientHeight;
  };
  const moveTo = (top: number): void => {
    const element = view.current;
    if (!element) return;
    element.scrollTop = top;
    position.current = element.scrollTop;
    following.current = atEnd();
    setBehind(false);
  };
  const toEnd = (): void => moveTo(END_PX);
  /** What does not fit is read from its beginning, below the question it answers. */
  const toNewest = (): void => {
    const message = newest();
    const height = view.current?.clientHeight ?? 0;
    if (!message || message.offsetHeight + ROOM_PX <= height) return toEnd();
    const question = message.previousElementSibling;
    const gap = question instanceof HTMLElement && question.offsetHeight < height * 0.3 ? question.offsetHeight + 24 : 12;
    moveTo(message.offsetTop - gap);
  };
  useLayoutEffect(() => {
    position.current = END_PX;
  }, [state.historyThrough]);
  useLayoutEffect(() => {
    if (!shown || !view.current) return;
    view.current.scrollTop = position.current;
    position.current = view.current.scrollTop;
  }, [shown, state.historyThrough]);
  useLayoutEffect(() => {
    if (shown && state.typing && following.current) toEnd();
  }, [state.typing]);
  useLayoutEffect(() => {
    // Who writes wants to see the answer.
    if (state.pending.length > seenPending.current) following.current = true;
    seenPending.current = state.pending.length;
  }, [state.pending.length]);
  useLayoutEffect(() => {
    if (!shown || count === seenCount.current) return;
    seenCount.current = count;
    if (following.current) toNewest();
    else setBehind(!newestBegins());
  }, [count, shown]);

  const bubble = (message: Message): JSX.Element => {
    const key = message.client_msg_id ?? message.seq;
    if (message.author === "customer") return <CustomerMessage key={key} text={message.text} seq={message.seq} />;
    const { seq } = message;
    // A node of its own once it says something else: only what is added to the log is read out.
    const changed = message.taken_back || message.edited;
    return <MessageView key={changed ? `${seq} ${message.text}` : key} message={message} choosable={choosable.has(seq)} rating={state.ratings[seq]} />;
  };

  return (
    <div
      class="conversation"
      ref={view}
      // Reachable by Tab, so that the arrow keys scroll it.
      role="group"
      aria-label={t("conversation_label")}
      tabIndex={0}
      onScroll={(event) => {
        const top = event.currentTarget.scrollTop;
        if (atEnd()) following.current = true;
        else if (top < position.current) following.current = false;
        position.current = top;
        if (newestBegins()) setBehind(false);
      }}
    >
      <section class="history" aria-label={t("history_label")} hidden={!before.length}>
        {before.map((message) => bubble(message))}
      </section>
      <div class="log" ref={log} role="log" aria-live="polite" aria-relevant="additions" aria-label={t("log_label")}>
        {[
          ...live.map((message) => bubble(message)),
          // In one list with the confirmed ones, so that a key finds its node again.
          ...state.pending.map((entry) => <CustomerMessage key={entry.client_msg_id} text={entry.label} entry={entry} />),
        ]}
      </div>
      <div class="typing" role="status">
        {state.typing && (
          <>
            <span class="dots" aria-hidden="true"><i /><i /><i /></span>
            {t(`typing_${state.typing}`)}
          </>
        )}
      </div>
      {behind && (
        <button type="button" class="jump" onClick={() => (toNewest(), view.current?.focus())}>
          <Icon name="down" />
          {t("jump_latest")}
        </button>
      )}
    </div>
  );
}
