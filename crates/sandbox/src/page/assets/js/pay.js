// Paying in Stars: an invoice's sheet, the bot's word, and the note in the chat.

// In the language of the user, as Telegram's own apps do; everything around the phones is the sandbox's and English.
const PAY_WORDS = {
  en: {
    confirm: (stars) => `Pay ⭐ ${stars}`, cancel: "Cancel", waits: "Waiting for the bot…",
    late: "The bot did not answer in time. Nothing was paid.",
    paid: (stars) => `You transferred ⭐ ${stars} to the bot`, returned: (stars) => `The bot returned ⭐ ${stars} to you`,
  },
  ru: {
    confirm: (stars) => `Заплатить ⭐ ${stars}`, cancel: "Отмена", waits: "Ждём ответа бота…",
    late: "Бот не ответил вовремя. Ничего не списано.",
    paid: (stars) => `Вы перевели боту ⭐ ${stars}`, returned: (stars) => `Бот вернул вам ⭐ ${stars}`,
  },
};
const payWords = (language) => (/^ru\b/.test(language ?? "") ? PAY_WORDS.ru : PAY_WORDS.en);

/** Whether Telegram opens the address as an invoice: <https://core.telegram.org/api/links#invoice-links>. */
const isInvoice = (url) => /^https:\/\/t\.me\/(\$|invoice\/)/.test(url ?? "");

class PaySheet {
  constructor(chat) {
    this.chat = chat;
    this.part = chat.part;
    this.words = chat.words;
    this.checkouts = [];
    this.place = null; // what is paid: { link } or { message_id }
    this.query = null; // the checkout that waits for the bot
    this.part("sheet-cancel").textContent = this.words.cancel;
    this.part("sheet-cancel").addEventListener("click", () => this.close());
    this.part("sheet-pay").addEventListener("click", () => this.pay());
  }

  /** Opens an invoice behind a link. */
  async openLink(link) {
    await this.chat.attempt(async () => this.open(await post(`${this.chat.path}/invoice`, { link }), { link }));
  }

  open(invoice, place) {
    this.place = place;
    this.stars = invoice.total_amount;
    this.part("sheet-title").textContent = invoice.title;
    this.part("sheet-description").textContent = invoice.description;
    this.rest(null);
    if (!this.part("sheet").open) this.part("sheet").show();
    this.part("sheet-pay").focus();
  }

  close() {
    this.place = this.query = null;
    this.part("sheet").close();
  }

  /** Ready to be paid, perhaps after a refusal. */
  rest(refusal) {
    this.query = null;
    this.part("sheet-error").textContent = refusal ?? "";
    this.part("sheet-error").hidden = !refusal;
    this.part("sheet-pay").textContent = this.words.confirm(this.stars);
    this.part("sheet-pay").disabled = false;
  }

  async pay() {
    const { place } = this;
    this.part("sheet-error").hidden = true;
    this.part("sheet-pay").disabled = true;
    this.part("sheet-pay").textContent = this.words.waits;
    try {
      const { pre_checkout_query_id: query } = await post(`${this.chat.path}/pay`, place);
      if (this.place !== place) return; // Put away meanwhile.
      this.query = query;
      this.show(this.checkouts); // The bot may have been faster than this answer.
    } catch (error) {
      if (this.place === place) this.rest(error.message);
    }
  }

  /** What became of the newest checkouts. */
  show(checkouts) {
    this.checkouts = checkouts;
    const own = checkouts.find((each) => each.pre_checkout_query_id === this.query);
    if (own?.state === "paid") { this.close(); this.chat.down(); }
    if (own?.state === "refused") this.rest(own.reason);
    if (own?.state === "timed_out") this.rest(this.words.late);
  }
}

/** Telegram's note of a payment made or returned. */
function paymentNote(chat, message) {
  const returned = message.kind === "refunded_payment", payment = message.payment;
  const words = (returned ? chat.words.returned : chat.words.paid)(payment.total_amount);
  const charge = payment.telegram_payment_charge_id;
  const back = () => chat.attempt(() => post(`${chat.path}/return`, { telegram_payment_charge_id: charge }));
  return el("div", { class: "note", "data-message": message.message_id, "data-kind": message.kind }, words,
    returned ? null : el("button", { type: "button", "data-return": charge, "aria-label": "Return the Stars", title: "Telegram itself returns the Stars, without the bot", click: back }, "↩"));
}

