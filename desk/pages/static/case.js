// The page of one conversation: messages as they come, the place to write, the library.
import { badge, complain, newKey, on, parsed, replacePart, say, send } from "./desk.js";

const log = document.getElementById("log");
const items = document.getElementById("items");
const composer = document.getElementById("composer");
const text = document.getElementById("text");
const button = document.getElementById("send");
const reply = document.getElementById("kind-reply");
const note = document.getElementById("kind-note");
const hint = document.getElementById("hint");
const library = document.getElementById("library");
const toggle = document.getElementById("library-toggle");
const found = document.getElementById("found");
const draftKey = `desk-draft:${document.body.dataset.case}`;
let mayReply = !reply.disabled;
let unread = 0;

const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 60;
const toEnd = () => (log.scrollTop = log.scrollHeight);

on("case", (now) => {
  replacePart(document.getElementById("head"), now.head, now.head_hash);
  replacePart(document.getElementById("side"), now.side, now.side_hash);
  hint.textContent = now.hint;
  if (now.may_reply !== mayReply) {
    mayReply = now.may_reply;
    reply.disabled = !mayReply;
    (mayReply ? reply : note).checked = true;
  }
  const stay = atEnd();
  const keys = new Set(now.items.map((item) => item.key));
  for (const old of [...items.children]) if (!keys.has(old.id)) old.remove();
  for (const item of now.items) {
    const old = document.getElementById(item.key);
    if (old?.dataset.hash === item.hash) continue;
    const fresh = parsed(item.html).firstElementChild;
    if (old) {
      replaceItem(old, fresh);
      continue;
    }
    items.append(fresh);
    if (item.kind === "customer" && document.hidden) badge(++unread);
  }
  if (stay) toEnd();
});
/** Replace a line, keeping what is opened and being written in it. */
function replaceItem(old, fresh) {
  const held = old.contains(document.activeElement) ? document.activeElement.id : "";
  const open = [...old.querySelectorAll("details[open][id]")].map((one) => one.id);
  const kept = [...old.querySelectorAll("textarea")].filter((one) => one.value !== one.defaultValue);
  const keys = [...old.querySelectorAll("form[data-keyed]")].map((one) => one.elements.key.value);
  old.replaceWith(fresh);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  for (const one of kept) {
    const field = document.getElementById(one.id);
    if (field) field.value = one.value;
  }
  fresh.querySelectorAll("form[data-keyed]").forEach((one, i) => (one.elements.key.value = keys[i] ?? ""));
  if (held) (document.getElementById(held) ?? log).focus({ preventScroll: true });
}

on("over", ({ message }) => {
  complain(message);
  composer.hidden = true;
});
document.addEventListener("visibilitychange", () => document.hidden || badge((unread = 0)));

// On paper nothing can be opened: it is all there.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll(".log details:not(.revise, [open]), .side details:not([open])")];
  for (const one of folded) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of folded.splice(0)) one.open = false;
});
// What opens below the edge of the log is brought into it.
items.addEventListener(
  "toggle",
  ({ target }) => target.open && target.scrollIntoView({ block: "nearest" }),
  true,
);
// What is being rewritten survives a reload, and a log-in, like the reply below.
items.addEventListener("input", ({ target }) => {
  if (target.matches("textarea")) sessionStorage.setItem(`${draftKey}:${target.id}`, target.value);
});
items.addEventListener("done", ({ target }) => {
  sessionStorage.removeItem(`${draftKey}:${target.querySelector("textarea").id}`);
});
for (const field of items.querySelectorAll("textarea")) {
  const written = sessionStorage.getItem(`${draftKey}:${field.id}`);
  if (written === null || written === field.value) continue;
  field.value = written;
  field.closest("details").open = true;
}

text.value ||= sessionStorage.getItem(draftKey) ?? "";
let lastTyping = 0;
text.addEventListener("input", () => {
  sessionStorage.setItem(draftKey, text.value);
  // The company sees that somebody is writing; a note is nobody's business.
  if (!reply.checked || reply.disabled || Date.now() - lastTyping < 4000) return;
  lastTyping = Date.now();
  fetch(composer.action.replace(/reply$/, "typing"), {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRF-Token": document.body.dataset.csrf },
  }).catch(() => {});
});
composer.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!text.value.trim() || button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  const written = text.value;
  // The key stays until it worked: pressing again after a lost answer says nothing twice.
  const done = await send(composer.action, new FormData(composer));
  button.removeAttribute("aria-busy");
  if (!done) return;
  composer.elements.key.value = newKey();
  if (text.value === written) text.value = "";
  sessionStorage.setItem(draftKey, text.value);
  toEnd();
  text.focus();
});
text.addEventListener("keydown", (event) => {
  // While an input method converts, Enter belongs to it.
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  composer.requestSubmit();
});

toggle.hidden = false;
toggle.addEventListener("click", () => {
  library.hidden = !library.hidden;
  toggle.setAttribute("aria-expanded", String(!library.hidden));
  if (!library.hidden) document.getElementById("q").focus();
});
document.getElementById("library-search").addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = new URLSearchParams(new FormData(event.target));
  try {
    const response = await fetch(`/desk/library?${words}`, {
      headers: { "X-Requested-With": "desk" },
    });
    if (!response.ok || response.redirected) throw new Error(String(response.status));
    found.replaceChildren(...parsed(await response.text()).childNodes);
    const number = found.querySelectorAll(".ready > li").length;
    say(number ? `${number}件見つかりました` : "見つかりませんでした");
  } catch {
    complain("探せませんでした。少し待ってから、もう一度お試しください。");
  }
});
library.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-insert]");
  if (!chosen) return;
  const before = text.selectionStart > 0 && !text.value.slice(0, text.selectionStart).endsWith("\n");
  text.setRangeText(
    (before ? "\n" : "") + chosen.dataset.insert,
    text.selectionStart,
    text.selectionEnd,
    "end",
  );
  text.dispatchEvent(new Event("input"));
  text.focus();
  say("本文に入れました");
});
toEnd();
