// What a user writes and attaches.

const ATTACHED = [
  ["photo", "🖼", "Photos", "image/*", true],
  ["video", "🎬", "Videos", "video/mp4,video/*", true],
  ["audio", "🎵", "Audio", "audio/*", false],
  ["voice", "🎙", "Voice message, from a file", "audio/ogg,audio/mpeg,audio/mp4,.oga,.ogg,.mp3,.m4a", false],
  ["document", "📄", "Files", "", true],
];
const STICKERS = ["👍", "❤️", "🔥", "😂", "😮", "🙏", "🎉"];

class Composer {
  constructor(chat) {
    this.chat = chat;
    this.part = chat.part;
    this.changing = null; // the message that is being changed
    this.attachments();
    this.listen();
  }

  listen() {
    const input = this.part("input");
    this.part("bar").addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); this.submit(); }
      if (event.key === "ArrowUp" && !input.value) {
        const own = this.chat.messages.filter((each) => each.from !== null && each.kind === "text").at(-1);
        if (own) { event.preventDefault(); this.change(own); }
      }
    });
    this.chat.root.addEventListener("keydown", (event) => { if (event.key === "Escape") { this.fold(); this.change(null); this.chat.sheet.close(); } });
    this.part("start").addEventListener("click", () => this.chat.say("/start"));
    this.part("menu").addEventListener("click", () => this.toggle("menu-list"));
    this.part("clip").addEventListener("click", () => this.toggle("attach-list"));
    this.part("changing-end").addEventListener("click", () => this.change(null));
    input.addEventListener("paste", (event) => this.take(event, event.clipboardData));
    const phone = this.chat.root.querySelector(".phone");
    const over = (on) => (event) => { event.preventDefault(); phone.classList.toggle("dropping", on); };
    phone.addEventListener("dragover", over(true));
    phone.addEventListener("dragleave", over(false));
    phone.addEventListener("drop", (event) => { over(false)(event); this.take(event, event.dataTransfer); });
  }

  attachments() {
    const entry = ([kind, icon, words, accept, multiple]) => {
      const chosen = async (event) => { const files = [...event.target.files]; event.target.value = ""; await this.send(kind, files); };
      return el("label", {}, el("span", { "aria-hidden": "true" }, icon), el("span", {}, words), el("input", { type: "file", accept, multiple, "data-attach": kind, "aria-label": words, change: chosen }));
    };
    const sticker = (emoji) => el("button", { type: "button", "data-sticker": emoji, "aria-label": `Sticker ${emoji}`,
      click: () => { this.fold(); this.chat.attempt(() => post(`${this.chat.path}/sticker`, { emoji })); } }, emoji);
    this.part("attach-list").append(...ATTACHED.map(entry), el("div", { class: "stickers" }, ...STICKERS.map(sticker)));
  }

  commands(commands) {
    const entries = commands.map(({ command, description }) => el("button",
      { type: "button", "data-command": `/${command}`, click: () => this.chat.say(`/${command}`) }, el("b", {}, `/${command}`), el("small", {}, description)));
    this.part("menu-list").replaceChildren(...entries);
    this.part("menu").hidden = !entries.length;
  }

  toggle(name) {
    const open = this.part(name).hidden;
    this.fold();
    this.part(name).hidden = !open;
    this.part(name === "menu-list" ? "menu" : "clip").setAttribute("aria-expanded", open);
    if (open) this.part(name).querySelector("button, input")?.focus({ preventScroll: true });
  }

  fold() {
    for (const name of ["menu-list", "attach-list"]) this.part(name).hidden = true;
    for (const name of ["menu", "clip"]) this.part(name).setAttribute("aria-expanded", false);
  }

  /** Sends what was typed, or changes the message that is being changed; the words are kept until it is done. */
  async submit() {
    const input = this.part("input"), text = input.value;
    if (!text.trim()) return;
    const { changing } = this;
    const done = changing
      ? await this.chat.attempt(() => post(`${this.chat.path}/edit`, { message_id: changing.message_id, text }))
      : await this.chat.say(text);
    if (!done) return;
    if (changing) this.change(null);
    else if (input.value === text) input.value = "";
  }

  /** Begins to change a message of one's own; `null` ends it. */
  change(message) {
    if (!message && !this.changing) return;
    this.changing = message;
    this.part("changing").hidden = !message;
    this.part("changing").querySelector("b").textContent = message?.text ?? "";
    this.part("input").value = message?.text ?? "";
    this.part("input").focus();
  }

  /** Files that were pasted or dropped. */
  take(event, data) {
    const files = [...data.files];
    if (!files.length) return;
    event.preventDefault();
    const kind = ["image", "video", "audio"].find((each) => files.every((file) => file.type.startsWith(`${each}/`)));
    this.send({ image: "photo", video: "video", audio: "audio" }[kind] ?? "document", files);
  }

  /** Sends files, several as an album; what was typed is the caption of the first. */
  async send(kind, files) {
    this.fold();
    const input = this.part("input");
    const album = files.length > 1 ? `page-${Date.now()}` : "";
    await this.chat.attempt(async () => {
      for (const file of files) {
        const query = new URLSearchParams({ kind, name: file.name, caption: input.value.trim(), album });
        await call(`${this.chat.path}/file?${query}`, { method: "POST", headers: { "content-type": "application/octet-stream" }, body: file });
        input.value = "";
      }
    });
    this.chat.down();
  }
}

