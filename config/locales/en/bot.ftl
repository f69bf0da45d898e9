# Everything a user reads. The keys and variables are those of ru/bot.ftl (a test checks it).
# The marks <b> <i> <code> <q> count only in these texts; what a user wrote stays as it is.
# Between a figure and its unit, and before a dash, stands a non-breaking space (U+00A0); a test finds plain ones.

duration-seconds = { $n } sec
duration-minutes = { $n } min
duration-hours = { $n } h
amount-runs = { $n ->
    [one] { $n } run
   *[other] { $n } runs
}
language-ru = Русский
language-en = English

help-text = <b>Help</b>

    1. Open /menu and choose what you want to get.
    2. Answer the questions: describe the result, send a picture, pick the settings.
    3. Check the order. You never pay more than the button says.
    4. Wait for the result: it arrives right here.

    You can cancel an order while it is queued. If the model fails, the money is back on your balance at once.

    /search – find a model
    /balance – balance and transactions
    /history – your creations
    /cancel – drop an unfinished order
    /settings – language, sound, your data
    /support – write to us
    /paysupport – payment questions
    /terms – terms
    /privacy – what we keep about you

generation-title = <b>{ $model }</b>{"\u000A"}
generation-sending = Ready, sending it.
    Price: { $price }.
generation-delivered = ✅ Ready in { $took }.
    Charged: { $price }.
generation-undeliverable = The result is ready, but it could not be sent.
    Back on your balance: { $price }.
generation-cancelled = The order is cancelled.
    Nothing was charged. Available again: { $price }.
generation-not-charged = {"\u000A"}Nothing was charged. Available again: { $price }.
failure-inputs-refused = ❌ The model did not accept the request. Change the description or the settings.
failure-content-refused = ❌ The model refused: the request breaks its rules. Try to put it differently.
failure-provider-failed = ❌ The model failed. Try again or change the request.
failure-model-unavailable = ❌ This model is switched off at the moment. Try another one.
failure-service-unavailable = ❌ It can't be made right now, we are on it. Try again later.
failure-answer-lost = ❌ The connection to the model broke. Try again.
failure-timed-out = ❌ The model never answered. Try again.
failure-queued-too-long = ❌ The order waited too long in the queue. Try again later.
progress-done = ⤵️ Ready, the result is below.
progress-failed = ⤵️ The outcome is below.
result-caption = <b>{ $model }</b>
    { $price } · { $took }
result-links = The file is too large for Telegram. Download it by this link, it lives for about a day:
result-unknown = The model answered in a form we don't know. We kept the answer, will look into it and write to you.
trouble-key-refused = the API key was refused, check KIE_API_KEY and the list of addresses
trouble-out-of-credits = no credits left, top up your KIE account
trouble-key-cap = this key's cap is used up, raise it in KIE's cabinet
trouble-maintenance = KIE is under maintenance
owner-loss = ⚠️ <b>{ $model }</b> was sold at a loss.
    KIE credits: { $quoted } by the table, { $taken } taken.
    The customer paid { $earned }, it cost us { $cost }.
    Check the price of this model.
owner-loss-counted = ⚠️ <b>{ $model }</b> was sold at a loss.
    KIE credits: { $quoted } by the table, { $taken } taken.
    The customer paid { $earned }, it cost us { $cost }.
    { $losses ->
        [one] Check the price: after { $losses } loss the model takes itself off sale.
       *[other] Check the price: after { $losses } losses in a row the model takes itself off sale.
    }
owner-stopped = ⏸ <b>{ $model }</b> is off sale.
    Orders in a row that lost money: { $losses }.
    KIE credits in the last one: { $quoted } by the table, { $taken } taken.
    The customer paid { $earned }, it cost us { $cost }.
    Orders that are paid will be made. Once the price is right, put the model back on sale.

balance-text = <b>Balance</b>
    Available: <b>{ $available }</b>
balance-text-reserved = <b>Balance</b>
    Available: <b>{ $available }</b>
    Set aside for orders: { $reserved }
statement-title = <b>Transactions</b>{"\u000A"}
statement-empty = <b>Transactions</b>{"\u000A"}
    Nothing yet.
