"use strict";
// Chats are drawn from what the simulator shows. Everything is made node by node: a text never becomes markup.

const SHOWN = 2; // phones side by side
const ACTION_MS = 5000; // Telegram lets an action fade after five seconds
const RETRY_MS = 2000;

const find = (root, name) => root.querySelector(`[data-${name}]`);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const visible = () => new Promise((resolve) => (document.hidden
  ? document.addEventListener("visibilitychange", () => resolve(visible()), { once: true }) : resolve()));

/** An element with attributes (functions listen) and children (strings become text nodes). */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

/** Asks the server; a refusal becomes an error with the server's words. */
async function call(path, options) {
  let answer, text;
  try {
    answer = await fetch(path, options);
    text = await answer.text();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The sandbox does not answer. Is it still running?");
  }
  let data = null;
  try { data = JSON.parse(text); } catch { /* Told below, as a text. */ }
  if (!answer.ok) throw new Error(data?.error || text || `HTTP ${answer.status}`);
  return data;
}
const post = (path, body) =>
  call(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = (seconds) => new Date(seconds * 1000).toLocaleDateString("en", { day: "numeric", month: "long" });
const size = (bytes) => (bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);
const fileUrl = (id) => `/file/${encodeURIComponent(id)}`;
const safe = (url) => (/^(https?|tg|mailto):/i.test(url) ? url : null);

/** Puts the text with its entities, which count in UTF-16 units as JavaScript does, into `parent`. */
function styled(chat, parent, text, entities) {
  const rest = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const put = (into, from, to) => {
    let at = from;
    while (rest.length && rest[0].offset < to) {
      const entity = rest.shift();
      const start = Math.max(entity.offset, at), end = Math.min(entity.offset + entity.length, to);
      if (start >= end) continue;
      const node = mark(chat, entity, text.slice(start, end));
      const block = node.matches("pre, blockquote"); // It breaks the line itself, so the line breaks around it are left out.
      into.append(block ? text.slice(at, start).replace(/\n$/, "") : text.slice(at, start), node);
      put(node, start, end);
      at = block && text[end] === "\n" ? end + 1 : end;
    }
    into.append(text.slice(at, to));
  };
  put(parent, 0, text.length);
  return parent;
}

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote" };

function mark(chat, entity, text) {
  const link = (href) => el("a", { href: safe(href), target: "_blank", rel: "noopener noreferrer", title: href });
  switch (entity.type) {
    case "url": return link(/^[a-z]+:/i.test(text) ? text : `https://${text}`);
    case "text_link": return link(entity.url ?? "");
    case "bot_command": return el("a", { href: "#", click: (event) => { event.preventDefault(); chat.say(text); } });
    case "spoiler": return el("span", { class: "hides", click: (event) => event.currentTarget.classList.remove("hides") });
    default: return el(TAGS[entity.type] ?? "span", { "data-entity": entity.type });
  }
}

/** One file of a message. */
function picture(message) {
  const file = message.media, url = fileUrl(file.file_id), kind = file.kind;
  const sides = file.width && file.height ? { width: file.width, height: file.height } : {};
  const cover = message.has_spoiler ? {
    class: "covered",
    click: (event) => {
      if (event.currentTarget.classList.contains("covered")) { event.preventDefault(); event.currentTarget.classList.remove("covered"); }
    },
  } : {};
  if (kind === "photo" || file.media_type === "image/gif" && kind === "animation") {
    return el("a", { href: url, target: "_blank", ...cover }, el("img", { src: url, alt: "", ...sides }));
  }
  if (kind === "video") return el("video", { src: url, controls: true, preload: "metadata", ...sides, ...cover });
  if (kind === "animation") return el("video", { src: url, autoplay: true, loop: true, muted: true, ...sides, ...cover });
  if (kind === "audio" || kind === "voice") {
    const title = kind === "voice" ? "Voice message" : file.title ?? file.file_name ?? "Audio";
    return el("div", { class: "sound" }, el("b", {}, title), file.performer && el("small", {}, file.performer),
      el("audio", { src: url, controls: true, preload: "metadata" }));
  }
  const name = file.file_name ?? "file";
  return el("a", { class: "paper", href: url, download: name }, el("i", {}, name.split(".").pop().slice(0, 4)),
    el("span", {}, name, el("br"), el("small", {}, size(file.bytes))));
}

/** A message, or the messages of an album as one. */
function bubble(chat, messages) {
  const [message] = messages;
  const worded = messages.find((each) => each.text) ?? message;
  const bot = message.from === null;
  if (message.payment) {
    const returned = message.kind === "refunded_payment";
    return el("div", { class: "note", "data-message": message.message_id, "data-kind": message.kind },
      `${returned ? "Returned" : "Paid"}: ⭐ ${message.payment.total_amount}`);
  }
  const seen = messages.some((each) => ["photo", "video", "animation"].includes(each.kind));
  const keyed = message.keyboard.length > 0;
  const box = el("article", {
    class: `message ${keyed ? "keyed" : ""} ${seen || message.media && !worded.text ? "filmed" : ""}`,
    "data-message": message.message_id, "data-from": bot ? "bot" : "user", "data-kind": message.kind, "data-edits": message.edits,
    "data-album": message.media_group_id, "data-count": messages.length,
  });
  const body = el("div", { class: "bubble" });
  const quoted = message.reply_to && chat.messages.find((each) => each.message_id === message.reply_to);
  if (quoted) body.append(el("span", { class: "quoted" }, quoted.text || quoted.kind));
  if (message.media) {
    body.append(el("div", { class: seen ? `media ${messages.length > 1 ? "two" : ""}` : "" }, ...messages.map(picture)));
  }
  if (message.invoice) {
    body.append(el("div", { class: "bill" }, el("b", {}, message.invoice.title), message.invoice.description));
  }
  const meta = el("span", { class: "meta" }, `${message.edits && !keyed ? "edited " : ""}${clock(worded.date)}`);
  if (worded.text || !seen) body.append(el("div", { class: "words", "data-text": true }, styled(chat, el("span"), worded.text, worded.entities), meta));
  else body.classList.add("bare"), body.append(meta);
  box.append(body, ...message.keyboard.map((row) => el("div", { class: "row" }, ...row.map((button) => key(chat, message, button)))));
  return box;
}

function key(chat, message, button) {
  const common = { type: "button", "data-style": button.style };
  const url = button.url ?? button.web_app;
  if (url) return el("a", { href: safe(url), target: "_blank", rel: "noopener noreferrer", title: url, "data-url": url, ...common, type: null }, button.label);
  if (button.copy_text) {
    const copy = () => chat.attempt(async () => { await navigator.clipboard.writeText(button.copy_text); chat.toast("Copied"); });
    return el("button", { ...common, "data-copy": button.copy_text, click: copy }, button.label);
  }
  if (button.pay) {
    const pay = () => chat.attempt(() => post(`${chat.path}/pay`, { message_id: message.message_id }));
    return el("button", { ...common, "data-pay": true, click: pay }, button.label);
  }
  const press = (event) => chat.press(event.currentTarget, message.message_id, button.data);
  return el("button", { ...common, "data-press": button.data, click: press }, button.label);
}

/** One user's phone. */
class Chat {
  constructor(user) {
    this.path = `/api/chat/${user.id}`;
    this.version = "";
    this.messages = [];
    this.drawn = new Map(); // key -> { print, node }
    this.waiting = new Map(); // callback query -> button
    this.told = null; // answers already shown; null before the first look
    this.stop = new AbortController();
    this.root = document.getElementById("chat").content.firstElementChild.cloneNode(true);
    this.root.dataset.chat = user.id;
    this.resting = [user.language, `chat ${user.id}`].filter(Boolean).join(" · ");
    this.part = (name) => find(this.root, name);
    this.part("name").textContent = user.name;
    this.part("face").textContent = [...user.name][0] ?? "?";
    this.part("action").textContent = this.resting;
    this.listen();
    this.poll();
  }

  listen() {
    const input = this.part("input");
    this.part("bar").addEventListener("submit", (event) => { event.preventDefault(); this.say(input.value, true); });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.say(input.value, true); }
    });
    this.part("start").addEventListener("click", () => this.say("/start"));
    this.part("photo").addEventListener("change", (event) => this.send([...event.target.files]));
    this.part("menu").addEventListener("click", () => { const list = this.part("menu-list"); list.hidden = !list.hidden; });
    this.part("error").addEventListener("click", () => this.fail(null));
  }

  async poll() {
    while (!this.stop.signal.aborted) {
      await visible();
      try {
        this.show(await call(`${this.path}?since=${this.version}`, { signal: this.stop.signal }));
        if (this.lost) this.fail(null);
        this.lost = false;
      } catch (error) {
        if (this.stop.signal.aborted) return;
        this.lost = true;
        this.fail(error.message);
        await pause(RETRY_MS);
      }
    }
  }

  show(chat) {
    if (chat.version === this.version) return;
    Object.assign(this, { version: chat.version, messages: chat.messages });
    this.draw();
    this.act(chat.action);
    this.answers(chat.answers);
    const commands = chat.commands.map(({ command, description }) => el("button",
      { type: "button", "data-command": `/${command}`, click: () => this.say(`/${command}`) }, el("b", {}, `/${command}`), el("small", {}, description)));
    this.part("menu-list").replaceChildren(...commands);
    this.part("menu").hidden = !commands.length;
    this.part("start").hidden = this.messages.length > 0;
    this.part("bar").hidden = !this.messages.length;
  }

  /** Draws what changed; a node whose message did not change stays, so a film plays on. */
  draw() {
    const items = [];
    let date = null;
    for (const message of this.messages) {
      if (day(message.date) !== date) items.push([`day ${date = day(message.date)}`, null]);
      const last = items.at(-1);
      if (message.media_group_id && last[1]?.[0].media_group_id === message.media_group_id) last[1].push(message);
      else items.push([`message ${message.message_id}`, [message]]);
    }
    const drawn = new Map();
    const nodes = items.map(([name, messages]) => {
      const print = JSON.stringify(messages);
      const old = this.drawn.get(name);
      const node = old?.print === print ? old.node : messages ? bubble(this, messages) : el("div", { class: "note" }, name.slice(4));
      drawn.set(name, { print, node });
      return node;
    });
    const list = this.part("messages");
    for (const [name, { node }] of this.drawn) if (drawn.get(name)?.node !== node) node.remove();
    nodes.forEach((node, place) => { if (list.children[place] !== node) list.insertBefore(node, list.children[place] ?? null); });
    this.drawn = drawn;
  }

  act(action) {
    const line = this.part("action");
    const mark = action && `${action.action} ${action.since}`;
    if (mark === this.acted) return;
    this.acted = mark;
    clearTimeout(this.fading);
    const rest = () => { line.textContent = this.resting; line.className = ""; };
    if (!action) return rest();
    line.textContent = `bot is ${action.action.replace("upload_", "sending ").replace("record_", "recording ").replace("_", " ")}…`;
    line.className = "busy";
    this.fading = setTimeout(rest, ACTION_MS);
  }

  answers(answers) {
    for (const answer of answers) {
      this.waiting.get(answer.callback_query_id)?.classList.remove("waits");
      this.waiting.delete(answer.callback_query_id);
      if (!this.told || this.told.has(answer.callback_query_id) || !answer.text) continue;
      if (!answer.show_alert) this.toast(answer.text);
      else {
        this.part("alert").firstElementChild.textContent = answer.text;
        if (!this.part("alert").open) this.part("alert").show();
      }
    }
    this.told = new Set(answers.map((answer) => answer.callback_query_id));
  }

  async attempt(step) {
    try { await step(); this.fail(null); return true; } catch (error) { this.fail(error.message); return false; }
  }

  /** Sends a text; what was typed is kept until it is sent. */
  async say(text, typed = false) {
    if (!text.trim()) return;
    this.part("menu-list").hidden = true;
    const sent = await this.attempt(() => post(`${this.path}/text`, { text }));
    if (sent && typed) this.part("input").value = "";
    this.root.querySelector(".scroll").scrollTop = 0;
  }

  /** Sends photos, several as an album; what was typed is the caption of the first. */
  async send(files) {
    const input = this.part("input");
    const album = files.length > 1 ? `page-${Date.now()}` : "";
    await this.attempt(async () => {
      for (const file of files) {
        const query = new URLSearchParams({ caption: input.value.trim(), album });
        await call(`${this.path}/photo?${query}`, { method: "POST", headers: { "content-type": "application/octet-stream" }, body: file });
        input.value = "";
      }
    });
    this.part("photo").value = "";
  }

  press(button, message_id, data) {
    button.classList.add("waits");
    this.attempt(async () => {
      const { callback_query_id: id } = await post(`${this.path}/press`, { message_id, data });
      if (this.told?.has(id)) button.classList.remove("waits");
      else this.waiting.set(id, button);
    }).then((pressed) => { if (!pressed) button.classList.remove("waits"); });
  }

  toast(text) {
    const toast = this.part("toast");
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(this.toasting);
    this.toasting = setTimeout(() => { toast.hidden = true; }, 4000);
  }

  /** Shows what went wrong, `null` takes it away. */
  fail(text) {
    this.part("error").hidden = !text;
    this.part("error").textContent = text ?? "";
  }
}

