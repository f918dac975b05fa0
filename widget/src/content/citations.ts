/** Numbers the sources of one answer or card, so that each statement can point at its own. */
import type { Citation, Point } from "../client/types";

function sameSource(citation: Citation): string {
  return [citation.document, citation.section, citation.source ?? ""].join("\n");
}

export class Sources {
  readonly list: Citation[] = [];
  readonly #numbers = new Map<string, number>();

  /** Registers citations and returns their numbers, smallest first. */
  refer(citations: readonly Citation[] | undefined): number[] {
    const numbers = (citations ?? []).map((citation) => {
      const key = sameSource(citation);
      let number = this.#numbers.get(key);
      if (number === undefined) {
        number = this.list.push(citation);
        this.#numbers.set(key, number);
      }
      return number;
    });
    return [...new Set(numbers)].sort((a, b) => a - b);
  }

  referPoints(points: readonly (Point | null | undefined)[]): void {
    for (const point of points) this.refer(point?.citations);
  }
}

/** A source in words, as the plain text of an answer has it. */
export function citationText(citation: Citation): string {
  const source = citation.source ? `（${citation.source}）` : "";
  return `${citation.title}「${citation.heading}」${source}`;
}

/** An address that may become a link: https only, whatever a record or a person wrote. */
export function safeUrl(address: string | null | undefined): string | null {
  if (!address) return null;
  try {
    const url = new URL(address);
    return url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}
