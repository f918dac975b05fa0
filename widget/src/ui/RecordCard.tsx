/** One hub, scheme, desk … with why it is recommended. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Card } from "../client/types";
import { Sources } from "../content/citations";
import { TEXTS, type TextKey } from "../i18n/texts";
import { useSurroundings } from "./context";
import { Disclosures } from "./Disclosures";
import { References, useSourcesDisclosure, useStatusDisclosure } from "./Sources";
import { TextLine } from "./RichText";

export function RecordCard({ card }: { card: Card }): JSX.Element {
  const { t } = useSurroundings();
  const reasons = card.reasons ?? [];
  const points = card.points ?? [];
  const sources = useMemo(() => {
    const found = new Sources();
    found.referPoints([card.summary, ...(card.reasons ?? []), ...(card.points ?? [])]);
    return found;
  }, [card]);
  const kind = `kind_${card.kind}`;
  const more = points.length
    ? {
        key: "more",
        label: t("card_more"),
        content: (
          <ul class="points" lang="ja">
            {points.map((point) => (
              <li>
                <TextLine text={point.text} />
                <References point={point} sources={sources} />
              </li>
            ))}
          </ul>
        ),
      }
    : null;
  return (
    <li class={`card ${card.kind}`} part="card">
      {kind in TEXTS.ja && <p class="kind">{t(kind as TextKey)}</p>}
      <h4 lang="ja">{card.title}</h4>
      <p lang="ja">
        <TextLine text={card.summary.text} />
        <References point={card.summary} sources={sources} />
      </p>
      {reasons.length > 0 && (
        <div class="reasons">
          <span class="reasons-label">{t("card_reason")}</span>
          <ul lang="ja">
            {reasons.map((reason) => (
              <li>
                {reason.text}
                <References point={reason} sources={sources} />
              </li>
            ))}
          </ul>
        </div>
      )}
      <Disclosures items={[more, useSourcesDisclosure(sources), useStatusDisclosure(card.status)]} />
    </li>
  );
}
