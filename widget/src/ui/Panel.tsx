/** The open panel: head, conversation, composer, and the sheet beside them. */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Chat } from "../client/chat";
import { fromInputMethod } from "../client/input-method";
import { withPerson } from "../client/state";
import type { SafeStorage } from "../client/storage";
import { translator } from "../i18n/texts";
import { localeOf, type Locale } from "../loader/texts";
import { Composer } from "./Composer";
import { Confirmation, type Question } from "./Confirmation";
import { SurroundingsContext, useChatState, useMedia, type Surroundings } from "./context";
import { Conversation } from "./Conversation";
import { trapFocus } from "./focus";
import { Icon, Mark } from "./Icon";
import { Menu } from "./Menu";
import { Notices } from "./Notices";
import { SheetView } from "./SheetView";

export interface PanelProps {
  chat: Chat;
  host: HTMLElement;
  /** Language of the page, of its embedding, or chosen earlier in this visit. */
  initialLocale: Locale;
  /** Whether that is more than the page's language, which the site's own setting overrules. */
  localeFixed: boolean;
  /** Remembers this reader's choices for the visit. */
  choices: SafeStorage;
  open: boolean;
  onClose: () => void;
}

/** From this width on the sheet has room beside the conversation. */
const BESIDE = "(min-width: 900px) and (min-height: 420px)";
const FULL_SCREEN = "(max-width: 560px), (max-height: 480px)";

export function Panel({ chat, host, initialLocale, localeFixed, choices, open, onClose }: PanelProps): JSX.Element {
  const state = useChatState(chat);
  const [chosenLocale, setLocale] = useState<Locale | null>(null);
  const locale = chosenLocale ?? localeOf(localeFixed ? null : state.locale, initialLocale);
  const beside = useMedia(BESIDE);
  const fullScreen = useMedia(FULL_SCREEN);
  const [sheetWanted, setSheetWanted] = useState<boolean | null>(() => {
    const kept = choices.get("sheet");
    return kept === null ? null : kept === "open";
  });
  const [question, setQuestion] = useState<Question | null>(null);
  const [failure, setFailure] = useState("");
  const [focusSignal, setFocusSignal] = useState(0);
  const panel = useRef<HTMLDivElement>(null);
  const refocus = (): void => {
    // On touch a focused field would bring up the keyboard over what is being read.
    if (matchMedia("(pointer: coarse)").matches) panel.current?.focus();
    else setFocusSignal((count) => count + 1);
  };
  const t = useMemo(() => translator(locale), [locale]);
  const surroundings = useMemo((): Surroundings => ({ chat, t, lang: locale === "en" ? "en" : "ja", refocus }), [chat, t, locale]);
  // Shown by itself only where it takes nothing away from the conversation.
  const sheetOpen = sheetWanted ?? beside;
  const active = state.phase === "ready" || state.phase === "starting";

  useEffect(() => {
    if (open) refocus();
  }, [open]);

  const showSheet = (wanted: boolean): void => {
    setSheetWanted(wanted);
    choices.set("sheet", wanted ? "open" : "closed");
  };
  const attempt = (action: Promise<void>): void => {
    setFailure("");
    action.catch(() => setFailure(t("action_failed")));
  };
  const askHandOff = (): void => setQuestion({
    title: t("confirm_handoff"),
    text: t("confirm_handoff_text"),
    yes: t("confirm_handoff_yes"),
    onYes: () => {
      chat.handOff(t("handoff_message"));
      if (!beside) showSheet(false);
      refocus();
    },
  });
  const askEnd = (): void => setQuestion({
    title: t("confirm_end"),
    text: t("confirm_end_text"),
    yes: t("confirm_end_yes"),
    onYes: () => attempt(chat.end()),
  });
  const askDelete = (): void => setQuestion({
    title: t("confirm_delete"),
    text: t("confirm_delete_text"),
    yes: t("confirm_delete_yes"),
    danger: true,
    onYes: () => attempt(chat.erase()),
  });
  const name = state.site?.name;

  return (
    <SurroundingsContext.Provider value={surroundings}>
      <div
        ref={panel}
        class={`panel${sheetOpen ? " with-sheet" : ""}${beside ? " wide" : ""}`}
        part="panel"
        role="dialog"
        aria-modal={fullScreen}
        aria-label={t("dialog_label")}
        lang={surroundings.lang}
        tabIndex={-1}
        hidden={!open}
        onKeyDown={(event) => {
          if (event.key === "Escape" && !fromInputMethod(event)) onClose();
          else if (fullScreen && panel.current) trapFocus(event, panel.current);
        }}
      >
        <div class="head" part="header">
          <Mark />
          <div class="title">
            <h2>{t("title")}</h2>
            <p>{name ?? t("subtitle")}</p>
          </div>
          <button type="button" class="icon-button labelled" aria-pressed={sheetOpen} onClick={() => showSheet(!sheetOpen)}>
            <Icon name="sheet" />
            <span>{t("sheet_open")}</span>
          </button>
          <Menu locale={locale} site={state.site} open={active} onLocale={(next) => (setLocale(next), choices.set("locale", next))} onEnd={askEnd} onDelete={askDelete} />
          <button type="button" class="icon-button" aria-label={t("close")} title={t("close")} onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        <div class="chat-column" hidden={sheetOpen && !beside}>
          <Notices state={state} failure={failure} />
          {/* A new conversation begins with a log of its own: nothing of the old one is read again. */}
          <Conversation key={state.phase === "starting" ? "starting" : "running"} state={state} shown={open && (beside || !sheetOpen)} />
          {active ? (
            <div class="foot">
              {withPerson(state) ? (
                <button type="button" class="handoff" part="handoff" onClick={() => (chat.sendText(t("back_to_bot_message")), refocus())}>
                  {t("back_to_bot")}
                </button>
              ) : (
                <button type="button" class="handoff" part="handoff" onClick={askHandOff} disabled={state.phase !== "ready"}>
                  <Icon name="person" />
                  {t("handoff")}
                </button>
              )}
              <Composer maxLength={state.maxLength} focusSignal={focusSignal} />
            </div>
          ) : (
            <div class="foot over">
              <button type="button" class="button" onClick={() => (refocus(), void chat.start())}>{t("start_again")}</button>
            </div>
          )}
        </div>
        <section class="sheet" part="sheet" aria-label={t("sheet_title")} hidden={!sheetOpen}>
          <div class="sheet-head">
            <h2>{t("sheet_title")}</h2>
            {!beside && (
              <button type="button" class="button small quiet" onClick={() => showSheet(false)}>{t("sheet_back")}</button>
            )}
          </div>
          <SheetView state={state} host={host} />
        </section>
        {question && <Confirmation question={question} onClose={() => setQuestion(null)} />}
      </div>
    </SurroundingsContext.Provider>
  );
}
