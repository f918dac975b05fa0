/** Sorts the rows of a comparison into figures, which a chart can show, and sentences. */
import type { DataTable } from "../client/types";

export interface Bar {
  name: string;
  /** The figure as the answer words it. */
  text: string;
  /** Length in percent of the longest bar of its row. */
  percent: number;
}

export interface Series {
  label: string;
  bars: Bar[];
}

const FIGURE = /^(-?[\d,]+(?:\.\d+)?)\s*(.*)$/;
/** Longer cells are sentences: side by side in a narrow panel nobody reads them. */
const SHORT = 26;

/** The number and the unit of a cell, or null where it is no figure. */
export function figure(cell: string): { value: number; unit: string } | null {
  const match = FIGURE.exec(cell.trim());
  if (!match?.[1]) return null;
  const value = Number(match[1].replaceAll(",", ""));
  return Number.isFinite(value) ? { value, unit: (match[2] ?? "").trim() } : null;
}

/** Rows whose cells are all short, and the others. */
export function splitRows(table: DataTable): { short: string[][]; long: string[][] } {
  const short: string[][] = [];
  const long: string[][] = [];
  for (const row of table.rows) {
    (row.slice(1).every((cell) => cell.length <= SHORT) ? short : long).push(row);
  }
  return { short, long };
}

/** One small chart for each row of at least two figures of the same unit, none negative. */
export function series(table: DataTable): Series[] {
  const all: Series[] = [];
  for (const row of table.rows) {
    const [label = "", ...cells] = row;
    const figures = cells.map(figure);
    const first = figures[0];
    if (figures.length < 2 || !first) continue;
    if (!figures.every((one) => one && one.unit === first.unit && one.value >= 0)) continue;
    const longest = Math.max(...figures.map((one) => one?.value ?? 0));
    if (!longest) continue;
    const bars = cells.map((text, index) => ({
      name: table.header[index + 1] ?? "",
      text,
      percent: Math.round(((figures[index]?.value ?? 0) / longest) * 1000) / 10,
    }));
    all.push({ label, bars });
  }
  return all;
}
