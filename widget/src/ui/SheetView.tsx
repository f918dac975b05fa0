/** The 相談カルテ: every field in sight, corrected in place. */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { InputMethod } from "../client/input-method";
import { askedField, type ChatState } from "../client/state";
import { ApiError } from "../client/api";
import type { SheetField, SheetFormat } from "../client/types";
import { exportSheet, latestPlan, shownValue } from "../content/sheet-export";
import { fieldLabel } from "../i18n/texts";
import { useSurroundings } from "./context";
import { Icon } from "./Icon";
import { printSheet, saveFile } from "./files";
import { PrintedPlan } from "./PrintedPlan";

export function SheetView({ state, host }: { state: ChatState; host: HTMLElement }): JSX.Element {
  const { chat, t, lang } = useSurroundings();
  const [fetching, setFetching] = useState<SheetFormat | null>(null);
  const [problem, setProblem] = useState("");
  const [printing, setPrinting] = useState(false);
  const { sheet } = state;
  const fields = sheet?.fields ?? [];
  const filled = fields.filter((field) => field.value !== null && field.value !== "").length;
  const asked = askedField(state);
  const plan = latestPlan(state.messages);
  const when = t("sheet_date", { date: new Date().toLocaleDateString(lang === "ja" ? "ja-JP" : "en-GB", { dateStyle: "long" }) });
  useEffect(() => {
    if (printing) printSheet(host, () => setPrinting(false));
  }, [printing]);
  const saveText = (): void => {
    if (!sheet) return;
    const text = exportSheet(sheet, plan, when, t);
    saveFile(`${t("sheet_file")}.txt`, new Blob([text], { type: "text/plain;charset=utf-8" }));
  };
  const save = async (format: SheetFormat): Promise<void> => {
    setFetching(format);
    setProblem("");
    try {
      saveFile(`${t("sheet_file")}.${format}`, await chat.sheetFile(format));
    } catch (error) {
      setProblem((error instanceof ApiError && error.status > 0 && error.message) || t("sheet_not_saved"));
    } finally {
      setFetching(null);
    }
  };
  const ready = sheet !== null && state.phase === "ready";
  return (
    <div class="sheet-body">
      <p class="sheet-lead">{t("sheet_lead")}</p>
      <div class="progress">
        <svg class="progress-bar" height="6" width="100%" aria-hidden="true" focusable="false">
          <rect class="bar-track" width="100%" height="6" rx="3" />
          <rect class="bar-value" width={`${fields.length ? (filled / fields.length) * 100 : 0}%`} height="6" rx="3" />
        </svg>
        <p>{t("sheet_progress", { total: fields.length, filled })}</p>
      </div>
      <dl class="fields">
        {fields.map((field) => (
          <FieldRow
            key={field.id}
            field={field}
            asked={asked === field.id}
            sending={state.pending.some((one) => one.field === field.id && one.status !== "failed")}
            open={state.phase === "ready"}
          />
        ))}
      </dl>
      {printing && <PrintedPlan plan={plan} when={when} />}
      <div class="sheet-actions">
        <button type="button" class="button main-action" onClick={() => void save("pdf")} disabled={!ready} aria-busy={fetching === "pdf"}>
          <Icon name="save" />
          {t("sheet_pdf")}
        </button>
        <button type="button" class="button quiet" onClick={() => setPrinting(true)} disabled={!sheet}>
          <Icon name="print" />
          {t("sheet_print")}
        </button>
        <button type="button" class="button quiet" aria-label={t("sheet_download_md")} title={t("sheet_download_md")} onClick={() => void save("md")} disabled={!ready} aria-busy={fetching === "md"}>
          <Icon name="save" />
          {t("sheet_md")}
        </button>
        <button type="button" class="button quiet" aria-label={t("sheet_download_txt")} title={t("sheet_download_txt")} onClick={saveText} disabled={!sheet}>
          <Icon name="save" />
          {t("sheet_txt")}
        </button>
      </div>
      <p class="sending" role="status">{fetching ? t("sheet_making") : ""}</p>
      <p class="problem" role="alert">{problem}</p>
    </div>
  );
}

