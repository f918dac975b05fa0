/** Giving the reader a file, and printing one part of somebody else's page. */

/** Offers a file as a download; nothing leaves the browser. */
export function saveFile(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // Some browsers read the address only after the click was handled.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

const PAGE_WHILE_PRINTING = `@media print {
  body > :not([data-tsunagari-printing]) { display: none !important; }
  html, body { margin: 0 !important; padding: 0 !important; background: #fff !important; }
}`;

/**
 * Prints only the widget's sheet: the host page is hidden for as long as the print dialog lasts.
 *
 * @param host The widget's element; its `printing` attribute turns its print style on.
 * @param onDone Called when the print dialog is closed.
 */
export function printSheet(host: HTMLElement, onDone: () => void): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(PAGE_WHILE_PRINTING);
  let branch: HTMLElement = host;
  while (branch.parentElement && branch.parentElement !== document.body) branch = branch.parentElement;
  // Boxes of the top layer are not broken over pages.
  if (host.popover) host.hidePopover();
  const done = (): void => {
    if (host.popover) host.showPopover();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    branch.removeAttribute("data-tsunagari-printing");
    host.removeAttribute("printing");
    window.removeEventListener("afterprint", done);
    onDone();
  };
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  branch.setAttribute("data-tsunagari-printing", "");
  host.setAttribute("printing", "");
  window.addEventListener("afterprint", done);
  window.print();
}
