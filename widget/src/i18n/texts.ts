/** Interface texts. What the bot says is Japanese; these are the words around it. */
import en from "./en.json";
import ja from "./ja.json";
import easy from "./ja-easy.json";
import type { Locale } from "../loader/texts";

export type TextKey = keyof typeof ja;
export type Translate = (key: TextKey, values?: Record<string, string | number>) => string;

export const TEXTS: Record<Locale, Record<TextKey, string>> = { ja, "ja-easy": easy, en };

/** The words of one language; `{name}` in a text stands for a value. */
export function translator(locale: Locale): Translate {
  const texts = TEXTS[locale];
  return (key, values = {}) =>
    texts[key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The name of a field of the sheet: the server's own where this language has none for it. */
export function fieldLabel(field: { id: string; label: string }, t: Translate): string {
  const key = `field_${field.id}`;
  return (key in ja && t(key as TextKey)) || field.label;
}