function FieldRow(props: { field: SheetField; asked: boolean; sending: boolean; open: boolean }): JSX.Element {
  const { field, asked, sending, open } = props;
  const { chat, t } = useSurroundings();
  const label = fieldLabel(field, t);
  const [editing, setEditing] = useState(false);
  const edit = useRef<HTMLButtonElement>(null);
  const known = field.value !== null && field.value !== "";
  const close = (): void => {
    setEditing(false);
    // The button is there again after the next rendering.
    setTimeout(() => edit.current?.focus(), 0);
  };
  const change = (value: string | null): void => {
    const worded = value === null ? "" : shownValue({ ...field, value }, t);
    // Said in the conversation, where the server's own word for the field stands.
    const said = value === null
      ? t("sheet_clear_message", { label: field.label })
      : t("sheet_change_message", { label: field.label, value: worded });
    if (value !== field.value) chat.correct(field.id, value, said);
    close();
  };
  return (
    <div class={`row${known ? "" : " empty"}${asked ? " asked" : ""}`} data-field={field.id}>
      <dt>{label}</dt>
      <dd>
        {editing ? (
          <FieldEditor field={field} onSave={change} onCancel={close} />
        ) : (
          <>
            <span class="value" lang={known ? "ja" : undefined}>{shownValue(field, t)}</span>
            {asked && <span class="asked-note">{t("sheet_asked")}</span>}
            {sending && <span class="sending">{t("sheet_sending")}</span>}
            {field.editable && open && (
              // There even while a change is under way: it has the focus.
              <button
                type="button"
                ref={edit}
                class="text-button"
                aria-label={t("sheet_edit_field", { label })}
                onClick={() => setEditing(true)}
              >
                {t("sheet_edit")}
              </button>
            )}
          </>
        )}
      </dd>
    </div>
  );
}

function FieldEditor(props: {
  field: SheetField;
  onSave: (value: string | null) => void;
  onCancel: () => void;
}): JSX.Element {
  const { field, onSave, onCancel } = props;
  const { t } = useSurroundings();
  const inputMethod = useMemo(() => new InputMethod(), []);
  const control = useRef<HTMLInputElement & HTMLSelectElement>(null);
  useEffect(() => control.current?.focus(), []);
  const id = `edit-${field.id}`;
  return (
    <form
      class="field-editor"
      onSubmit={(event) => {
        event.preventDefault();
        const value = control.current?.value.trim();
        if (value) onSave(value);
        else onCancel();
      }}
      onKeyDown={(event) => {
        if (inputMethod.owns(event)) {
          // WebKit would submit the form with the Enter that confirms a conversion.
          if (event.key === "Enter") event.preventDefault();
        } else if (event.key === "Escape") {
          event.stopPropagation();
          onCancel();
        }
      }}
    >
      <label class="hidden-text" for={id}>{fieldLabel(field, t)}</label>
      {field.options?.length ? (
        <select id={id} ref={control} lang="ja">
          <option value="" selected={!field.value}>{t("sheet_choose")}</option>
          {field.options.map((option) => (
            <option value={option.value} selected={option.value === field.value}>{option.label}</option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          ref={control}
          type="text"
          defaultValue={field.value ?? ""}
          maxLength={200}
          autocomplete="off"
          onCompositionStart={inputMethod.start}
          onCompositionEnd={inputMethod.end}
        />
      )}
      <span class="editor-actions">
        <button type="submit" class="button small">{t("sheet_save")}</button>
        <button type="button" class="button small quiet" onClick={onCancel}>{t("sheet_cancel")}</button>
        {field.value && (
          <button type="button" class="button small quiet" onClick={() => onSave(null)}>{t("sheet_clear")}</button>
        )}
      </span>
    </form>
  );
}
