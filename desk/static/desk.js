// The desk. Law of this file: a page works without it; what it does by keys a form on the page does as well. Keys of one
// letter can be switched off (WCAG 2.1.4), and are silent while somebody writes.
"use strict";

const shortcuts = document.body.hasAttribute("data-shortcuts");
const list = document.querySelector(".items");
const live = document.getElementById("live");
const deeds = [];

// A menu closes when the reader turns away from it.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.me[open]")) {
    if (!except || !menu.contains(except)) menu.open = false;
  }
}
document.addEventListener("click", (event) => closeMenus(event.target));

function isWriting(target) {
  return target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
}

// On a narrow page the areas lie side by side: the one that is open is in sight.
const area = document.querySelector(".tabs [aria-current]");
if (area) area.parentElement.scrollLeft = area.offsetLeft - area.parentElement.offsetLeft - area.parentElement.clientWidth / 3;

// --- The list ---------------------------------------------------------------------------------------------------

function rows() { return [...list.querySelectorAll(".item")]; }
function current() { return document.activeElement?.closest(".item") ?? list.querySelector(".item.here"); }

function go(row) {
  if (!row) return;
  for (const other of list.querySelectorAll(".item.here")) other.classList.remove("here");
  row.classList.add("here");
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  const at = all.indexOf(current());
  if (at < 0) return go(all[0]);
  if (by > 0 && at === all.length - 1) return document.querySelector("nav.pages [rel=next]")?.focus();
  go(all[Math.max(0, at + by)]);
}

// Change one row and put what comes back in its place; then on to the next that is still open.
async function act(row, fields) {
  const body = new URLSearchParams({ form_token: list.dataset.token, version: row.dataset.version, ...fields });
  const answer = await fetch(`${list.dataset.root}/beitrag/${row.dataset.number}`, {
    method: "POST", body, headers: { "X-Fragment": "item" },
  });
  const made = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = made.querySelector(".item");
  if (!fresh) return tell(made.querySelector("main p")?.textContent ?? made.body.textContent, null);
  row.replaceWith(fresh);
  if (!answer.ok) return go(fresh);
  deeds.push({ batch: answer.headers.get("X-Batch"), number: row.dataset.number });
  tell(fresh.querySelector(".head").lastElementChild.textContent, row.dataset.number);
  go(fields.deed === "decide" ? fresh.nextElementSibling ?? fresh : fresh);
}

function tell(text, number) {
  live.className = "toast note";
  live.textContent = number ? `${number}: ${text}` : text;
}

async function undo() {
  const last = deeds.pop();
  if (!last) return document.querySelector("[data-act=undo]")?.click();
  const body = new URLSearchParams({ form_token: list.dataset.token });
  const answer = await fetch(`${list.dataset.root}/rueckgaengig/${last.batch}`, {
    method: "POST", body, headers: { "X-Fragment": "item" },
  });
  const made = new DOMParser().parseFromString(await answer.text(), "text/html");
  tell(made.body.textContent.trim(), null);
  const row = document.getElementById(last.number);
  if (row) await refresh(row);
}

async function refresh(row) {
  const answer = await fetch(`${list.dataset.root}/beitrag/${row.dataset.number}/zeile`);
  const made = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = made.querySelector(".item");
  row.replaceWith(fresh);
  go(fresh);
}

// --- Menus that are answered by one digit --------------------------------------------------------------------------

let asking = null;
function ask(name, fields) {
  const row = current();
  const menu = document.getElementById(`menu-${name}`);
  if (!row || !menu) return;
  asking = { row, fields };
  menu.showModal();
}
for (const menu of document.querySelectorAll("dialog.menu")) {
  menu.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    menu.close();
    if (button.dataset.name) act(asking.row, { ...asking.fields, [button.dataset.name]: button.dataset.value });
    else go(asking.row);
  });
  menu.addEventListener("keydown", (event) => {
    const button = menu.querySelectorAll("button[data-name]")[Number(event.key) - 1];
    if (event.key >= "1" && event.key <= "9" && button) { event.preventDefault(); button.click(); }
  });
  menu.addEventListener("cancel", () => asking && setTimeout(() => go(asking.row)));
}

const ON_LIST = {
  j: () => step(1),
  k: () => step(-1),
  r: () => current() && act(current(), { deed: "decide", status: "released" }),
  x: () => ask("reject", { deed: "decide", status: "rejected" }),
  f: () => ask("field", { deed: "tag" }),
  a: () => ask("kind", { deed: "tag" }),
  m: () => current()?.querySelector(".pick input")?.click(),
  o: () => current()?.querySelector("a.number")?.click(),
  Enter: () => current()?.querySelector("a.number")?.click(),
  z: () => undo(),
};

// --- One contribution: a key goes to what carries it ------------------------------------------------------------------

function press(key) {
  const found = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!found) return false;
  if (found.matches("button[value=rejected]") && !document.getElementById("reason").value && !document.getElementById("template").value) {
    document.getElementById("template").focus();
  } else if (found.matches("select, textarea, input")) found.focus();
  else found.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details.me[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    else if (isWriting(event.target) && !document.querySelector("dialog[open]")) event.target.blur();
    return;
  }
  if (!shortcuts || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "/") { event.preventDefault(); return document.getElementById("search")?.focus(); }
  if (event.key === "?") return document.querySelector(".me .panel a[href$='/tasten']")?.click();
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  const done = list && Object.hasOwn(ON_LIST, event.key) ? (ON_LIST[event.key](), true) : press(event.key);
  if (done) event.preventDefault();
});

if (list) {
  // Buttons of a row do without a new page what their form would do with one.
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act=release]");
    if (!button) return;
    event.preventDefault();
    act(button.closest(".item"), { deed: "decide", status: "released" });
  });
  if (shortcuts && !location.hash && rows().length) go(rows()[0]);
}

// A chosen template stands in the reason, to be changed.
for (const select of document.querySelectorAll("select#template")) {
  select.addEventListener("change", () => { document.getElementById("reason").value = ""; });
}

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());

// What goes out to many is sent once, however often its button is pressed. (The button's own value is still read now.)
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => setTimeout(() => { for (const button of form.querySelectorAll("button")) button.disabled = true; }));
  window.addEventListener("pageshow", () => { for (const button of form.querySelectorAll("button")) button.disabled = false; });
}
