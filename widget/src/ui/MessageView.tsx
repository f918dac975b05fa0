import type { JSX } from "preact";
import { memo } from "./memo";
import type { Pending } from "../client/state";
import type { Choice, Message, Rating } from "../client/types";
import { AnswerView } from "./AnswerView";
import { useSurroundings } from "./context";
import { FeedbackBar } from "./FeedbackBar";
import { RichText } from "./RichText";

/** Kinds of answers that claim something, and so can be wrong. */
const RATED = new Set(["fact", "record", "list", "comparison", "plan", "reasons", "did_you_mean", "not_in_material"]);

/** What the bot or a member of staff says. */
export const MessageView = memo(function MessageView(props: {
  message: Message;
  choosable: boolean;
  rating: Rating | undefined;
}): JSX.Element {
  const { message, choosable, rating } = props;
  const { t, lang } = useSurroundings();
  const { author, answer } = message;
  const rich = author === "bot" && answer?.lead ? answer : null;
  return (
    <article class={`message ${author}${message.taken_back ? " taken-back" : ""}`} data-seq={message.seq} part={`message ${author}`}>
      <p class={author === "staff" ? "author" : "author hidden-text"}>{t(`author_${author}`)}</p>
      <div class="body" lang="ja">
        {rich ? <AnswerView answer={rich} /> : <RichText text={message.text} />}
      </div>
      {message.edited && <p class="edited">{t("edited")}</p>}
      {choosable && message.choices && <Choices choices={message.choices} />}
      {rich && RATED.has(rich.kind) && <FeedbackBar seq={message.seq} rating={rating} />}
      <time class="hidden-text" dateTime={message.at}>{clock(message.at, lang)}</time>
    </article>
  );
});

function clock(at: string, lang: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : date.toLocaleTimeString(lang, { hour: "numeric", minute: "2-digit" });
}

function Choices({ choices }: { choices: Choice[] }): JSX.Element {
  const { chat, t, refocus } = useSurroundings();
  return (
    <ul class="choices" aria-label={t("choices_label")}>
      {choices.map((choice) => (
        <li>
          <button type="button" class="choice" part="choice" lang="ja" onClick={() => (chat.choose(choice), refocus())}>
            {choice.label}
          </button>
        </li>
      ))}
    </ul>
  );
}

/**
 * What the reader said: first as it was typed, then as the server has it.
 *
 * One component for both, so that the node stays and is not read out twice.
 */
export function CustomerMessage({ text, seq, entry }: { text: string; seq?: number; entry?: Pending }): JSX.Element {
  const { t } = useSurroundings();
  return (
    <article class={`message customer ${entry?.status ?? ""}`} data-seq={seq} part="message customer">
      <p class="author hidden-text">{t("author_customer")}</p>
      {/* What people type may be in any language. */}
      <div class="body">
        <p class="typed">{text}</p>
      </div>
      {entry && <Delivery entry={entry} />}
    </article>
  );
}

function Delivery({ entry }: { entry: Pending }): JSX.Element {
  const { chat, t, refocus } = useSurroundings();
  const failed = entry.status === "failed";
  return (
      <p class="delivery">
        {entry.status === "waiting" && t("pending_waiting")}
        {entry.status === "sending" && t("pending_sending")}
        {failed && <span class="problem" role="alert">{entry.error || t("pending_failed")}</span>}
        {failed && (
          <>
            <button type="button" class="text-button" onClick={() => (chat.resend(entry.client_msg_id), refocus())}>{t("pending_resend")}</button>
            <button type="button" class="text-button" onClick={() => (chat.discard(entry.client_msg_id), refocus())}>{t("pending_discard")}</button>
          </>
        )}
      </p>
  );
}
