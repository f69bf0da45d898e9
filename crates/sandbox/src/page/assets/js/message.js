// Messages, albums and keyboards.

/** A message, or the messages of an album as one. */
function bubble(chat, messages) {
  const [message] = messages;
  const worded = messages.find((each) => each.text) ?? message;
  const bot = message.from === null;
  if (message.payment) return paymentNote(chat, message);
  const seen = messages.some((each) => SEEN.includes(each.kind));
  const keyed = message.keyboard.length > 0;
  const box = el("article", {
    class: `message ${keyed ? "keyed" : ""} ${seen ? "filmed" : ""}`,
    "data-message": message.message_id, "data-from": bot ? "bot" : "user", "data-kind": message.kind, "data-edits": message.edits,
    "data-album": message.media_group_id, "data-count": messages.length,
  });
  const body = el("div", { class: "bubble" });
  const quoted = message.reply_to && chat.messages.find((each) => each.message_id === message.reply_to);
  if (quoted) body.append(el("span", { class: "quoted" }, quoted.text || quoted.kind));
  if (message.media) {
    body.append(el("div", { class: seen ? `media ${messages.length > 1 ? "many" : ""}` : "" }, ...messages.map(picture)));
  }
  if (message.invoice) {
    body.append(el("div", { class: "bill" }, el("b", {}, message.invoice.title), message.invoice.description));
  }
  const meta = el("span", { class: "meta" }, `${message.edits && !keyed ? "edited " : ""}${clock(worded.date)}`);
  const bare = !worded.text && (seen || message.kind === "sticker");
  if (bare) body.classList.add("bare"), body.append(meta);
  else body.append(el("div", { class: "words", "data-text": true }, styled(chat, el("span"), worded.text, worded.entities), meta));
  if (!bot && worded.kind === "text") {
    const change = () => chat.composer.change(worded);
    box.append(el("button", { type: "button", class: "pencil", "data-edit": true, "aria-label": "Edit this message", title: "Edit", click: change }, "✎"));
  }
  box.append(body, ...message.keyboard.map((row) => el("div", { class: "row" }, ...row.map((button) => key(chat, message, button)))));
  return box;
}

function key(chat, message, button) {
  const common = { type: "button", "data-style": button.style };
  const url = button.url ?? button.web_app;
  if (isInvoice(url)) return el("button", { ...common, "data-url": url, "data-invoice": true, click: () => chat.sheet.openLink(url) }, button.label);
  if (url) return el("a", { href: safe(url), target: "_blank", rel: "noopener noreferrer", title: url, "data-url": url, ...common, type: null }, button.label);
  if (button.copy_text) {
    const put = () => chat.attempt(async () => { await copy(button.copy_text); chat.toast("Copied"); });
    return el("button", { ...common, "data-copy": button.copy_text, title: button.copy_text, click: put }, button.label);
  }
  if (button.pay) {
    const pay = () => chat.sheet.open(message.invoice, { message_id: message.message_id });
    return el("button", { ...common, "data-pay": true, click: pay }, button.label);
  }
  const press = (event) => chat.press(event.currentTarget, message.message_id, button.data);
  return el("button", { ...common, "data-press": button.data, click: press }, button.label);
}

