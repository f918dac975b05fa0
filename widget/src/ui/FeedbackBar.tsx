/** 👍👎 for one answer, with a reason where it was not helpful. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Rating, Reason } from "../client/types";
import { useSurroundings } from "./context";
import { Icon } from "./Icon";

const REASONS: readonly Reason[] = ["wrong", "unclear", "not_asked", "other"];
const MAX_COMMENT = 500;

export function FeedbackBar({ seq, rating }: { seq: number; rating: Rating | undefined }): JSX.Element {
  const { chat, t } = useSurroundings();
  const [ready, setReady] = useState(false);
  const [asking, setAsking] = useState(false);
  const [note, setNote] = useState("");
  const down = useRef<HTMLButtonElement>(null);
  // Comes a moment after the answer, into a region that is not live: a screen reader reads the
  // answer without these buttons behind each one.
  useEffect(() => {
    const timer = setTimeout(() => setReady(true), 0);
    return () => clearTimeout(timer);
  }, []);

  const send = (value: Rating, reason?: Reason, comment?: string): void => {
    chat.rate({ seq, rating: value, reason, comment: comment?.trim() || undefined }).then(
      () => setNote(t("feedback_thanks")),
      () => setNote(t("feedback_failed")),
    );
  };
  return (
    <div class="feedback" aria-live="off">
      {ready && (
        <div class="feedback-row" role="group" aria-label={t("feedback_label")}>
          <button type="button" class="icon-button" aria-pressed={rating === "up"} aria-label={t("feedback_up")} title={t("feedback_up")} onClick={() => (setAsking(false), send("up"))}>
            <Icon name="up" />
          </button>
          <button type="button" ref={down} class="icon-button" aria-pressed={rating === "down"} aria-expanded={asking} aria-label={t("feedback_down")} title={t("feedback_down")} onClick={() => (setAsking(true), send("down"))}>
            <Icon name="up" flip />
          </button>
          <span class="feedback-note" role="status">{note}</span>
        </div>
      )}
      {asking && <ReasonForm onSend={(reason, comment) => (setAsking(false), send("down", reason, comment), down.current?.focus())} />}
    </div>
  );
}

function ReasonForm({ onSend }: { onSend: (reason: Reason | undefined, comment: string) => void }): JSX.Element {
  const { t } = useSurroundings();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.scrollIntoView({ block: "nearest" }), []);
  return (
    <form
      ref={form}
      class="reason-form"
      onSubmit={(event) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget);
        onSend(REASONS.find((one) => one === given.get("reason")), given.get("comment") as string);
      }}
    >
      <fieldset>
        <legend>{t("feedback_why")}</legend>
        {REASONS.map((one) => (
          <label class="radio">
            <input type="radio" name="reason" value={one} />
            {t(`feedback_${one}`)}
          </label>
        ))}
      </fieldset>
      <label class="stacked">
        {t("feedback_comment")}
        <textarea name="comment" rows={2} maxLength={MAX_COMMENT} />
      </label>
      <button type="submit" class="button small">{t("feedback_send")}</button>
    </form>
  );
}
