/** The small safe subset of plain text: paragraphs, lists and links. Markup stays text. */
import { safeUrl } from "./citations";

export type Inline = { text: string; href?: string };
export type Block = { kind: "paragraph"; lines: Inline[][] } | { kind: "list"; items: Inline[][] };

// An address ends before Japanese punctuation, brackets and full-width letters.
const ADDRESS = /https:\/\/[\w\-.~:/?#@!$&'*+,;=%]+/g;
const BULLET = /^\s*[\u30fb\u2022*-]\s*/;

/** Splits a line into text and links. */
export function inlines(line: string): Inline[] {
  const parts: Inline[] = [];
  let end = 0;
  for (const match of line.matchAll(ADDRESS)) {
    const address = match[0].replace(/[.,;:!?']+$/, "");
    const href = safeUrl(address);
    if (!href) continue;
    if (match.index > end) parts.push({ text: line.slice(end, match.index) });
    parts.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < line.length) parts.push({ text: line.slice(end) });
  return parts;
}

/** Splits a text into paragraphs and lists. */
export function blocks(text: string): Block[] {
  const all: Block[] = [];
  let open: Block | null = null;
  for (const line of text.split("\n")) {
    const kind = BULLET.test(line) && line.trim().length > 1 ? "list" : "paragraph";
    if (!line.trim()) {
      open = null;
    } else if (kind === "list") {
      if (open?.kind !== "list") all.push((open = { kind, items: [] }));
      open.items.push(inlines(line.replace(BULLET, "")));
    } else {
      if (open?.kind !== "paragraph") all.push((open = { kind, lines: [] }));
      open.lines.push(inlines(line));
    }
  }
  return all;
}
