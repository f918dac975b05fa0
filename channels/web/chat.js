// The plain chat page: no dependencies, text only, one request per message.
"use strict";

const log = document.getElementById("log");
const form = document.getElementById("form");
const input = document.getElementById("text");
const submit = form.querySelector("button");
const statusLine = document.getElementById("status");
const errorLine = document.getElementById("error");

let composing = false;
let busy = false;

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

// The text lists the choices with numbers for channels without buttons; here they are buttons.
function withoutNumberedChoices(text, count) {
  if (!count) return text;
  const lines = text.split("\n");
  const tail = lines.slice(-count);
  return tail.every((line) => /^\d+\. /.test(line)) ? lines.slice(0, -count).join("\n").trim() : text;
}

function show(author, message) {
  const article = element("article", `message ${author}`);
  article.append(element("h2", "hidden", author === "customer" ? "あなた" : "案内"));
  const buttons = message.buttons || [];
  const text = withoutNumberedChoices(message.text || "", buttons.length);
  if (text) article.append(element("p", "", text));
  if (buttons.length) {
    const list = element("ul", "choices");
    for (const { title, payload } of buttons) {
      const button = element("button", "", title);
      button.type = "button";
      button.addEventListener("click", () => send({ choice_id: payload }, title));
      const item = element("li");
      item.append(button);
      list.append(item);
    }
    article.append(list);
  }
  log.append(article);
  article.scrollIntoView({ block: author === "customer" ? "end" : "nearest" });
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function post(body) {
  // The same id is answered once, so a lost answer may safely be asked for again.
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch("/chat/messages", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(String(response.status));
      return (await response.json()).messages;
    } catch (error) {
      if (attempt === 3) throw error;
      await new Promise((resolve) => setTimeout(resolve, 800 * attempt));
    }
  }
}

async function send(content, shown) {
  if (busy) return;
  busy = true;
  submit.disabled = true;
  errorLine.hidden = true;
  statusLine.textContent = "お調べしています…";
  show("customer", { text: shown });
  try {
    for (const message of await post({ client_message_id: newId(), ...content })) show("bot", message);
  } catch {
    errorLine.textContent = "送信できませんでした。接続を確かめて、もう一度送ってください。";
    errorLine.hidden = false;
    if (content.text && !input.value) input.value = content.text;
  } finally {
    busy = false;
    submit.disabled = false;
    statusLine.textContent = "";
    input.focus();
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value;
  if (busy || !text.trim()) return;
  input.value = "";
  send({ text }, text);
});

// Safari fires compositionend before the keydown of the confirming Enter (keyCode 229).
input.addEventListener("compositionstart", () => { composing = true; });
input.addEventListener("compositionend", () => { setTimeout(() => { composing = false; }, 0); });
input.addEventListener("keydown", (event) => {
  const confirming = event.isComposing || event.keyCode === 229 || composing;
  if (event.key !== "Enter" || event.shiftKey || confirming) return;
  event.preventDefault();
  form.requestSubmit();
});

async function restore() {
  try {
    const response = await fetch("/chat/messages");
    const { messages } = await response.json();
    // Earlier messages are not news: keep screen readers from reading them all out.
    log.setAttribute("aria-live", "off");
    for (const message of messages) show(message.author, message);
    setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
  } catch {
    errorLine.textContent = "これまでの会話を読み込めませんでした。";
    errorLine.hidden = false;
  }
  input.focus();
}

restore();
