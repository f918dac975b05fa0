import type { JSX } from "preact";
import type { Citation, Point, StatusNote } from "../client/types";
import { citationText, safeUrl, type Sources } from "../content/citations";
import { useSurroundings } from "./context";
import type { Disclosure } from "./Disclosures";
import { OuterLink, TextLine } from "./RichText";

/** The numbers of a statement's sources; nothing where all share the only one. */
export function References({ point, sources }: { point: Point; sources: Sources }): JSX.Element | null {
  const { t } = useSurroundings();
  const numbers = sources.refer(point.citations);
  if (!numbers.length || sources.list.length < 2) return null;
  const text = numbers.join(", ");
  return (
    <sup class="reference">
      {/* keeps the number on the line of its statement */}
      {"\u2060"}
      <span class="hidden-text">{t("source_ref", { numbers: text })}</span>
      <span aria-hidden="true">{text}</span>
    </sup>
  );
}

function SourceItem({ citation }: { citation: Citation }): JSX.Element {
  const href = safeUrl(citation.url);
  return <li>{href ? <OuterLink href={href} text={citationText(citation)} /> : citationText(citation)}</li>;
}

/** 出典, opened on demand. */
export function useSourcesDisclosure(sources: Sources): Disclosure | null {
  const { t } = useSurroundings();
  if (!sources.list.length) return null;
  return {
    key: "sources",
    label: t("sources_count", { count: sources.list.length }),
    content: (
      <ol class="sources" lang="ja">
        {sources.list.map((citation) => (
          <SourceItem citation={citation} />
        ))}
      </ol>
    ),
  };
}

/** 現況, with how certain it is already on the button. */
export function useStatusDisclosure(note: StatusNote | null | undefined, index = 0, named = false): Disclosure | null {
  const { t } = useSurroundings();
  if (!note) return null;
  const href = safeUrl(note.url);
  return {
    key: `status${index}`,
    label: (
      <>
        {named && <span lang="ja">{note.subject} </span>}
        {t("card_status")}
        <span class={`certainty ${note.confidence}`}>{t(`status_${note.confidence}`)}</span>
      </>
    ),
    content: (
      <p lang="ja">
        <TextLine text={note.text} />
        {note.publisher && <span class="publisher">（{note.publisher}）</span>}
        {href && (
          <>
            {" "}
            <OuterLink href={href} text={t("status_page")} />
          </>
        )}
      </p>
    ),
  };
}
