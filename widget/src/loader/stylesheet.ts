/**
 * Gives a shadow root a style sheet that a strict content security policy lets through.
 *
 * Constructed sheets are not inline styles for a policy. Browsers without them (before 2023)
 * get a style element, which needs 'unsafe-inline' there and only there.
 */
export function adoptStyles(root: ShadowRoot, css: string): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  } catch {
    const style = document.createElement("style");
    style.textContent = css;
    root.append(style);
  }
}
