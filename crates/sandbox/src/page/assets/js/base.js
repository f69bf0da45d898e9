"use strict";
// Chats are drawn from what the simulator shows. Everything is made node by node: a text never becomes markup.

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

/** Attributes of something that acts as a button without being one. */
const acting = (act) => ({
  role: "button", tabindex: "0", click: act,
  keydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); act(event); } },
});

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
const length = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** Kopecks as roubles; whole numbers all the way. */
function money(kopecks) {
  const plain = Math.abs(kopecks);
  const roubles = String(Math.trunc(plain / 100)).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
  return `${kopecks < 0 ? "−" : ""}${roubles}.${String(plain % 100).padStart(2, "0")}\u00a0₽`;
}

/** `1 d 2 h 15 min`. */
function span(seconds) {
  const parts = [[Math.floor(seconds / 86400), "d"], [Math.floor(seconds / 3600) % 24, "h"], [Math.floor(seconds / 60) % 60, "min"]];
  return parts.filter(([count]) => count).map(([count, unit]) => `${count} ${unit}`).join(" ");
}

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  throw new Error("This browser lets no page copy.");
}

