// Texts with their entities.

const safe = (url) => (/^(https?|tg|mailto):/i.test(url) ? url : null);
const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote" };

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

function mark(chat, entity, text) {
  const link = (href) => el("a", { href: safe(href), target: "_blank", rel: "noopener noreferrer", title: href,
    click: isInvoice(href) && ((event) => { event.preventDefault(); chat.sheet.openLink(href); }) });
  switch (entity.type) {
    case "url": return link(/^[a-z]+:/i.test(text) ? text : `https://${text}`);
    case "text_link": return link(entity.url ?? "");
    case "mention": return link(`https://t.me/${text.slice(1)}`);
    case "bot_command": return el("a", { href: "#", "data-tap": text, click: (event) => { event.preventDefault(); chat.say(text); } });
    case "spoiler": return el("span", { class: "hides", ...acting((event) => event.currentTarget.classList.remove("hides")) });
    case "code": return el("code", { title: "Copy", click: () => chat.attempt(async () => { await copy(text); chat.toast("Copied"); }) });
    case "expandable_blockquote": return el("blockquote", { class: "folded", "data-entity": entity.type, ...acting((event) => event.currentTarget.classList.toggle("folded")) });
    default: return el(TAGS[entity.type] ?? "span", { "data-entity": entity.type });
  }
}

