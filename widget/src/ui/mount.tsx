/** What the loader calls: puts the panel into the widget's shadow root. */
import { render } from "preact";
import { Chat } from "../client/chat";
import { SafeStorage } from "../client/storage";
import { adoptStyles } from "../loader/stylesheet";
import { localeOf } from "../loader/texts";
import type { LauncherPort, PanelHandle, WidgetOptions } from "../loader/contract";
import { Panel } from "./Panel";
import css from "./panel.css?inline";

/** A tab out of sight gives its connection back after this long; browsers allow six a server. */
const HIDDEN_MS = 60_000;

/**
 * Mounts the panel, closed.
 *
 * @param host The widget's element.
 * @param root Its shadow root.
 */
export function mount(host: HTMLElement, root: ShadowRoot, options: WidgetOptions, launcher: LauncherPort): PanelHandle {
  adoptStyles(root, css);
  const container = document.createElement("div");
  root.append(container);
  const choices = new SafeStorage("sessionStorage", `tsunagari:${options.siteKey}:`);
  const kept = choices.get("locale");
  const initialLocale = localeOf(kept, options.locale);
  // An English page stays English; otherwise the site's own setting may overrule the page.
  const localeFixed = kept !== null || options.localeAsked || options.locale === "en";
  const chat = new Chat({ server: options.server, siteKey: options.siteKey, locale: localeFixed ? initialLocale : null });
  let open = false;
  let started = false;
  let seen = 0;

  const draw = (): void => {
    render(<Panel chat={chat} host={host} initialLocale={initialLocale} localeFixed={localeFixed} choices={choices} open={open} onClose={() => launcher.closed()} />, container);
  };
  const count = (): number => chat.state.messages.filter((message) => message.author !== "customer").length;
  const unsubscribe = chat.subscribe(() => {
    if (open) seen = count();
    else launcher.unread(Math.max(count() - seen, 0));
  });

  // The stream is held while somebody looks, or while a person may answer.
  let hiddenSince: ReturnType<typeof setTimeout> | undefined;
  const listen = (): void => {
    clearTimeout(hiddenSince);
    const awaited = chat.state.ownership.state === "QUEUED" || chat.state.ownership.state === "HUMAN";
    if (awaited || (open && !document.hidden)) chat.connect();
    else if (open) hiddenSince = setTimeout(() => chat.disconnect(), HIDDEN_MS);
    else chat.disconnect();
  };
  const online = (): void => chat.retry();
  document.addEventListener("visibilitychange", listen);
  const offline = (): void => chat.networkLost();
  window.addEventListener("online", online);
  window.addEventListener("offline", offline);

  return {
    setOpen(wanted) {
      open = wanted;
      draw();
      if (!started) {
        started = true;
        void chat.start();
      } else listen();
      if (open) {
        seen = count();
        launcher.unread(0);
      }
    },
    destroy() {
      document.removeEventListener("visibilitychange", listen);
      window.removeEventListener("online", online);
      window.removeEventListener("offline", offline);
      clearTimeout(hiddenSince);
      unsubscribe();
      chat.destroy();
      render(null, container);
      container.remove();
    },
  };
}