statement-top-up = {"\u000A"}Top-up: { $amount }
statement-top-up-by = {"\u000A"}Top-up ({ $way }): { $amount }
statement-reserve = {"\u000A"}Set aside for an order: { $amount }
statement-capture = {"\u000A"}Order paid: { $amount }
statement-release = {"\u000A"}No result, available again: { $amount }
statement-release-other = {"\u000A"}Available again: { $amount }
statement-refund-generation = {"\u000A"}Refund of an order: { $amount }
statement-reserve-payback = {"\u000A"}Set aside for a payment refund: { $amount }
statement-refund-payment = {"\u000A"}Payment refunded: { $amount }
statement-refund-payment-by = {"\u000A"}Payment refunded ({ $way }): { $amount }
statement-bonus = {"\u000A"}Bonus: { $amount }
statement-bonus-welcome = {"\u000A"}Welcome bonus: { $amount }
statement-bonus-promo = {"\u000A"}Promo code { $code }: { $amount }
statement-bonus-referral = {"\u000A"}Invitation bonus: { $amount }
statement-bonus-gift = {"\u000A"}A gift from us: { $amount }
statement-adjust = {"\u000A"}Balance correction: { $amount }
statement-note = {"\u000A"}Reason: { $note }
statement-way-stars = Telegram Stars
statement-way-bank = bank transfer
statement-way-yookassa = card or SBP
statement-way-crypto-pay = crypto
history-text = <b>Your creations</b>
history-empty = <b>Your creations</b>
    Nothing yet. Start with /menu.
state-queued = ⏳
state-running = ⚙️
state-sending = 📤
state-delivered = ✅
state-undeliverable = ⚠️
state-cancelled = 🚫
state-failed = ❌

button-balance = 💰 Balance
button-history = 🗂 My creations
button-settings = ⚙️ Settings
button-help = ❓ Help
button-menu = 🏠 Menu
button-back = ← Back
button-previous = ← Previous
button-next = Next →
button-create = Create
button-discard = Discard
button-top-up = Top up
button-resume = ▶️ Continue the order
button-cancel = Cancel the order
button-refresh = Refresh
button-again = Again
button-reword = Another prompt
button-resend = Send again
button-statement = Transactions
button-write-support = Write to support
button-sell-again = ▶️ Sell again

notice-stale = That button is out of date. Here is how things stand.
notice-unsupported = I can't use this kind of message. Describe it in words or pick from the menu.
notice-edited = Editing a sent message changes nothing. Send the new text instead.
notice-draft-discarded = The order is dropped, nothing was charged.
notice-nothing-to-cancel = There is nothing to cancel.
notice-unknown-command = There is no such command. Here is the menu.
notice-model-gone = This model is not offered any more. Pick another one.
notice-draft-stopped = We don't sell this model for now. Nothing was charged, your order is kept.
notice-sold-again = The model is on sale again. If it keeps losing money, sales will stop by themselves.
notice-generation-gone = There is no such order.
notice-files-lost = The files of that order are no longer kept. Send them again.
notice-too-late-to-cancel = Too late to cancel: the model has started.
notice-cancel-ended = Nothing to cancel: this order has ended.
notice-no-result = This order has no result.
notice-selling-paused = No new orders at the moment, we will be back soon. Nothing was charged.
notice-paused = New orders are temporarily not available, your balance is untouched. Please try again a little later.
notice-paused-maintenance = The service that makes the results is under maintenance. Your balance is untouched; please try again in a while.
notice-too-many-live = { $max ->
    [one] At most { $max } order at a time. Wait for its result.
   *[other] At most { $max } orders at a time. Wait for one of them.
}
notice-orders-too-fast = Too many orders in a minute. The next one can be made in { $wait }; nothing was charged.
notice-too-fast = Not so fast, please. Wait a second and press again.
notice-too-much = That was too much at once: your last messages were not taken. Wait a few seconds and send them again.
notice-trouble = Something broke on our side. We know already; your money is safe. Try again in a minute.
notice-payments-off = Payments are not available right now, try later. Nothing was charged.
notice-elsewhere = I work in private chats only.

command-menu = Menu: what can be made
command-balance = Balance and transactions
command-history = My creations
command-admin = The owner’s desk
command-help = How it works
command-settings = Language, sound, your data
command-cancel = Drop an unfinished order
command-support = Write to support
command-paysupport = Payment questions
command-terms = Terms
command-start = Start over

## What was sent without being asked.
offer-received = Received: { $files }.
offer-from-result = From your result: { $files }.
offer-your-words = Your text:
offer-words = <q>{ $words }</q>
offer-pictures = { $n ->
    [one] { $n } picture
   *[other] { $n } pictures
}
offer-videos = { $n ->
    [one] { $n } video
   *[other] { $n } videos
}
offer-sounds = { $n ->
    [one] { $n } recording
   *[other] { $n } recordings
}
offer-files = { $n ->
    [one] { $n } file
   *[other] { $n } files
}
offer-question = What shall I make of it?
offer-found = Looking for a model? The first ones fit these words. Or choose what to make of the text.
offer-checking = Looking at the file, one moment…
offer-nothing = No model takes this as it is. Send something else or fewer files, or choose a model in the menu.
notice-sent-gone = The file could not be fetched: it is not there any more. Please send it again.
notice-sent-bad-link = The link does not open. It has to be a public https address that leads straight to a file.
notice-sent-unknown = I can't tell what this file is. Pictures, videos, audio and PDF will do.
notice-sent-damaged = The file is damaged. Please send another one.
notice-sent-refused = The file could not be processed. Please send it again a little later.
