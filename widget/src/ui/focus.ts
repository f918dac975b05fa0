/** Keeps the Tab key inside a full-screen panel: there is nothing else to see. */
const FOCUSABLE = "button:not([disabled]), a[href], textarea, input, select, [tabindex='0']";

export function trapFocus(event: KeyboardEvent, panel: HTMLElement): void {
  if (event.key !== "Tab") return;
  const reachable = Array.from(panel.querySelectorAll<HTMLElement>(FOCUSABLE)).filter((element) => element.getClientRects().length);
  const first = reachable[0];
  const last = reachable[reachable.length - 1];
  const root = panel.getRootNode() as ShadowRoot;
  const here = root.activeElement;
  if (event.shiftKey && (here === first || here === panel)) {
    event.preventDefault();
    last?.focus();
  } else if (!event.shiftKey && here === last) {
    event.preventDefault();
    first?.focus();
  }
}
