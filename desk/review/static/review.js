// The review pages: facts are added and moved, sources picked, answers shown before they are
// saved, and nothing typed is lost by leaving. Without this script everything works by forms.
import { complain, parsed } from "./desk.js";

const form = document.getElementById("record");
const csrf = document.body.dataset.csrf;

/** Fetch a part of a page. */
async function part(address, options = {}) {
  const headers = { "X-Requested-With": "desk", "X-CSRF-Token": csrf, ...options.headers };
  const response = await fetch(address, { ...options, headers });
  if (response.status === 401) throw new Error("ログアウトしています。別のタブでログインし直してから、もう一度お試しください。");
  return response;
}

// --- nothing typed is lost ------------------------------------------------------------------
let dirty = form?.dataset.dirty !== undefined;
if (form) {
  form.addEventListener("input", () => (dirty = true));
  form.addEventListener("submit", () => (dirty = false));
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
}

// --- facts ----------------------------------------------------------------------------------
const facts = document.getElementById("facts");
if (facts && form && !form.querySelector("fieldset.all").disabled) {
  const blank = document.getElementById("blank-fact");
  const add = document.getElementById("add-fact");
  let next = facts.children.length;

  const renumber = () => {
    [...facts.children].forEach((fact, index) => {
      fact.querySelector("[data-place]").value = index;
      fact.querySelector("h3").textContent = `事実 ${index + 1}`;
      fact.querySelector(".fact-tools").hidden = false;
    });
  };
  add.hidden = false;
  add.addEventListener("click", () => {
    const fact = blank.content.firstElementChild.cloneNode(true);
    const number = next++;
    for (const one of fact.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
      for (const name of ["name", "id", "for", "aria-describedby"]) {
        const value = one.getAttribute(name);
        if (value) one.setAttribute(name, value.replaceAll("facts.N.", `facts.${number}.`).replaceAll("facts-N-", `facts-${number}-`));
      }
    }
    facts.append(fact);
    renumber();
    prepareCites(fact);
    dirty = true;
    fact.querySelector("select, textarea").focus();
  });
  facts.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const fact = button?.closest("[data-fact]");
    if (!fact) return;
    if (button.dataset.drop !== undefined) {
      const neighbour = fact.nextElementSibling ?? fact.previousElementSibling;
      fact.remove();
      renumber();
      dirty = true;
      (neighbour?.querySelector("textarea") ?? add).focus();
    } else if (button.dataset.move) {
      const other = button.dataset.move === "-1" ? fact.previousElementSibling : fact.nextElementSibling;
      if (!other) return;
      button.dataset.move === "-1" ? other.before(fact) : other.after(fact);
      renumber();
      dirty = true;
      button.focus();
    }
  });
  renumber();
}

// --- sources --------------------------------------------------------------------------------
const picker = document.getElementById("picker");
let picking;

function cited(box) {
  const field = box.querySelector("textarea");
  const list = box.querySelector("ul");
  const known = new Map([...list.children].map((one) => [one.dataset.cite, one.querySelector("span").textContent]));
  const names = field.value.split("\n").map((one) => one.trim()).filter(Boolean);
  list.replaceChildren(
    ...names.map((cite) => {
      const item = document.createElement("li");
      item.dataset.cite = cite;
      const label = document.createElement("span");
      label.textContent = box.labels?.get(cite) ?? known.get(cite) ?? cite;
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "quiet small";
      drop.textContent = "外す";
      drop.setAttribute("aria-label", `外す：${label.textContent}`);
      drop.addEventListener("click", () => {
        field.value = names.filter((one) => one !== cite).join("\n");
        dirty = true;
        cited(box);
        box.querySelector("[data-pick]").focus();
      });
      item.append(label, drop);
      return item;
    }),
  );
}

function prepareCites(root) {
  for (const box of root.querySelectorAll("[data-cites]")) {
    box.labels = new Map();
    const pick = box.querySelector("[data-pick]");
    const field = box.querySelector("textarea");
    pick.hidden = false;
    field.addEventListener("change", () => cited(box));
    cited(box);
    pick.addEventListener("click", () => {
      picking = box;
      picker.showModal();
      document.getElementById("picker-q").focus();
      void search();
    });
  }
}

async function search() {
  const query = document.getElementById("picker-q").value;
  const found = document.getElementById("picker-found");
  try {
    const response = await part(`/desk/knowledge/citations?q=${encodeURIComponent(query)}`);
    found.replaceChildren(...parsed(await response.text()).childNodes);
  } catch (error) {
    found.textContent = error.message;
  }
}

if (picker && form && !form.querySelector("fieldset.all").disabled) {
  prepareCites(form);
  let waiting;
  document.getElementById("picker-q").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 250);
  });
  document.getElementById("picker-form").addEventListener("submit", (event) => {
    event.preventDefault();
    void search();
  });
  document.getElementById("picker-close").addEventListener("click", () => picker.close());
  document.getElementById("picker-found").addEventListener("click", (event) => {
    const button = event.target.closest("button[data-cite]");
    if (!button) return;
    const field = picking.querySelector("textarea");
    picking.labels.set(button.dataset.cite, button.dataset.label);
    field.value = [...new Set([...field.value.split("\n").filter(Boolean), button.dataset.cite])].join("\n");
    dirty = true;
    cited(picking);
    picker.close();
    picking.querySelector("[data-pick]").focus();
  });
}

// --- a file that is too large is refused before it is sent ------------------------------------
for (const input of document.querySelectorAll("input[type=file][data-longest]")) {
  input.addEventListener("change", () => {
    const size = input.files[0]?.size ?? 0;
    input.setCustomValidity(size > Number(input.dataset.longest) ? input.dataset.tooLarge : "");
    input.reportValidity();
  });
}

// --- answers before they are saved ----------------------------------------------------------
const preview = document.getElementById("preview");
if (preview) {
  preview.hidden = false;
  preview.addEventListener("click", async () => {
    const faces = document.getElementById("faces");
    preview.setAttribute("aria-busy", "true");
    faces.textContent = "答えを作っています…";
    try {
      const body = new URLSearchParams(new FormData(form));
      const response = await part(`/desk/knowledge/preview/${form.dataset.kind}`, { method: "POST", body });
      faces.replaceChildren(...parsed(await response.text()).childNodes);
    } catch (error) {
      faces.textContent = error.message;
    }
    preview.removeAttribute("aria-busy");
    faces.scrollIntoView({ block: "nearest" });
  });
}

// --- how far a preparation is ---------------------------------------------------------------
const candidate = document.getElementById("candidate");
async function look() {
  try {
    const response = await part(candidate.dataset.poll);
    const { over, step, html } = await response.json();
    if (over) {
      candidate.replaceChildren(...parsed(html).childNodes);
      return;
    }
    const shown = candidate.querySelector("#step");
    if (shown.lastChild.textContent !== step) shown.lastChild.textContent = step;
    complain("");
  } catch (error) {
    complain(error.message);
  }
  setTimeout(look, 1500);
}
if (candidate?.dataset.poll) setTimeout(look, 800);
for (const select of document.querySelectorAll("form[data-filters] select")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
