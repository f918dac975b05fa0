/** What the loader and the panel agree on; the only thing both scripts know. */
import type { Locale } from "./texts";

/** How a site embeds the widget. */
export interface WidgetOptions {
  /** Address of the server, ending in "/". */
  server: string;
  siteKey: string;
  locale: Locale;
  /** Whether the site asked for this language itself, so that it wins over the site's default. */
  localeAsked: boolean;
}

/** What the panel tells the loader. */
export interface LauncherPort {
  /** The reader closed the panel. */
  closed(): void;
  /** Messages that came while the panel was closed. */
  unread(count: number): void;
}

/** What the loader tells the panel. */
export interface PanelHandle {
  setOpen(open: boolean): void;
  destroy(): void;
}

/** The global the panel script defines. */
export interface PanelModule {
  mount(host: HTMLElement, root: ShadowRoot, options: WidgetOptions, launcher: LauncherPort): PanelHandle;
}
