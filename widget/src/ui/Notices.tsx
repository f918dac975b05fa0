/** What the reader must know about the conversation itself: lost connection, staff, its end. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ChatState } from "../client/state";
import type { TextKey } from "../i18n/texts";
import { useSurroundings } from "./context";

/** How long a broken connection may go unmentioned: most are back before anyone notices. */
const PATIENCE_MS = 1_200;
const GOOD_NEWS_MS = 3_000;

/** "lost" once it has lasted, "back" for a while after it was announced. */
function useLinkNotice(link: ChatState["link"]): "lost" | "back" | null {
  const [notice, setNotice] = useState<"lost" | "back" | null>(null);
  useEffect(() => {
    if (link === "lost") {
      const timer = setTimeout(() => setNotice("lost"), navigator.onLine ? PATIENCE_MS : 0);
      return () => clearTimeout(timer);
    }
    if (notice !== "lost") return;
    setNotice("back");
    const timer = setTimeout(() => setNotice(null), GOOD_NEWS_MS);
    return () => clearTimeout(timer);
  }, [link]);
  return notice;
}

function ownershipText(state: ChatState): TextKey | null {
  if (state.ownership.state === "QUEUED") return "handoff_queued";
  if (state.ownership.state === "HUMAN") return "handoff_human";
  return null;
}

/** Where there is a network but there never was a conversation, waiting may not help. */
function lostText(state: ChatState): TextKey {
  if (state.phase === "starting" && navigator.onLine) return "unreachable";
  return state.pending.some((one) => one.status !== "sent") ? "offline_pending" : "offline";
}

export function Notices({ state, failure }: { state: ChatState; failure: string }): JSX.Element {
  const { chat, t, refocus } = useSurroundings();
  const link = useLinkNotice(state.link);
  const owner = state.phase === "ready" ? ownershipText(state) : null;
  return (
    <div class="notices">
      <div role="status">
        {state.phase === "starting" && state.link !== "lost" && <p class="notice">{t("connecting")}</p>}
        {link === "lost" && (
          <p class="notice warning">
            {t(lostText(state))}
            <button type="button" class="text-button" onClick={() => (chat.retry(), refocus())}>{t("retry")}</button>
          </p>
        )}
        {link === "back" && <p class="notice good">{t("online_again")}</p>}
        {owner && <p class="notice">{t(owner)}</p>}
        {state.restarted && state.phase === "ready" && <p class="notice">{t("restarted")}</p>}
        {state.phase === "ended" && <p class="notice">{t("ended")}</p>}
        {state.phase === "erased" && <p class="notice">{t("erased")}</p>}
      </div>
      <div role="alert">
        {state.phase === "refused" && <p class="notice warning">{t("refused")} {state.refusal}</p>}
        {failure && <p class="notice warning">{failure}</p>}
      </div>
    </div>
  );
}
