/**
 * The script a site embeds: draws the launcher, and fetches the panel when it is first opened.
 *
 *     <script async src="https://…/widget/v1/loader.js" data-site-key="…"></script>
 */
import type { PanelHandle, PanelModule, WidgetOptions } from "./contract";
import css from "./loader.css?inline";
import { adoptStyles } from "./stylesheet";
import { LAUNCHER_TEXTS, localeOf } from "./texts";

const TAG = "tsunagari-chat";
const SVG = "http://www.w3.org/2000/svg";
/** data-… of the script that become attributes of the element. */
const ATTRIBUTES = ["site-key", "locale", "theme", "position", "label", "server"];

// Only known while the script runs: afterwards `currentScript` is null.
const script =
  document.currentScript instanceof HTMLScriptElement
    ? document.currentScript
    : document.querySelector<HTMLScriptElement>("script[data-site-key][src*='loader.js']");

interface TrustedPolicy {
  createScriptURL(url: string): string;
}
interface TrustedTypes {
  createPolicy(name: string, rules: TrustedPolicy): TrustedPolicy;
}

/** Lets a page with `require-trusted-types-for 'script'` load the panel. */
function scriptUrl(url: string): string {
  const trusted = (window as { trustedTypes?: TrustedTypes }).trustedTypes;
  return trusted ? trusted.createPolicy("tsunagari", { createScriptURL: (same) => same }).createScriptURL(url) : url;
}

let panel: Promise<PanelModule> | undefined;

function loadPanel(): Promise<PanelModule> {
  panel ??= new Promise<PanelModule>((resolve, reject) => {
    const element = document.createElement("script");
    element.src = scriptUrl(new URL("panel.js", script?.src ?? location.href).href);
    // A policy with nonces trusts what a trusted script brings with the same nonce.
    if (script?.nonce) element.nonce = script.nonce;
    element.onload = () => {
      const module = (window as { tsunagariPanel?: PanelModule }).tsunagariPanel;
      if (module) resolve(module);
      else reject(new Error("panel"));
    };
    element.onerror = () => reject(new Error("panel"));
    document.head.append(element);
  }).catch((error: unknown) => {
    panel = undefined; // the next press tries again
    throw error;
  });
  return panel;
}

/** Two linked rings: つながり. */
function mark(): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const [x, dash] of [["9", "27 5"], ["15", "32"]] as const) {
    const ring = document.createElementNS(SVG, "circle");
    const shape = { cx: x, cy: "12", r: "5.2", fill: "none", stroke: "currentColor", "stroke-width": "1.9", "stroke-dasharray": dash, "stroke-dashoffset": "-2" };
    for (const [name, value] of Object.entries(shape)) ring.setAttribute(name, value);
    svg.append(ring);
  }
  return svg;
}

/**
 * Lifts the widget above the page: in the top layer no transform, filter, overflow or stacking
 * order of the page reaches it. Browsers without popovers have the z-index.
 */
function toTopLayer(element: HTMLElement): void {
  if (!("popover" in element)) return;
  element.popover = "manual";
  element.showPopover();
}

class TsunagariChat extends HTMLElement {
  #root = this.attachShadow({ mode: "open" });
  #launcher = document.createElement("button");
  #badge = document.createElement("span");
  #failure = document.createElement("p");
  #panel: PanelHandle | undefined;

  connectedCallback(): void {
    toTopLayer(this);
    if (this.#launcher.childElementCount) return;
    adoptStyles(this.#root, css);
    const texts = LAUNCHER_TEXTS[this.#options().locale];
    const label = document.createElement("span");
    label.textContent = this.getAttribute("label") ?? texts.open;
    this.#badge.className = "badge";
    this.#failure.className = "failure";
    this.#failure.setAttribute("role", "alert");
    this.#launcher.type = "button";
    this.#launcher.className = "launcher";
    this.#launcher.lang = this.#options().locale === "en" ? "en" : "ja";
    this.#launcher.setAttribute("part", "launcher");
    this.#launcher.setAttribute("aria-haspopup", "dialog");
    this.#launcher.append(mark(), label, this.#badge);
    this.#launcher.addEventListener("click", () => void this.open());
    this.#root.append(this.#failure, this.#launcher);
  }

  disconnectedCallback(): void {
    // Moving the element in the document must not end the conversation.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#panel?.destroy();
      this.#panel = undefined;
    });
  }

  /** Opens the panel; loads it the first time. */
  async open(): Promise<void> {
    const texts = LAUNCHER_TEXTS[this.#options().locale];
    this.#failure.textContent = "";
    this.#launcher.setAttribute("aria-busy", "true");
    try {
      const module = await loadPanel();
      this.#panel ??= module.mount(this, this.#root, this.#options(), {
        closed: () => this.close(),
        unread: (count) => {
          this.#badge.textContent = count ? `${count}` : "";
          this.#badge.setAttribute("aria-label", `${count}${texts.unread}`);
        },
      });
      this.#panel.setOpen(true);
      this.#launcher.hidden = true;
      this.dispatchEvent(new CustomEvent("tsunagari-open", { bubbles: true }));
    } catch {
      this.#failure.textContent = texts.failed;
    } finally {
      this.#launcher.removeAttribute("aria-busy");
    }
  }

  /** Closes the panel and gives the focus back to the launcher. */
  close(): void {
    this.#panel?.setOpen(false);
    this.#launcher.hidden = false;
    this.#launcher.focus();
    this.dispatchEvent(new CustomEvent("tsunagari-close", { bubbles: true }));
  }

  #options(): WidgetOptions {
    const asked = this.getAttribute("locale");
    const page = document.documentElement.lang;
    // …/widget/v1/loader.js is served by the bot's own server.
    const server = this.getAttribute("server") ?? new URL("../../", script?.src ?? location.href).href;
    return {
      server: server.endsWith("/") ? server : `${server}/`,
      siteKey: this.getAttribute("site-key") ?? "",
      locale: localeOf(asked, page),
      localeAsked: asked !== null,
    };
  }
}

function start(): void {
  if (document.querySelector(TAG)) return;
  const element = new TsunagariChat();
  for (const name of ATTRIBUTES) {
    const value = script?.getAttribute(`data-${name}`);
    if (value) element.setAttribute(name, value);
  }
  document.body.append(element);
  if (script?.hasAttribute("data-open")) void element.open();
}

// A page that embeds the script twice gets one widget.
if (!customElements.get(TAG)) {
  customElements.define(TAG, TsunagariChat);
  if (script) {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
    else start();
  }
}
