/** A comparison: figures as a chart and a table, sentences one under the other. */
import type { JSX } from "preact";
import type { DataTable } from "../client/types";
import { series, splitRows } from "../content/table-data";
import { useSurroundings } from "./context";
import { Disclosures } from "./Disclosures";

export function Comparison({ table }: { table: DataTable }): JSX.Element {
  const { t } = useSurroundings();
  const { short, long } = splitRows(table);
  const texts = long.length
    ? {
        key: "texts",
        label: t("table_texts", { count: long.length }),
        content: <Sentences header={table.header} rows={long} />,
      }
    : null;
  return (
    <div class="comparison" lang="ja">
      {short.length > 0 && <FiguresTable table={table} rows={short} />}
      <BarChart table={table} />
      <Disclosures items={[texts]} />
    </div>
  );
}

function FiguresTable({ table, rows }: { table: DataTable; rows: string[][] }): JSX.Element {
  const { t } = useSurroundings();
  return (
    // Focusable, so that those who use a keyboard can scroll a wide table.
    <div class="table-scroll" role="region" aria-label={t("table_scroll", { caption: table.caption })} tabIndex={0}>
      <table>
        <caption>{table.caption}</caption>
        <thead>
          <tr>
            {table.header.map((cell) => (cell ? <th scope="col">{cell}</th> : <td />))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells]) => (
            <tr>
              <th scope="row">{name}</th>
              {cells.map((cell) => (
                <td>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Small multiples: one scale each, for the rows have different units. */
function BarChart({ table }: { table: DataTable }): JSX.Element | null {
  const { t } = useSurroundings();
  const charts = series(table);
  if (!charts.length) return null;
  return (
    <figure class="chart" aria-label={t("chart_label", { caption: table.caption })}>
      {charts.map(({ label, bars }) => (
        <div class="chart-one">
          <p class="chart-title">{label}</p>
          <ul>
            {bars.map((bar, index) => (
              <li>
                <span class="bar-name">{bar.name}</span>
                <svg class={`bar bar-${index % 3}`} aria-hidden="true" focusable="false" height="7" width="100%">
                  <rect class="bar-track" width="100%" height="7" rx="2" />
                  <rect class="bar-value" width={`${Math.max(bar.percent, 0.8)}%`} height="7" rx="2" />
                </svg>
                <span class="bar-figure">{bar.text}</span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </figure>
  );
}

function Sentences({ header, rows }: { header: string[]; rows: string[][] }): JSX.Element {
  return (
    <>
      {rows.map(([name, ...cells]) => (
        <section class="sentences">
          <h5>{name}</h5>
          <dl>
            {cells.map((cell, index) => (
              <div>
                <dt>{header[index + 1]}</dt>
                <dd>{cell}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </>
  );
}
