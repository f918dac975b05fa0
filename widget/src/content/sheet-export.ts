/** The 相談カルテ as a file to keep or to bring along: Markdown or plain text. */
import type { Answer, Message, Sheet, SheetField } from "../client/types";
import { fieldLabel, type Translate } from "../i18n/texts";
import { citationText, Sources } from "./citations";

/** How a field's value is shown. */
export function shownValue(field: SheetField, t: Translate): string {
  if (field.value === null || field.value === "") return field.declined ? t("sheet_declined") : t("sheet_empty");
  return field.options?.find((option) => option.value === field.value)?.label ?? field.value;
}

/** The guidance given last, which belongs to the sheet. */
export function latestPlan(messages: readonly Message[]): Answer | null {
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const answer = messages[index]?.answer;
    if (answer?.kind === "plan") return answer;
  }
  return null;
}

/** What would end a table cell or begin markup of its own. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, "\\$&").replace(/\s*\n\s*/g, " ");
}

interface Form {
  title(text: string): string;
  heading(text: string): string;
  subheading(text: string): string;
  fields(rows: [string, string][]): string[];
  item(text: string, depth: number): string;
  plain(text: string): string;
}

const MARKDOWN: Form = {
  title: (text) => `# ${escapeMarkdown(text)}`,
  heading: (text) => `## ${escapeMarkdown(text)}`,
  subheading: (text) => `### ${escapeMarkdown(text)}`,
  fields: (rows) => [
    "| | |",
    "| --- | --- |",
    ...rows.map(([label, value]) => `| ${escapeMarkdown(label)} | ${escapeMarkdown(value)} |`),
  ],
  item: (text, depth) => `${"  ".repeat(depth)}- ${escapeMarkdown(text)}`,
  plain: escapeMarkdown,
};

const TEXT: Form = {
  title: (text) => `${text}\n${"=".repeat(text.length * 2)}`,
  heading: (text) => `【${text}】`,
  subheading: (text) => `＜${text}＞`,
  fields: (rows) => rows.map(([label, value]) => `${label}: ${value}`),
  item: (text, depth) => `${"　".repeat(depth)}${depth ? "・" : "◆ "}${text}`,
  plain: (text) => text,
};

/**
 * Words the sheet and the latest guidance.
 *
 * @param format `md` or `txt`.
 * @param when Date to print, already worded.
 */
export function exportSheet(
  sheet: Sheet,
  plan: Answer | null,
  format: "md" | "txt",
  when: string,
  t: Translate,
): string {
  const form = format === "md" ? MARKDOWN : TEXT;
  const lines = [form.title(t("sheet_title")), "", form.plain(when), ""];
  lines.push(...form.fields(sheet.fields.map((field) => [fieldLabel(field, t), shownValue(field, t)])));
  if (plan) lines.push("", ...planLines(plan, form, t));
  return `${lines.join("\n")}\n`;
}

function planLines(plan: Answer, form: Form, t: Translate): string[] {
  const lines = [form.heading(t("sheet_plan")), "", form.plain(plan.lead.text)];
  const sources = new Sources();
  let group = "";
  for (const card of plan.cards ?? []) {
    if (card.group !== group) {
      group = card.group;
      lines.push("", form.subheading(group), "");
    }
    lines.push(form.item(card.title, 0), form.item(card.summary.text, 1));
    for (const reason of card.reasons ?? []) lines.push(form.item(`${t("card_reason")}: ${reason.text}`, 1));
    for (const point of card.points ?? []) lines.push(form.item(point.text, 1));
    if (card.status) lines.push(form.item(`${t("card_status")}: ${card.status.text}`, 1));
    const told = [card.summary, ...(card.reasons ?? []), ...(card.points ?? [])];
    const numbers = sources.refer(told.flatMap((point) => point.citations ?? []));
    if (numbers.length) lines.push(form.item(t("source_ref", { numbers: numbers.join(", ") }), 1));
  }
  for (const remark of plan.remarks ?? []) {
    lines.push("", form.plain(remark.text));
    sources.refer(remark.citations);
  }
  if (plan.closing) lines.push("", form.plain(plan.closing));
  if (sources.list.length) {
    lines.push("", form.heading(t("sources")), "");
    lines.push(...sources.list.map((citation, index) => `${index + 1}. ${form.plain(citationText(citation))}`));
  }
  return lines;
}
