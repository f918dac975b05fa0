import { describe, expect, it } from "vitest";
import type { Answer, Message, Sheet } from "../src/client/types";
import { citationText, safeUrl, Sources } from "../src/content/citations";
import { blocks, inlines } from "../src/content/rich-text";
import { exportSheet, latestPlan, shownValue } from "../src/content/sheet-export";
import { figure, series, splitRows } from "../src/content/table-data";
import { TEXTS, translator } from "../src/i18n/texts";
import fixtures from "./fixtures/answers.json";

const answers = fixtures as unknown as Record<"plan" | "comparison" | "wage" | "fact", Answer>;
const t = translator("ja");

describe("text", () => {
  it("becomes paragraphs and lists", () => {
    expect(blocks("一\n二\n\n・三\n・四")).toEqual([
      { kind: "paragraph", lines: [[{ text: "一" }], [{ text: "二" }]] },
      { kind: "list", items: [[{ text: "三" }], [{ text: "四" }]] },
    ]);
  });

  it("links only https addresses, up to Japanese punctuation", () => {
    expect(inlines("窓口（https://www.jetro.go.jp/a?b=1）です。")).toEqual([
      { text: "窓口（" },
      { text: "https://www.jetro.go.jp/a?b=1", href: "https://www.jetro.go.jp/a?b=1" },
      { text: "）です。" },
    ]);
    for (const other of ["javascript:alert(1)", "http://example.jp", "data:text/html,x", "//example.jp"]) {
      expect(inlines(other)).toEqual([{ text: other }]);
      expect(safeUrl(other)).toBeNull();
    }
  });

  it("leaves markup as text", () => {
    expect(blocks("<img src=x onerror=alert(1)>")).toEqual([{ kind: "paragraph", lines: [[{ text: "<img src=x onerror=alert(1)>" }]] }]);
  });
});

describe("sources", () => {
  it("are numbered once each", () => {
    const sources = new Sources();
    const [first] = answers.plan.cards ?? [];
    expect(sources.refer(first?.summary.citations)).toEqual([1, 2]);
    expect(sources.refer(first?.reasons?.[0]?.citations)).toEqual([1, 2]);
    expect(sources.list).toHaveLength(2);
    expect(citationText(sources.list[0]!)).toBe("『新段階に入った中小企業の海外展開支援』（2014年）「「つながり力」を高める取組の事例」");
  });
});

describe("comparisons", () => {
  const table = answers.comparison.table!;

  it("read figures with their units", () => {
    expect(figure("5,480米ドル")).toEqual({ value: 5480, unit: "米ドル" });
    expect(figure("6.5%")).toEqual({ value: 6.5, unit: "%" });
    expect(figure("－")).toBeNull();
    expect(figure("タイは2分の1")).toBeNull();
  });

  it("chart every indicator and no sentence", () => {
    expect(series(table)).toHaveLength(8);
    const wage = series(answers.wage.table!)[0]!;
    expect(wage.bars).toEqual([
      { name: "タイ", text: "366米ドル/月", percent: 100 },
      { name: "ベトナム", text: "162米ドル/月", percent: 44.3 },
    ]);
  });

  it("chart nothing that would mislead", () => {
    const rows = [["成長", "-1%", "2%"], ["額", "3円", "3ドル"], ["空", "0人", "0人"], ["一方", "5人", "－"]];
    expect(series({ caption: "", header: ["", "a", "b"], rows })).toEqual([]);
  });

  it("lose no row between figures and sentences", () => {
    const { short, long } = splitRows(table);
    expect(short).toHaveLength(8);
    expect(short.length + long.length).toBe(table.rows.length);
  });
});

describe("the sheet as a file", () => {
  const sheet: Sheet = {
    complete: false,
    fields: [
      { id: "prefecture", label: "所在地", value: "大阪府", editable: true },
      { id: "business", label: "事業|技術", value: "# <b>プレス</b>\n*金型*", editable: true },
      { id: "stage", label: "段階", value: "collecting", options: [{ value: "collecting", label: "情報収集" }], editable: true },
      { id: "city", label: "市区町村", value: null, editable: true },
      { id: "applicant", label: "立場", value: null, declined: true, editable: true },
    ],
  };

  it("is text with the words of every field", () => {
    const text = exportSheet(sheet, null, "2026年11月22日 現在", t);
    expect(text).toContain("相談カルテ\n==========\n\n2026年11月22日 現在\n");
    expect(text).toContain("段階: 情報収集");
  });

  it("holds the guidance with its reasons, status and sources", () => {
    const text = exportSheet(sheet, answers.plan, "", t);
    for (const card of answers.plan.cards ?? []) {
      expect(text).toContain(card.title);
      if (card.status) expect(text).toContain(card.status.text);
      for (const reason of card.reasons ?? []) expect(text).toContain(reason.text);
      for (const citation of card.summary.citations ?? []) expect(text).toContain(citationText(citation));
    }
  });

  it("words what is not known", () => {
    expect(shownValue(sheet.fields[3]!, t)).toBe(TEXTS.ja.sheet_empty);
    expect(shownValue(sheet.fields[4]!, t)).toBe(TEXTS.ja.sheet_declined);
  });

  it("takes the latest guidance", () => {
    const message = (seq: number, answer: Answer): Message => ({ seq, author: "bot", text: "", answer, at: "" });
    expect(latestPlan([message(1, answers.plan), message(2, answers.fact)])).toBe(answers.plan);
    expect(latestPlan([message(2, answers.fact)])).toBeNull();
  });
});

describe("interface texts", () => {
  const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "").sort();

  it.each(Object.keys(TEXTS) as (keyof typeof TEXTS)[])("%s has every text, with the same values in it", (locale) => {
    expect(Object.keys(TEXTS[locale]).sort()).toEqual(Object.keys(TEXTS.ja).sort());
    for (const [key, text] of Object.entries(TEXTS[locale])) {
      // Fields have the server's Japanese names.
      expect(text.trim() === "", key).toBe(locale === "ja" && key.startsWith("field_"));
      if (key !== "sheet_date") expect(names(text), key).toEqual(names(TEXTS.ja[key as keyof typeof TEXTS.ja]));
    }
  });

  it("fills values in, and never markup out of them", () => {
    expect(t("sheet_progress", { total: 8, filled: 3 })).toBe("8 項目のうち 3 項目");
    expect(t("sheet_edit_field", { label: "{total}" })).toBe("{total}を変更");
  });
});
