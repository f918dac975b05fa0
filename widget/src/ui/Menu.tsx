/** Everything that is not needed at every moment: language, ending, deleting, who is behind it. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Site } from "../client/types";
import { safeUrl } from "../content/citations";
import { TEXTS } from "../i18n/texts";
import type { Locale } from "../loader/texts";
import { useSurroundings } from "./context";
import { Icon } from "./Icon";
import { OuterLink } from "./RichText";

export interface MenuProps {
  locale: Locale;
  site: Site | null;
  open: boolean;
  onLocale: (locale: Locale) => void;
  onEnd: () => void;
  onDelete: () => void;
}

export function Menu({ locale, site, open, onLocale, onEnd, onDelete }: MenuProps): JSX.Element {
  const { t } = useSurroundings();
  const [shown, setShown] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!shown) return;
    const outside = (event: Event): void => {
      if (!event.composedPath().includes(box.current as EventTarget)) setShown(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [shown]);
  const act = (action: () => void) => (): void => {
    setShown(false);
    button.current?.focus();
    action();
  };
  const privacy = safeUrl(site?.privacy_url);
  return (
    <div
      class="menu"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !shown) return;
        event.stopPropagation();
        setShown(false);
        button.current?.focus();
      }}
      onFocusOut={(event) => {
        const next = event.relatedTarget;
        if (next instanceof Node && !box.current?.contains(next)) setShown(false);
      }}
    >
      <button type="button" ref={button} class="icon-button" aria-expanded={shown} aria-controls="menu" aria-label={t("menu")} title={t("menu")} onClick={() => setShown(!shown)}>
        <Icon name="menu" />
      </button>
      <div id="menu" class="menu-list" hidden={!shown}>
        <fieldset>
          <legend>{t("menu_language")}</legend>
          {(Object.keys(TEXTS) as Locale[]).map((one) => (
            <label class="radio" lang={one === "en" ? "en" : "ja"}>
              <input type="radio" name="locale" checked={one === locale} onChange={() => onLocale(one)} />
              {t(`language_${one}`)}
            </label>
          ))}
        </fieldset>
        {open && <button type="button" class="menu-item" onClick={act(onEnd)}>{t("menu_end")}</button>}
        <button type="button" class="menu-item danger-text" onClick={act(onDelete)}>{t("menu_delete")}</button>
        {privacy && <p class="menu-line"><OuterLink href={privacy} text={t("menu_privacy")} /></p>}
        {site?.contact && <p class="menu-line">{t("menu_contact")}: {site.contact}</p>}
        <p class="menu-line faint">{t("storage_note")}</p>
      </div>
    </div>
  );
}
