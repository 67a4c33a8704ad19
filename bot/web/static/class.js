// A page of a class: asks every few seconds whether something is new, sends forms without leaving, keeps what is typed.
// Law of this file: the page works without it; what somebody typed is never thrown away by news.
"use strict";

const live = document.getElementById("live");
const lost = document.getElementById("lost");
// So often a page asks (milliseconds); a little apart, so that thirty devices don't ask at once.
const EVERY = 3000 + Math.random() * 1000;
const SLOWEST = 15000;
let wait = EVERY;
let sending = false;
let left = null;

function stamp() {
  return live.querySelector(".round")?.dataset.stamp ?? "";
}

function drafts() {
  const kept = new Map();
  for (const form of live.querySelectorAll("form.write")) {
    const field = form.querySelector("textarea");
    kept.set(form.dataset.key, { text: field.value, id: form.elements.id.value, focused: field === document.activeElement, at: field.selectionStart });
  }
  return kept;
}

function restore(kept, sent) {
  for (const form of live.querySelectorAll("form.write")) {
    const before = kept.get(form.dataset.key);
    const field = form.querySelector("textarea");
    if (!before || form.dataset.key === sent || field.value) continue;
    field.value = before.text;
    form.elements.id.value = before.id;
    if (before.focused) {
      field.focus({ preventScroll: true });
      field.setSelectionRange(before.at, before.at);
    }
  }
}

function show(text, sent) {
  const kept = drafts();
  const open = document.activeElement?.closest?.("select");
  if (open) return;
  live.innerHTML = text;
  restore(kept, sent);
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
  if (sending || document.hidden) return;
  try {
    const answer = await fetch(`${live.dataset.news}?seen=${encodeURIComponent(stamp())}`, { headers: { "x-fragment": "1" } });
    if (answer.status === 200) show(await answer.text());
    if (answer.ok) connected();
  } catch {
    wait = Math.min(SLOWEST, wait * 1.5);
    lost.hidden = false;
  }
}

function connected() {
  wait = EVERY;
  lost.hidden = true;
}

async function send(event) {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.querySelector("[name=deed][value=delete]")) return;
  event.preventDefault();
  if (sending) return;
  sending = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "x-fragment": "1" } });
    const text = await answer.text();
    if (answer.ok || answer.status === 422 || answer.status === 429) show(text, answer.ok ? form.dataset.key : undefined);
    connected();
  } catch {
    lost.hidden = false;
  } finally {
    sending = false;
  }
}

live.addEventListener("submit", send);
document.addEventListener("visibilitychange", ask);
setInterval(tick, 250);
begin();
(function again() {
  setTimeout(async () => { await ask(); again(); }, wait);
})();
