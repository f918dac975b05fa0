/** The rich form of one answer; the plain text says the same. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Answer, Card } from "../client/types";
import { Sources } from "../content/citations";
import { Comparison } from "./Comparison";
import { Disclosures } from "./Disclosures";
import { RecordCard } from "./RecordCard";
import { RichText, TextLine } from "./RichText";
import { References, useSourcesDisclosure, useStatusDisclosure } from "./Sources";

interface Group {
  name: string;
  cards: Card[];
}

/** Cards that follow each other under one heading. */
function grouped(cards: readonly Card[]): Group[] {
  const groups: Group[] = [];
  for (const card of cards) {
    const last = groups[groups.length - 1];
    if (last?.name === card.group) last.cards.push(card);
    else groups.push({ name: card.group, cards: [card] });
  }
  return groups;
}

export function AnswerView({ answer }: { answer: Answer }): JSX.Element {
  const points = answer.points ?? [];
  const remarks = answer.remarks ?? [];
  const notes = answer.status_notes ?? [];
  const sources = useMemo(() => {
    const found = new Sources();
    found.referPoints([answer.lead, ...(answer.points ?? []), answer.table ? { text: "", citations: answer.table.citations } : null, ...(answer.remarks ?? [])]);
    return found;
  }, [answer]);
  // The number of notes never changes for one answer, so neither does the number of hooks.
  const statuses = notes.map((note, index) => useStatusDisclosure(note, index, notes.length > 1));
  const citations = useSourcesDisclosure(sources);
  return (
    <div class={`answer of-${answer.kind}`} lang="ja">
      <div class="lead">
        <RichText text={answer.lead.text} />
        <References point={answer.lead} sources={sources} />
      </div>
      {/* Who asked for a comparison sees it first. */}
      {answer.table && <Comparison table={answer.table} />}
      {points.length > 0 && (
        <ul class="points">
          {points.map((point) => (
            <li>
              <TextLine text={point.text} />
              <References point={point} sources={sources} />
            </li>
          ))}
        </ul>
      )}
      {grouped(answer.cards ?? []).map((group) => (
        <section class="card-group">
          {group.name && <h3>{group.name}</h3>}
          <ul class="cards">
            {group.cards.map((card) => (
              <RecordCard card={card} />
            ))}
          </ul>
        </section>
      ))}
      {remarks.length > 0 && (
        <ul class="remarks">
          {remarks.map((remark) => (
            <li>
              <TextLine text={remark.text} />
              <References point={remark} sources={sources} />
            </li>
          ))}
        </ul>
      )}
      <Disclosures items={[citations, ...statuses]} />
      {answer.closing && <p class="closing">{answer.closing}</p>}
    </div>
  );
}
