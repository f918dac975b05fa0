/** The 相談カルテ as plain text, made here: it can be had even while the server cannot be reached. */
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

const heading = (text: string): string => `【${text}】`;
const item = (text: string, depth: number): string => `${"　".repeat(depth)}${depth ? "・" : "◆ "}${text}`;

/**
 * Words the sheet and the latest guidance.
 *
 * @param when Date to print, already worded.
 */
export function exportSheet(sheet: Sheet, plan: Answer | null, when: string, t: Translate): string {
  const title = t("sheet_title");
  const lines = [title, "=".repeat(title.length * 2), "", when, ""];
  lines.push(...sheet.fields.map((field) => `${fieldLabel(field, t)}: ${shownValue(field, t)}`));
  if (plan) lines.push("", ...planLines(plan, t));
  return `${lines.join("\n")}\n`;
}

function planLines(plan: Answer, t: Translate): string[] {
  const lines = [heading(t("sheet_plan")), "", plan.lead.text];
  const sources = new Sources();
  let group = "";
  for (const card of plan.cards ?? []) {
    if (card.group !== group) {
      group = card.group;
      lines.push("", `＜${group}＞`, "");
    }
    lines.push(item(card.title, 0), item(card.summary.text, 1));
    for (const reason of card.reasons ?? []) lines.push(item(`${t("card_reason")}: ${reason.text}`, 1));
    for (const point of card.points ?? []) lines.push(item(point.text, 1));
    if (card.status) lines.push(item(`${t("card_status")}: ${card.status.text}`, 1));
    const told = [card.summary, ...(card.reasons ?? []), ...(card.points ?? [])];
    const numbers = sources.refer(told.flatMap((point) => point.citations ?? []));
    if (numbers.length) lines.push(item(t("source_ref", { numbers: numbers.join(", ") }), 1));
  }
  for (const remark of plan.remarks ?? []) {
    lines.push("", remark.text);
    sources.refer(remark.citations);
  }
  if (plan.closing) lines.push("", plan.closing);
  if (sources.list.length) {
    lines.push("", heading(t("sources")), "");
    lines.push(...sources.list.map((citation, index) => `${index + 1}. ${citationText(citation)}`));
  }
  return lines;
}
