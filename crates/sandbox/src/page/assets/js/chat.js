// One user's seat: a phone and a ledger.

const ACTION_MS = 5000; // Telegram lets an action fade after five seconds
const TOAST_MS = 4000;
const ACTIONS = {
  typing: "typing", upload_photo: "sending a photo", upload_video: "sending a video", upload_document: "sending a file",
  upload_voice: "sending a voice message", record_video: "recording a video", record_voice: "recording a voice message",
};

class Chat {
  constructor(user) {
    this.id = user.id;
    this.path = `/api/chat/${user.id}`;
    this.messages = [];
    this.drawn = new Map(); // key -> { print, node }
    this.waiting = new Map(); // callback query -> button
    this.told = null; // answers already shown; null before the first look
    this.root = document.getElementById("chat").content.firstElementChild.cloneNode(true);
    this.root.dataset.chat = user.id;
    this.root.classList.toggle("owner", user.owner);
    this.resting = [user.owner && "owner", user.language, `chat ${user.id}`].filter(Boolean).join(" · ");
    this.part = (name) => find(this.root, name);
    this.part("name").textContent = user.name;
    this.part("face").textContent = user.owner ? "★" : [...user.name][0] ?? "?";
    this.part("action").textContent = this.resting;
    this.part("error").addEventListener("click", () => this.fail(null));
    this.words = payWords(user.language);
    this.sheet = new PaySheet(this);
    this.composer = new Composer(this);
    this.ledger = new LedgerPanel(this);
  }

  show(chat) {
    const first = !this.told;
    this.messages = chat.messages;
    this.draw();
    this.act(chat.action);
    this.answers(chat.answers);
    this.sheet.show(chat.checkouts);
    this.composer.commands(chat.commands);
    this.part("start").hidden = this.messages.length > 0;
    this.part("bar").hidden = !this.messages.length;
    if (first) this.down();
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
    line.textContent = `bot is ${ACTIONS[action.action] ?? action.action.replaceAll("_", " ")}…`;
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

  /** Sends a text; says whether it was sent. */
  async say(text) {
    this.composer.fold();
    const sent = await this.attempt(() => post(`${this.path}/text`, { text }));
    this.down();
    return sent;
  }

  down() {
    this.root.querySelector(".scroll").scrollTop = 0;
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
    this.toasting = setTimeout(() => { toast.hidden = true; }, TOAST_MS);
  }

  /** Shows what went wrong, `null` takes it away. */
  fail(text) {
    this.part("error").hidden = !text;
    this.part("error").textContent = text ?? "";
  }
}