// The newest choice stands in front on a narrow screen; the other one stands beside it on a wide screen.
const chats = new Map();
let users = [];

function choose(user) {
  if (!chats.has(user.id)) {
    chats.set(user.id, new Chat(user));
    if (chats.size > SHOWN) {
      const [id, chat] = [...chats].find(([, each]) => !each.root.classList.contains("front"));
      chat.stop.abort();
      chat.root.remove();
      chats.delete(id);
    }
  }
  const order = users.map((each) => chats.get(each.id)?.root).filter(Boolean);
  const main = find(document, "chats");
  order.forEach((root, place) => { if (main.children[place] !== root) main.insertBefore(root, main.children[place] ?? null); });
  for (const [id, chat] of chats) chat.root.classList.toggle("front", id === user.id);
  for (const tab of find(document, "tabs").children) tab.setAttribute("aria-pressed", tab.dataset.tab === String(user.id));
}

function status(now) {
  for (const name of ["credits", "running", "done", "failed"]) find(document, name).textContent = now[name];
  for (const [name, on] of Object.entries(now.switches)) document.querySelector(`[data-switch=${name}]`).setAttribute("aria-pressed", on);
  const wrong = find(document, "violations");
  wrong.hidden = !now.violations.length;
  wrong.textContent = `⚠ ${now.violations.length} wrong calls`;
  wrong.title = now.violations.join("\n");
  if (JSON.stringify(users) === JSON.stringify(now.users)) return;
  users = now.users;
  const tab = (user) => el("button", { type: "button", "data-tab": user.id, click: () => choose(user) }, [user.name, user.language].filter(Boolean).join(" · "));
  find(document, "tabs").replaceChildren(...users.map(tab));
  find(document, "tabs").classList.toggle("few", users.length <= SHOWN);
  if (!chats.size) users.slice(0, SHOWN).reverse().forEach(choose);
  else choose(users.find((user) => chats.get(user.id)?.root.classList.contains("front")) ?? users[0]);
}

for (const button of document.querySelectorAll("[data-switch]")) {
  button.addEventListener("click", async () => {
    try { status(await post(`/api/switch/${button.dataset.switch}`, { on: button.getAttribute("aria-pressed") !== "true" })); } catch { /* The chats tell it. */ }
  });
}

(async () => {
  for (;;) {
    await visible();
    try { status(await call("/api/status")); } catch { find(document, "credits").textContent = "offline"; }
    await pause(RETRY_MS);
  }
})();
