/** A question before something that cannot be undone. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useSurroundings } from "./context";

export interface Question {
  title: string;
  text: string;
  yes: string;
  danger?: boolean;
  onYes: () => void;
}

export function Confirmation({ question, onClose }: { question: Question; onClose: () => void }): JSX.Element {
  const { t } = useSurroundings();
  const dialog = useRef<HTMLDialogElement>(null);
  // The browser's own modal dialog: focus stays in it and comes back afterwards.
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="confirmation"
      aria-labelledby="confirmation-title"
      aria-describedby="confirmation-text"
      onClose={onClose}
      // Escape answers this question only; the panel below stays.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h2 id="confirmation-title">{question.title}</h2>
      <p id="confirmation-text">{question.text}</p>
      <div class="confirmation-actions">
        <button type="button" class="button quiet" onClick={() => dialog.current?.close()}>{t("confirm_no")}</button>
        <button
          type="button"
          class={question.danger ? "button danger" : "button"}
          onClick={() => {
            dialog.current?.close();
            question.onYes();
          }}
        >
          {question.yes}
        </button>
      </div>
    </dialog>
  );
}
