// The books beside the chat.

const GIFT_KOPECKS = 50000;

class LedgerPanel {
  constructor(chat) {
    this.chat = chat;
    this.part = chat.part;
    this.open(document.body.clientWidth >= 820);
    this.part("ledger-toggle").addEventListener("click", () => this.open(!chat.root.classList.contains("open")));
    this.part("ledger-close").addEventListener("click", () => this.open(false));
    this.part("gift").addEventListener("click", () => chat.attempt(() => post(`${chat.path}/gift`, { kopecks: GIFT_KOPECKS })));
  }

  open(on) {
    this.chat.root.classList.toggle("open", on);
    this.part("ledger-toggle").setAttribute("aria-expanded", on);
  }

  /** Draws the figures; `null` is somebody whom the bot does not know yet. */
  show(ledger) {
    const note = this.part("ledger-note");
    note.textContent = ledger?.error ?? (ledger ? "" : "The bot does not know this user yet.");
    note.hidden = !note.textContent;
    if (ledger?.error) return;
    const figures = { available: ledger?.available ?? 0, reserved: ledger?.reserved ?? 0 };
    for (const [name, kopecks] of Object.entries(figures)) {
      this.part(name).textContent = money(kopecks);
      this.part(name).dataset[name] = kopecks;
    }
    this.part("runs-row").hidden = !ledger?.runs;
    this.part("runs").textContent = ledger?.runs ?? 0;
    this.part("ledger-toggle").textContent = ledger ? money(figures.available) : "–";
    this.part("ledger-toggle").classList.toggle("holds", figures.reserved > 0);
    this.part("gift").disabled = !ledger;
    this.movements(ledger?.lines ?? []);
  }

  /** Lines that are there already stay, so only a new one lights up. */
  movements(lines) {
    const list = this.part("movements");
    const shown = new Map([...list.children].map((node) => [node.dataset.print, node]));
    list.replaceChildren(...lines.map((line) => {
      const print = JSON.stringify(line);
      return shown.get(print) ?? this.movement(line, print);
    }));
  }

  movement(line, print) {
    const figure = (value, words) => {
      if (!value) return null;
      const text = line.unit === "money" ? money(value) : `${value} run${Math.abs(value) === 1 ? "" : "s"}`;
      return el("span", { class: words ? "" : value > 0 ? "plus" : "minus" }, `${words}${value > 0 ? "+" : ""}${text.replace("-", "−")}`);
    };
    return el("li", { "data-movement": line.operation, "data-print": print, title: line.cause },
      el("b", {}, line.operation.replaceAll("_", " ")),
      figure(line.posted, "") ?? figure(line.reserved, "set aside ") ?? el("span"),
      el("small", {}, `${day(line.at)}, ${clock(line.at)}`),
      line.posted ? figure(line.reserved, "set aside ") ?? el("span") : el("span"));
  }

  verdict(words, state) {
    this.part("verdict").textContent = words;
    this.part("verdict").className = state;
  }
}

