// A page of a class: asks every few seconds whether something is new, sends forms without leaving, keeps what is typed.
// Law of this file: the page works without it; what somebody typed is never thrown away, neither by news nor by a
// network that is gone: a text keeps its id until the server has answered, so that it counts once.
"use strict";

const live = document.getElementById("live");
const lost = document.getElementById("lost");
const shelf = document.getElementById("unsent");
// So often a page asks (milliseconds); a little apart, so that thirty devices don't ask at once.
const EVERY = 3000 + Math.random() * 1000;
const SLOWEST = 15000;
// Answers that say why a text can't be taken; the page of the answer holds the text.
const REFUSED = [422, 429];
let wait = EVERY;
let sending = false;
let left = null;
let copies = 0;
// Texts that found no network, oldest first: where they go, what they carry.
const unsent = [];

function stamp() {
  return live.querySelector(".round")?.dataset.stamp ?? "";
}

// What a form does, so that it is found again on a page that was drawn anew.
function keyOf(form) {
  return form?.dataset.key ?? ["deed", "idea", "pile", "note"].map((name) => form?.elements[name]?.value ?? "").join("|");
}

function drafts() {
  const kept = new Map();
  for (const form of live.querySelectorAll("form.write")) {
    const field = form.querySelector("textarea");
    kept.set(form.dataset.key, { text: field.value, id: form.elements.id.value, topic: form.elements.topic?.value, at: field.selectionStart });
  }
  return kept;
}

function restore(kept, sent) {
  for (const form of live.querySelectorAll("form.write")) {
    const before = kept.get(form.dataset.key);
    const field = form.querySelector("textarea");
    if (!before) continue;
    if (form.elements.topic && before.topic) form.elements.topic.value = before.topic;
    if (form.dataset.key === sent || field.value === before.text) continue;
    // A text that was refused comes back in its field; what was begun meanwhile stands above it.
    field.value = [before.text, field.value].filter(Boolean).join("\n");
    form.elements.id.value = before.id;
    field.setSelectionRange(before.at, before.at);
  }
}

// Whoever works by keyboard stays where they were: on the same control of the form that does the same.
function place() {
  const at = document.activeElement;
  const form = at?.closest?.("#live form");
  return form ? { key: keyOf(form), tag: at.tagName, value: at.type === "radio" ? at.value : "" } : null;
}

function goTo(spot) {
  if (!spot) return;
  const form = [...live.querySelectorAll("form")].find((each) => keyOf(each) === spot.key);
  const found = form && [...form.querySelectorAll(spot.tag)].find((each) => !spot.value || each.value === spot.value);
  found?.focus({ preventScroll: true });
}

function show(text, sent) {
  if (document.activeElement?.closest?.("select")) return;
  const kept = drafts();
  const spot = place();
  live.innerHTML = text;
  restore(kept, sent);
  goTo(spot);
  begin();
}

function begin() {
  const shown = live.querySelector("time[data-left]");
  left = shown ? { field: shown, until: Date.now() + Number(shown.dataset.left) * 1000 } : null;
}

function tick() {
  if (!left) return;
  const seconds = Math.max(0, Math.ceil((left.until - Date.now()) / 1000));
  left.field.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  if (seconds === 0) {
    left = null;
    setTimeout(ask, 700);
  }
}

async function ask() {
  if (sending || (document.hidden && !unsent.length)) return;
  await retry();
  try {
    const between = live.dataset.news.includes("?") ? "&" : "?";
    const answer = await fetch(`${live.dataset.news}${between}seen=${encodeURIComponent(stamp())}`, { headers: { "x-fragment": "1" } });
    if (answer.status === 200) show(await answer.text());
    if (answer.ok) connected();
  } catch {
    disconnected();
  }
}

function connected() {
  wait = EVERY;
  lost.hidden = true;
}

function disconnected() {
  wait = Math.min(SLOWEST, wait * 1.5);
  lost.hidden = false;
}

function post(address, body) {
  return fetch(address, { method: "POST", body: new URLSearchParams(body), headers: { "x-fragment": "1" } });
}

async function send(event) {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.querySelector("[name=deed][value=delete]")) return;
  event.preventDefault();
  if (sending) return;
  sending = true;
  const body = [...new FormData(form)];
  try {
    const answer = await post(form.action, body);
    const text = await answer.text();
    if (answer.ok || REFUSED.includes(answer.status)) show(text, answer.ok ? form.dataset.key : undefined);
    connected();
  } catch {
    if (form.matches(".write")) lay(form, body);
    disconnected();
  } finally {
    sending = false;
  }
}

// Lays a text aside until there is a network, and makes room for the next one.
function lay(form, body) {
  unsent.push({ address: form.action, body });
  copies += 1;
  form.elements.id.value = `${form.elements.id.value}-${copies}`;
  form.querySelector("textarea").value = "";
  list();
}

async function retry() {
  while (unsent.length && !sending) {
    sending = true;
    try {
      const answer = await post(unsent[0].address, unsent[0].body);
      const text = await answer.text();
      if (answer.status >= 500) return;
      unsent.shift();
      if (answer.ok || REFUSED.includes(answer.status)) show(text);
      connected();
    } catch {
      disconnected();
      return;
    } finally {
      sending = false;
      list();
    }
  }
}

function list() {
  if (!shelf) return;
  shelf.hidden = !unsent.length;
  shelf.querySelector("ul").replaceChildren(
    ...unsent.map(({ body }) => {
      const item = document.createElement("li");
      item.dir = "auto";
      item.textContent = body.find(([name]) => name === "text")[1];
      return item;
    }),
  );
}

live.addEventListener("submit", send);
document.addEventListener("visibilitychange", ask);
window.addEventListener("online", ask);
setInterval(tick, 250);
begin();
(function again() {
  setTimeout(async () => {
    await ask();
    again();
  }, wait);
})();
