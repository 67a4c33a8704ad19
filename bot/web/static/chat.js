// The page works without this file. It sends without loading the page anew, keeps what could not be sent and tries again,
// looks for new messages, and tells screen readers. Law of this file: words are set as text, HTML comes from our server alone.
(() => {
  "use strict";
  const root = document.documentElement;
  const by = (id) => document.getElementById(id);
  const log = by("log"), rows = by("rows"), choices = by("choices"), composer = by("composer"), commands = by("commands");
  const input = by("text"), photo = by("photo"), place = by("place"), menu = by("menu");
  const notice = by("notice"), thinking = by("thinking"), announcer = by("announcer");
  const say = by("sentences").dataset;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const touch = matchMedia("(pointer: coarse)");
  // Milliseconds: how soon to look again while an answer is due, while somebody reads, and at most.
  const SOON = 1000, READING = 4000, SELDOM = 60000, THINKING_SHOWN = 500, ANNOUNCED = 10000;
  let last = Number(composer.elements.after.value);
  let met = !composer.elements.visit;
  let greeting = met ? null : log.querySelector('[data-id="0"]');
  let working = !thinking.hidden;
  let lost = false;
  let pause = READING;
  let timer = 0;
  let hush = 0;
  let line = Promise.resolve();

  root.classList.add("js");

  const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  function tell(sentence) {
    notice.textContent = sentence;
    notice.hidden = !sentence;
  }

  // Read out by screen readers, then emptied, so that nobody comes across it a second time.
  function announce(sentence) {
    announcer.textContent = sentence;
    clearTimeout(hush);
    hush = setTimeout(() => { announcer.textContent = ""; }, ANNOUNCED);
  }

  function own(text) {
    const item = document.createElement("li");
    item.className = "message echo waiting";
    const who = document.createElement("p");
    who.className = "who";
    who.textContent = `${say.yours}:`;
    const bubble = document.createElement("div");
    bubble.className = "bubble";
    const words = document.createElement("p");
    words.dir = "auto";
    words.textContent = text;
    bubble.append(words);
    item.append(who, bubble);
    log.append(item);
    return item;
  }

  function show(target) {
    target.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
  }

  // Takes a piece of page from our server: new messages, and what can be chosen now.
  function take(html, { focus = false } = {}) {
    const news = new DOMParser().parseFromString(html, "text/html").getElementById("news");
    if (!news) return;
    if (news.dataset.language !== root.dataset.language) {
      location.assign("/#latest");
      location.reload();
      return;
    }
    working = "working" in news.dataset;
    thinking.hidden = !working;
    const items = [...news.querySelectorAll(".message")].filter((item) => Number(item.dataset.id) > last);
    if (!items.length) return;
    last = Number(news.dataset.last);
    log.querySelectorAll(".waiting.taken").forEach((item) => item.remove());
    const waiting = log.querySelector(".waiting");
    items.forEach((item) => log.insertBefore(document.importNode(item, true), waiting));
    const added = items.map((item) => log.querySelector(`[data-id="${item.dataset.id}"]`));
    if (greeting) {
      // A stranger's page shows the greeting before it is kept; now it came as the first message of the transcript.
      greeting.remove();
      greeting = null;
      added.shift();
    }
    rows.replaceChildren(...[...news.querySelector("#rows").childNodes].map((node) => document.importNode(node, true)));
    pause = READING;
    const heard = added.filter((item) => !item.classList.contains("echo"));
    if (focus && heard.length) heard.at(-1).focus({ preventScroll: true });
    else announce(heard.map((item) => item.querySelector(".bubble").innerText).join("\n"));
    show(added[0]);
  }

  function unsent(item, again) {
    const row = document.createElement("div");
    row.className = "unsent";
    const sentence = document.createElement("span");
    sentence.textContent = say.notSent;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = say.retry;
    button.addEventListener("click", again);
    row.append(sentence, button);
    item.append(row);
    return row;
  }

  // Posts one action until the server has it; its id stays the same, so that it happens once however often it is posted.
  async function post(fields, item) {
    for (let delay = 2000; ; delay = Math.min(delay * 2, 30000)) {
      fields.set("after", String(last));
      try {
        const answer = await fetch("/say", { method: "POST", body: fields, headers: { "X-Fragment": "1" }, credentials: "same-origin" });
        if (lost) {
          lost = false;
          tell("");
          announce(say.back);
        }
        return answer;
      } catch {
        lost = true;
        tell(say.lost);
        let row;
        const pressed = new Promise((again) => { row = unsent(item, again); });
        await Promise.race([pressed, wait(delay), new Promise((again) => addEventListener("online", again, { once: true }))]);
        row.remove();
      }
    }
  }

  async function deliver(fields, item, back, focus) {
    const slow = setTimeout(() => { thinking.hidden = false; }, THINKING_SHOWN);
    choices.inert = true;
    try {
      const answer = await post(fields, item);
      const text = await answer.text();
      if (answer.redirected) return location.reload();
      if (answer.ok) {
        met = true;
        by("leave").hidden = false;
        item.classList.add("taken");
        tell("");
        take(text, { focus });
      } else {
        item.remove();
        tell(text);
        back();
      }
    } finally {
      clearTimeout(slow);
      thinking.hidden = !working;
      choices.inert = false;
      look(working ? SOON : pause);
    }
  }

  function send(entries, label, { back = () => {}, focus = false } = {}) {
    const fields = new FormData();
    fields.set("id", fresh());
    for (const name of ["visit", "start"]) {
      const field = composer.elements[name];
      if (field) fields.set(name, field.value);
    }
    for (const [name, value] of entries) fields.set(name, value);
    const item = own(label);
    show(item);
    // One after the other, so that they arrive in the order in which they were written.
    line = line.then(() => deliver(fields, item, back, focus));
  }

  async function poll() {
    if (!met || document.hidden) return look(pause);
    try {
      const answer = await fetch(`/messages?after=${last}`, { credentials: "same-origin" });
      if (answer.status === 200) take(await answer.text());
    } catch {
      // The next look will tell; only what somebody sent is worth an alarm.
    }
    pause = Math.min(pause * 1.5, SELDOM);
    look(working ? SOON : pause);
  }

  function look(milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(() => { line = line.then(poll); }, milliseconds);
  }

  function grow() {
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + 2}px`;
  }

  composer.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return input.focus();
    input.value = "";
    grow();
    input.focus();
    send([["text", text]], text, { back: () => { if (!input.value) input.value = text; grow(); } });
  });

  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || touch.matches) return;
    event.preventDefault();
    composer.requestSubmit();
  });
  input.addEventListener("input", grow);

  choices.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.submitter;
    if (button) send([["tap", button.value]], button.textContent.trim(), { focus: true });
  });

  commands.addEventListener("submit", (event) => {
    event.preventDefault();
    menu.open = false;
    const button = event.submitter;
    if (button) send([["command", button.value]], button.textContent.trim(), { focus: true });
  });

  photo.addEventListener("change", () => {
    const [file] = photo.files;
    if (!file) return;
    if (file.size > Number(photo.dataset.bytes)) {
      tell(say.tooBig);
    } else {
      const text = input.value.trim();
      input.value = "";
      grow();
      send([["photo", file], ["text", text]], [say.photo, text].filter(Boolean).join("\n"), { back: () => { input.value = text; grow(); } });
    }
    photo.value = "";
  });

  if ("geolocation" in navigator && window.isSecureContext) {
    place.hidden = false;
    place.addEventListener("click", () => {
      navigator.geolocation.getCurrentPosition(
        // Rounded to about 100 m before it leaves the device.
        ({ coords }) => send([["place", `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}`]], say.place),
        () => tell(say.noPlace),
        { maximumAge: 60000, timeout: 15000 },
      );
    });
  }

  // What lies under the open menu must not be hit by half.
  menu.addEventListener("toggle", () => { rows.inert = menu.open; });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("visibilitychange", () => {
    pause = READING;
    if (!document.hidden) look(0);
  });

  const newest = log.lastElementChild;
  if (newest && log.children.length > 1) (by("latest") || newest).scrollIntoView({ block: "start" });
  look(working ? SOON : READING);
})();
