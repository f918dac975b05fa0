import { ApiError } from "./api";

/**
 * Tells the site's owner what a browser keeps from a script: a page that is not on the server's
 * list looks just like a server that cannot be reached.
 */
export function hintAtSites(error: unknown): void {
  if (error instanceof ApiError && error.status) return;
  // eslint-disable-next-line no-console
  console.warn(`tsunagari: no answer. Is ${location.origin} among the origins of sites.yml, and the server in this page's connect-src? See docs/embed.md`);
}
