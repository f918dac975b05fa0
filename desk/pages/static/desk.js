// What all live pages share: deeds without a reload, and the stream of what changed.
// Without this script every page works by forms and reloads.
const policy = window.trustedTypes?.createPolicy("desk", { createHTML: (text) => text });
const body = document.body;
const said = document.getElementById("said");
const problem = document.getElementById("problem");
const live = document.getElementById("live");
const title = document.title;
let saidTimer;

export const newKey = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;

/** Read a piece of page that our own server made. */
export function parsed(html) {
  return new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html").body;
}

/** Say something in passing; screen readers read it aloud. */
export function say(text) {
  said.textContent = text;
  clearTimeout(saidTimer);
  saidTimer = setTimeout(() => (said.textContent = ""), 6000);
}

/** Show what went wrong, until the next deed; empty clears it. */
export function complain(text) {
  problem.textContent = text;
  problem.hidden = !text;
  // What is wrong must be seen where one writes far below it.
  if (text) problem.scrollIntoView({ block: "nearest" });
}

/** Replace a part of the page, keeping focus, opened parts and typed values. */
export function replacePart(part, html, hash) {
  if (part.dataset.hash === hash) return;
  part.dataset.hash = hash;
  const held = part.contains(document.activeElement) ? document.activeElement.id : "";
  const open = [...part.querySelectorAll("details[open][id]")].map((one) => one.id);
  const typed = [...part.querySelectorAll("select[id]")].map((one) => [one.id, one.value]);
  part.replaceChildren(...parsed(html).childNodes);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  for (const [id, value] of typed) {
    const field = document.getElementById(id);
    if (field && [...field.options].some((one) => one.value === value)) field.value = value;
  }
  if (!held) return;
  // What had the focus is gone when the deed is done: go on from the top of the part.
  const goal = document.getElementById(held) ?? part.querySelector("h1, h2, h3");
  if (goal && goal.id !== held) goal.tabIndex = -1;
  goal?.focus({ preventScroll: true });
}

/** What is told of an answer that may be no answer of the desk's: the server is in trouble. */
async function failed(response) {
  const error = "いま処理できませんでした。少し待ってから、もう一度お試しください（書いた文は残っています）。";
  return response.json().then((answer) => ({ ...answer, error: answer.error ?? error }), () => ({ error }));
}

/** Ask the server to do something; true when it did. */
export async function send(address, data) {
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRF-Token": body.dataset.csrf },
      body: new URLSearchParams(data),
    });
    const answer = response.status < 500 ? await response.json() : await failed(response);
    complain(answer.ok ? "" : answer.error);
    if (answer.ok && answer.said) say(answer.said);
    if (answer.code === "logged_out") gone();
    return answer.ok;
  } catch {
    complain("つながりません。接続を確かめて、もう一度お試しください。");
    return false;
  }
}

/** The form of the same deed in the panel that took the place of its own. */
const sameForm = (form, panel) =>
  [...(document.getElementById(panel)?.querySelectorAll("form") ?? [])].find(
    (one) => one.action === form.action,
  );

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-action]")) return;
  event.preventDefault();
  const button = event.submitter ?? form.querySelector("button");
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  const keyed = "keyed" in form.dataset;
  // The key stays until it worked: pressing again after a lost answer does nothing twice.
  if (keyed) form.elements.key.value ||= newKey();
  const panel = form.closest("details")?.id;
  const done = await send(form.action, new FormData(form));
  button.removeAttribute("aria-busy");
  if (!done) return;
  // The news of the deed may have come before its answer, and put this line in anew.
  const shown = form.isConnected || !panel ? form : sameForm(form, panel);
  if (keyed && shown) {
    shown.elements.key.value = "";
    shown.dispatchEvent(new Event("done", { bubbles: true }));
    shown.reset();
  }
  const asked = shown?.closest("details");
  if (asked) {
    // The focus must not be lost with what closes.
    asked.querySelector("summary").focus();
    asked.open = false;
  }
  if (form.action.endsWith("/claim") && !body.dataset.case) {
    location.assign(form.action.replace(/\/claim$/, ""));
  }
});

// Somebody who types or clicks is here; an open page alone is not.
let lastAlive = Date.now();
for (const kind of ["keydown", "pointerdown"]) {
  document.addEventListener(kind, () => {
    if (Date.now() - lastAlive < 60_000) return;
    lastAlive = Date.now();
    void send("/desk/alive", {});
  });
}

let stream;
let over = false;
const handlers = {};

/** Do something with the events of a name. */
export function on(name, handler) {
  handlers[name] = handler;
  stream?.addEventListener(name, (event) => handler(JSON.parse(event.data)));
}

function gone() {
  over = true;
  stream?.close();
  live.replaceChildren("ログアウトしています。");
  const link = document.createElement("a");
  link.href = `/desk/login?ended&next=${encodeURIComponent(location.pathname)}`;
  link.textContent = "ログインし直す";
  live.append(link);
  live.hidden = false;
  live.scrollIntoView({ block: "nearest" });
}

function connect() {
  if (over || !body.dataset.events) return;
  stream = new EventSource(body.dataset.events);
  stream.addEventListener("open", () => (live.hidden = true));
  stream.addEventListener("error", () => {
    if (over) return;
    live.textContent = "更新が止まっています。つなぎ直しています…";
    live.hidden = false;
    // A refused stream is not tried again by the browser itself.
    if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 5000);
  });
  stream.addEventListener("gone", gone);
  for (const [name, handler] of Object.entries(handlers)) {
    stream.addEventListener(name, (event) => handler(JSON.parse(event.data)));
  }
}

/** Show a number in the tab's title. */
export function badge(number) {
  document.title = number ? `(${number}) ${title}` : title;
}

let waited;
on("queue", ({ html, hash, counts }) => {
  replacePart(document.getElementById("queue"), html, hash);
  if (waited !== undefined && counts.waiting > waited) say("新しい相談がお待ちです");
  waited = counts.waiting;
  badge(counts.waiting);
});
// A page that the browser brings back from its memory may be hours old, or of another session.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
connect();
