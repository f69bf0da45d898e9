// Who is shown, and the one request that keeps everything live.

const PHONE_WIDTH = 412;
const SEAT_WIDTH = 676; // with the ledger beside it
const NARROW = 820;

const only = Number(new URLSearchParams(location.search).get("only")) || null;

const seats = {
  users: [],
  shown: new Map(), // user -> Chat, the one chosen last is the last
  read: new Map(), // user -> the newest message that was seen
  wanted: null, // a user to be shown once known

  /** How many phones fit. */
  room: () => (only || document.body.clientWidth < NARROW ? 1 : Math.max(1, Math.floor((document.body.clientWidth - 10) / PHONE_WIDTH))),

  know(users) {
    const before = JSON.stringify(this.users);
    this.users = users.filter((user) => !only || user.id === only).sort((a, b) => a.owner - b.owner || a.id - b.id);
    this.tabs();
    const wanted = this.users.find((user) => user.id === this.wanted);
    if (wanted) { this.wanted = null; this.choose(wanted); }
    if (JSON.stringify(this.users) === before) return;
    if (this.shown.size || !this.users.length) return;
    const side = only ? 1 : Math.max(1, Math.floor((document.body.clientWidth - 10) / SEAT_WIDTH));
    this.users.slice(0, side).reverse().forEach((user) => this.choose(user));
  },

  tabs() {
    const tab = (user) => {
      const shown = this.shown.has(user.id);
      if (shown) this.read.set(user.id, user.last);
      else if (!this.read.has(user.id)) this.read.set(user.id, user.last);
      return el("button", {
        type: "button", "data-tab": user.id, "aria-pressed": String(shown && (this.room() > 1 || this.front() === user.id)),
        class: user.last > this.read.get(user.id) ? "news" : "", click: () => this.toggle(user),
      }, [user.owner ? `★ ${user.name}` : user.name, user.language].filter(Boolean).join(" · "));
    };
    const print = JSON.stringify([this.users, [...this.shown.keys()], this.room()]);
    if (print === this.print) return;
    this.print = print;
    const focused = document.activeElement?.dataset?.tab;
    find(document, "tabs").replaceChildren(...this.users.map(tab));
    if (focused) document.querySelector(`[data-tab="${focused}"]`)?.focus();
  },

  front() { return [...this.shown.keys()].at(-1); },

  /** A second press puts a phone away, when others are there. */
  toggle(user) {
    const away = this.shown.has(user.id) && this.shown.size > 1 && this.room() > 1;
    if (away) this.drop(user.id);
    else this.choose(user);
    this.place();
  },

  choose(user) {
    const chat = this.shown.get(user.id) ?? new Chat(user);
    this.shown.delete(user.id);
    this.shown.set(user.id, chat);
    while (this.shown.size > this.room()) this.drop(this.shown.keys().next().value);
    this.place();
    live.again();
  },

  drop(id) {
    this.shown.get(id)?.root.remove();
    this.shown.delete(id);
    live.again();
  },

  /** Puts the seats in the order of the users, and the ledgers where there is room. */
  place() {
    while (this.shown.size > this.room()) this.drop(this.shown.keys().next().value);
    const main = find(document, "chats");
    const order = this.users.map((user) => this.shown.get(user.id)?.root).filter(Boolean);
    order.forEach((root, place) => { if (main.children[place] !== root) main.insertBefore(root, main.children[place] ?? null); });
    for (const [id, chat] of this.shown) chat.root.classList.toggle("front", id === this.front());
    const beside = document.body.clientWidth >= NARROW && document.body.clientWidth >= this.shown.size * SEAT_WIDTH;
    if (main.dataset.ledger !== (beside ? "beside" : "over")) {
      main.dataset.ledger = beside ? "beside" : "over";
      for (const chat of this.shown.values()) chat.ledger.open(beside);
    }
    this.tabs();
  },
};

const live = {
  versions: new Map(), // topic -> version that is shown
  request: null,

  topics() {
    const ids = [...seats.shown.keys()];
    return ["status", "audit", ...ids.flatMap((id) => [`chat.${id}`, `ledger.${id}`])];
  },

  /** The topics are others now: asks anew. */
  again() {
    const topics = this.topics();
    for (const topic of this.versions.keys()) if (!topics.includes(topic)) this.versions.delete(topic);
    this.request?.abort();
  },

  show(topic, value) {
    const [kind, id] = topic.split(".");
    const chat = seats.shown.get(Number(id));
    if (kind === "status") { strip.show(value); seats.know(value.users); }
    if (kind === "audit") { strip.audit(value); this.audited = value; }
    if (kind === "chat") chat?.show(value);
    if (kind === "ledger") chat?.ledger.show(value);
    if (this.audited) for (const each of seats.shown.values()) each.ledger.verdict(...strip.verdict(this.audited));
  },

  async run() {
    for (;;) {
      await visible();
      this.request = new AbortController();
      const query = new URLSearchParams(this.topics().map((topic) => [topic, this.versions.get(topic) ?? ""]));
      try {
        const news = await call(`/api/watch?${query}`, { signal: this.request.signal });
        const topics = this.topics();
        for (const [topic, { version, value }] of Object.entries(news)) {
          if (!topics.includes(topic)) continue; // Put away meanwhile.
          this.versions.set(topic, version);
          this.show(topic, value);
        }
        if (this.lost) for (const chat of seats.shown.values()) chat.fail(null);
        this.lost = false;
      } catch (error) {
        if (error.name === "AbortError") continue;
        this.lost = true;
        find(document, "credits").textContent = "offline";
        for (const chat of seats.shown.values()) chat.fail(error.message);
        await pause(RETRY_MS);
      }
    }
  },
};

document.body.classList.toggle("only", Boolean(only));
addEventListener("resize", () => seats.place());
document.addEventListener("keydown", (event) => {
  const user = event.altKey && /^[1-9]$/.test(event.key) ? seats.users[Number(event.key) - 1] : null;
  if (user) { event.preventDefault(); seats.choose(user); }
});
strip.listen();
live.run();
