/**
 * The messages, in two parts.
 *
 * What was said before stands in an ordinary region; only what comes afterwards is put into the
 * live log. So a screen reader reads new messages, once, and never the whole history
 * (BotFramework-WebChat#1876).
 */
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Message } from "../client/types";
import { openChoices, type ChatState } from "../client/state";
import { useSurroundings } from "./context";
import { Icon } from "./Icon";
import { CustomerMessage, MessageView } from "./MessageView";

/** This close to the end counts as being there. */
const NEAR_PX = 80;

export function Conversation({ state }: { state: ChatState }): JSX.Element {
  const { t } = useSurroundings();
  const view = useRef<HTMLDivElement>(null);
  const log = useRef<HTMLDivElement>(null);
  const [behind, setBehind] = useState(false);
  const choosable = openChoices(state);
  const before = state.messages.filter((message) => message.seq <= state.historyThrough);
  const live = state.messages.filter((message) => message.seq > state.historyThrough);
  const count = live.length + state.pending.length;

  const atEnd = (): boolean => {
    const element = view.current;
    return !element || element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
  };
  const toEnd = (): void => {
    const element = view.current;
    if (element) element.scrollTop = element.scrollHeight;
    setBehind(false);
  };
  const wasAtEnd = useRef(true);
  useLayoutEffect(toEnd, [state.historyThrough]);
  useEffect(() => {
    if (state.typing && wasAtEnd.current) toEnd();
  }, [state.typing]);
  useEffect(() => {
    if (!count) return;
    const last = live[live.length - 1];
    const spoke = state.pending.length > 0 || last?.author === "customer";
    if (!spoke && !wasAtEnd.current) {
      setBehind(true);
      return;
    }
    const newest = log.current?.lastElementChild;
    const height = view.current?.clientHeight ?? 0;
    // A long answer is read from its beginning, below the question it answers.
    if (newest instanceof HTMLElement && view.current && newest.offsetHeight > height * 0.7) {
      const question = newest.previousElementSibling;
      const gap = question instanceof HTMLElement && question.offsetHeight < height * 0.3 ? question.offsetHeight + 24 : 12;
      view.current.scrollTop = newest.offsetTop - gap;
    } else toEnd();
  }, [count]);

  const bubble = (message: Message): JSX.Element => {
    const key = message.client_msg_id ?? message.seq;
    if (message.author === "customer") return <CustomerMessage key={key} text={message.text} seq={message.seq} />;
    const { seq } = message;
    return <MessageView key={key} message={message} choosable={choosable.has(seq)} rating={state.ratings[seq]} />;
  };

  return (
    <div
      class="conversation"
      ref={view}
      // Reachable by Tab, so that the arrow keys scroll it.
      role="group"
      aria-label={t("conversation_label")}
      tabIndex={0}
      onScroll={() => {
        wasAtEnd.current = atEnd();
        if (wasAtEnd.current) setBehind(false);
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
        <button type="button" class="jump" onClick={() => (toEnd(), view.current?.focus())}>
          <Icon name="down" />
          {t("jump_latest")}
        </button>
      )}
    </div>
  );
}
