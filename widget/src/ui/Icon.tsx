/** Drawn here rather than fetched: the panel asks nobody for anything. */
import type { JSX } from "preact";

const PATHS = {
  close: "M6 6l12 12M18 6L6 18",
  menu: "M5 12h.01M12 12h.01M19 12h.01",
  send: "M4.5 12h14M13 6l6 6-6 6",
  person: "M12 12a3.6 3.6 0 1 0 0-7.2 3.6 3.6 0 0 0 0 7.2zM5 19.5c.8-3.2 3.6-4.8 7-4.8s6.200 1.600 7 4.800",
  sheet: "M7 4.500h10a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1zM9 9h6M9 12.500h6M9 16h3.500",
  down: "M7 10l5 5 5-5",
  up: "M8 11v8H5v-8h3zm0 0l3.600-6.500c1.300 0 2.200.900 2.200 2.200V10h4.100c1 0 1.700.900 1.500 1.900l-1 5.500c-.2.900-.9 1.600-1.800 1.600H8",
  print: "M8 9V4.500h8V9M8 16H5.500v-6a1 1 0 0 1 1-1h11a1 1 0 0 1 1 1v6H16M8 13.500h8v6H8z",
  save: "M12 4.500V15M8 11.500l4 4 4-4M5 19.500h14",
  check: "M5.500 12.500l4.200 4.200 8.800-9.200",
} as const;

export function Icon({ name, flip }: { name: keyof typeof PATHS; flip?: boolean }): JSX.Element {
  return (
    <svg class={flip ? "icon flip" : "icon"} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="none" stroke="currentColor" stroke-width={name === "menu" ? 2.6 : 1.6} stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}

/** Two linked rings: つながり. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false" fill="none" stroke="currentColor" stroke-width="1.7">
      <circle cx="9" cy="12" r="5.2" stroke-dasharray="27 5" stroke-dashoffset="-2" />
      <circle cx="15" cy="12" r="5.2" />
    </svg>
  );
}
