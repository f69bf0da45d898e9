### Settings, terms, data, support.

settings-text = <b>Settings</b>
    Pick the language, and whether results arrive with a sound and news arrive at all. A tap switches.
setting-sound-on = 🔔 Results arrive with a sound
setting-sound-off = 🔕 Results arrive silently
setting-news-on = 📰 News and offers: yes
setting-news-off = 📰 News and offers: no
setting-privacy = 🔒 What we keep about you
setting-forget = 🗑 Delete my data

terms-text = <b>Terms</b>

    1. You buy the making of pictures, videos, sound and texts. The price is shown before you confirm; you never pay more.
    2. While it is being made, the money is set aside; you are charged when the result is ready. No result, no charge.
    3. The balance is paid in advance. If a payment is missing or you want a refund, see /paysupport.
    4. We claim no rights in what is made. Models make mistakes: check what matters.
    5. Nothing unlawful, and nothing that breaks the rights of others. A model may refuse such a request; then nothing is charged.
    6. What we keep about you, and how to delete it: /privacy.
privacy-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
privacy-text = <b>What we keep about you</b>

    • Your Telegram name, ID and language, your settings and favourites: until you delete your data.
    • The prompts and settings of your orders: also until you delete them, so that history and repeats work. Links to results, and texts that were made, stay in the books of orders after that, without your name.
    • Files that you send: the files stay in Telegram, we keep only links to them, for { $kept }.
    • Messages that the bot tripped over: as long, to find the mistake.
    • Letters to support and the answers, so that we need not ask twice. They stay after you delete your data, without your name.
    • The books about money: for good; once your data are deleted, they do not lead to you.

    The models run at KIE.ai, which gets the prompt and the files of an order. It keeps uploaded files for up to three days, results for up to two weeks, records of orders for up to two months. We do not tell it your name or ID.

    We do not sell your data, and nobody gets them for advertising.

forget-text = <b>Delete your data?</b>

    What goes: your Telegram name and ID, settings, favourites, the unfinished order, your prompts and history.

    What stays: the books about money and orders (with links to results), no longer linked to you; letters to support, without your name; and a one-way fingerprint of your ID, so that nobody gets the welcome bonus twice. This chat stays in your Telegram too: delete it yourself.
forget-balance = {"\u000A\u000A"}⚠️ Your balance is <b>{ $balance }</b>. That money will be lost, nobody can return it. Spend it first or ask for a refund: /paysupport.
forget-for-good = {"\u000A\u000A"}This can't be undone.
forget-not-now = <b>Delete your data?</b>
    Not now: an order is still being made, { $reserved } is set aside for it. Wait for the result or cancel the order.
forgotten-text = <b>Done, your data are deleted.</b>
    Thank you for having been with us. If you want to come back, just start over.

support-text = <b>Support</b>
    Write right here: your next message, photo or file goes to the owner of this bot. The answer comes to this chat.
paysupport-text = <b>Payment questions</b>
    If you paid but the balance did not change, or if you want a refund, write to us: the date, the amount and how you paid. Telegram does not settle payment disputes, we do.
letter-text = ✉️ <b>Letter to support</b>
    { $who }
    ID: <code>{ $user }</code>
letter-of-nobody = ✉️ <b>Letter to support</b>
    The author has deleted their data and can't be answered.
letter-words = {"\u000A"}<q>{ $text }</q>
letter-file = {"\u000A"}The file is the next message ⤵️
answer-text = 💬 <b>Support answers</b>
reply-text = <b>Your answer</b>
    To: { $who }
    Write it here or send a file: it goes out at once.
reply-to-nobody = <b>Your answer</b>
    This user has deleted their data and can't be written to.

button-contact = Write to { $contact }
button-support = 🆘 Support
button-reply = ↩️ Answer
button-forget-for-good = Delete for good
button-keep-data = Keep my data
button-start-over = Start over

notice-asked = ✅ Passed on to support. The answer comes here; you may add more.
notice-answered = ✅ The answer is on its way.
notice-answer-waits = The user has blocked the bot. The answer goes out when they return.
notice-answer-lost = The user has deleted their data, nothing was sent.
notice-letter-lost = Your letter did not get through: nobody is reachable right now. Try again later.
notice-letter-lost-contact = Your letter did not get through. Write directly to { $contact }.
notice-letter-file-lost = The file of your letter could not be passed on. Send it again or describe it in words.
notice-answer-file-lost = The file of your answer could not be passed on: { $who } will not get it. Send it again.
notice-letters-too-many = { $minutes ->
    [one] That is more letters than we can read. Write again in { $minutes } minute.
   *[other] That is more letters than we can read. Write again in { $minutes } minutes.
}
notice-letter-empty = An empty letter was not sent. Tell us what happened.
notice-forget-later = Your data are not deleted yet: an order is still being made. Wait for its result.

command-privacy = What we keep about you
