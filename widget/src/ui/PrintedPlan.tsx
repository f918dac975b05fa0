/** The guidance on paper: nothing can be opened there, so sources and status are written out. */
import type { JSX } from "preact";
import type { Answer } from "../client/types";
import { citationText, Sources } from "../content/citations";
import { useSurroundings } from "./context";

export function PrintedPlan({ plan, when }: { plan: Answer | null; when: string }): JSX.Element {
  const { t } = useSurroundings();
  const sources = new Sources();
  return (
    <div class="printed">
      <p>{when}</p>
      {plan && (
        <>
          <h2>{t("sheet_plan")}</h2>
          <ul lang="ja">
            {(plan.cards ?? []).map((card) => {
              const told = [card.summary, ...(card.points ?? [])];
              const reasons = card.reasons ?? [];
              const numbers = sources.refer([...told, ...reasons].flatMap((point) => point.citations ?? []));
              return (
                <li class="card">
                  <p class="kind">{card.group}</p>
                  <h4>{card.title}</h4>
                  {told.map((point) => <p>{point.text}</p>)}
                  {reasons.length > 0 && <p>{t("card_reason")}: {reasons.map((reason) => reason.text).join("、")}</p>}
                  {numbers.length > 0 && <p>{t("source_ref", { numbers: numbers.join(", ") })}</p>}
                  {card.status && <p>{t("card_status")}: {card.status.text}</p>}
                </li>
              );
            })}
          </ul>
          {(plan.remarks ?? []).map((remark) => <p lang="ja">{remark.text}</p>)}
          {plan.closing && <p lang="ja">{plan.closing}</p>}
          {sources.list.length > 0 && <h2>{t("sources")}</h2>}
          <ol class="sources" lang="ja">
            {sources.list.map((citation) => <li>{citationText(citation)}</li>)}
          </ol>
        </>
      )}
    </div>
  );
}
