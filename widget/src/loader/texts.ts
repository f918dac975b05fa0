/** The launcher's own words: it must not wait for the panel's. */
export const LAUNCHER_TEXTS = {
  ja: { open: "海外展開を相談する", failed: "読み込めませんでした。もう一度押してください。", unread: "件の新しい返信" },
  "ja-easy": { open: "外国での しごとを 相談する", failed: "うまく ひらけませんでした。もう一度 おしてください。", unread: "この 新しい 返事" },
  en: { open: "Ask about going abroad", failed: "Could not load. Please press again.", unread: " new replies" },
} as const;

export type Locale = keyof typeof LAUNCHER_TEXTS;

/** The interface language asked for, or the page's own; Japanese where neither is known. */
export function localeOf(asked: string | null | undefined, page: string): Locale {
  for (const one of [asked, page]) if (one && one in LAUNCHER_TEXTS) return one as Locale;
  return page.toLowerCase().startsWith("en") ? "en" : "ja";
}
