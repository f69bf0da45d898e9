# Everything a user reads. The keys and variables are those of ru/bot.ftl (a test checks it).
# The marks <b> <i> <code> <q> count only in these texts; what a user wrote stays as it is.

duration-seconds = { $n ->
    [one] { $n } second
   *[other] { $n } seconds
}
duration-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}
price-from = from { $price }
amount-runs = { $n ->
    [one] { $n } run
   *[other] { $n } runs
}
language-ru = Русский
language-en = English

welcome-text = <b>Hello, { $name }!</b>
    AI models draw, film and speak for you right in this chat – no foreign card, no extra account.

    How it works: pick a model, say what you want, see the exact price, confirm. If nothing comes out, nothing is charged.

    Your balance: <b>{ $balance }</b>
menu-text = <b>What shall we make?</b>
    Your balance: { $balance }
menu-text-draft = <b>What shall we make?</b>
    Your balance: { $balance }
    Your unfinished order is kept until you start another.
section-text = <b>{ $section }</b>
    Pick a model. Prices are for one result with the usual settings.
model-row = { $title } · { $price }
model-row-from = { $title } · from { $price }
model-text = <b>{ $title }</b>
    { $summary }

    Made by: { $vendor }
    Price: <b>{ $price }</b>
    Usually ready in: { $usual }
model-example = {"\u000A\u000A"}A prompt to try:
    <q>{ $example }</q>
settings-text = <b>Settings</b>
    Language of the bot:
help-text = <b>Help</b>

    1. Open /menu and choose what you want to get.
    2. Answer the questions: describe the result, send a picture, pick the settings.
    3. Check the order. The price on the button is exactly what is charged, never more.
    4. Wait for the result: it arrives right here.

    While an order is queued you can cancel it. If a model fails, your money is back on the balance at once.

    /balance – balance and movements
    /history – your works
    /cancel – drop an unfinished order
    /settings – language
    /support – write to us
support-text = <b>Support</b>
    Tell us what happened, with a screenshot if you can.
paysupport-text = <b>Payment questions</b>
    If money left you but did not reach the balance, or you want a refund, write to us: the date, the amount and how you paid. Telegram does not settle payment disputes, we do.
terms-text = <b>Terms</b>

    1. You buy the making of pictures, videos and sound at the price shown before you confirm.
    2. You are charged only when the result is ready. No result, no charge.
    3. The balance is paid in advance; for payments and refunds see /paysupport.
    4. Nothing unlawful and nothing that breaks the rights of others; a model may refuse such a request.
    5. We keep your Telegram number, name and orders so that the bot works and the books add up.
top-up-text = <b>Top up</b>
    To top up, write to us: name the amount and we will send you the details. The money is on your balance as soon as we confirm the payment.

ask-text = <b>{ $model }</b>
    { $input }
rule-text = <i>{ $max ->
    [one] In one message, up to { $max } character
   *[other] In one message, up to { $max } characters
}</i>
rule-number = <i>A number from { $min } to { $max }</i>
rule-choice = <i>Pick a button</i>
rule-file = <i>One file: { $formats }, up to { $size } MB. Sent: { $sent } of { $max }</i>
rule-files = <i>Files one by one or as an album: { $formats }, up to { $size } MB each. Sent: { $sent } of { $max }</i>
choice-with-price = { $choice } · { $price }
option-row = { $input }: { $value }
options-text = <b>{ $model }</b>
    Optional settings. You may leave them all as they are.
value-unset = default
value-set = set
value-yes = Yes
value-no = No
value-files = { $n ->
    [one] { $n } file
   *[other] { $n } files
}
review-title = <b>Check your order</b>
    Model: { $model }
review-row = {"\u000A"}{ $input }: { $value }
review-price = {"\u000A\u000A"}Price: <b>{ $price }</b>
review-price-metered = {"\u000A\u000A"}Price: <b>at most { $price }</b>
    The exact amount is known afterwards; the difference comes back at once.
review-balance = {"\u000A"}Balance: { $before } → { $after }
review-balance-short = {"\u000A"}Balance: { $before } – not enough
review-usual = {"\u000A"}Usually ready in: { $usual }
short-text = <b>{ $missing } more needed</b>
    The price is { $price }, your balance { $available }. Nothing was charged, your order is kept.

generation-title = <b>{ $model }</b>{"\u000A"}
generation-queued = { $ahead ->
    [0] Your order is next in the queue.
    [one] Queued: { $ahead } order before yours.
   *[other] Queued: { $ahead } orders before yours.
}
    Set aside: { $price }.
generation-running = Working on it. Elapsed: { $elapsed }, usually { $usual }.
    Set aside: { $price }.
generation-overdue = The model takes longer than usual: { $elapsed } so far, usually { $usual }.
    Still waiting. { $price } are set aside and come back if it fails.
generation-sending = Ready, sending it.
    Price: { $price }.
generation-delivered = ✅ Ready in { $took }.
    Charged: { $price }.
generation-undeliverable = The result is ready, but it could not be sent.
    { $price } are back on your balance.
generation-cancelled = The order is cancelled.
    Nothing was charged, { $price } are available again.
generation-not-charged = {"\u000A"}Nothing was charged, { $price } are available again.
failure-inputs-refused = ❌ The model did not accept the request. Try another description or other settings.
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
result-links = The file is too large for Telegram. Download it while the link lives (about a day):
result-unknown = The model answered in a form we don't know. The answer is kept; we will look into it and come back to you.
owner-account-trouble = ⚠️ KIE takes no orders: { $trouble }. Sales are paused for { $minutes } min; your customers' money is safe.
trouble-key-refused = the API key was refused, check KIE_API_KEY and the list of addresses
trouble-out-of-credits = no credits left, top up your KIE account
trouble-key-cap = this key's cap is used up, raise it in KIE's cabinet

balance-text = <b>Balance</b>
    Available: <b>{ $available }</b>
balance-text-reserved = <b>Balance</b>
    Available: <b>{ $available }</b>
    Set aside for orders: { $reserved }
statement-title = <b>Movements</b>{"\u000A"}
statement-empty = <b>Movements</b>{"\u000A"}
    Nothing yet.
statement-top-up = {"\u000A"}Top-up: { $amount }
statement-reserve = {"\u000A"}Set aside for an order: { $amount }
statement-capture = {"\u000A"}Order paid: { $amount }
statement-release = {"\u000A"}No result, available again: { $amount }
statement-refund-generation = {"\u000A"}Refund of an order: { $amount }
statement-reserve-payback = {"\u000A"}Set aside to pay a payment back: { $amount }
statement-refund-payment = {"\u000A"}Payment refunded: { $amount }
statement-bonus = {"\u000A"}Bonus: { $amount }
statement-adjust = {"\u000A"}Correction: { $amount }
history-text = <b>Your works</b>
history-empty = <b>Your works</b>
    Nothing yet. Start with /menu.
history-row = { $state } { $model } · { $price }
state-queued = ⏳
state-running = ⚙️
state-sending = 📤
state-delivered = ✅
state-undeliverable = ⚠️
state-cancelled = 🚫
state-failed = ❌

kind-text-to-image = 🎨 Picture from words
kind-image-edit = 🖌 Edit a picture
kind-image-to-image = 🖼 Picture from a sample
kind-text-to-video = 🎬 Video from words
kind-image-to-video = 🎞 Animate a picture
kind-video-to-video = 📹 Change a video
kind-avatar = 🗣 Talking portrait
kind-speech-to-video = 🎙 Video from speech
kind-music = 🎵 Music
kind-text-to-speech = 🔊 Read text aloud
kind-sound-effect = 💥 Sounds
kind-audio-isolation = 🎚 Clean up sound
kind-speech-to-text = 📝 Speech to text
kind-upscale = 🔍 Improve quality
kind-background-removal = ✂️ Remove background
kind-watermark-removal = 🧽 Remove watermark

button-balance = 💰 Balance
button-history = 🗂 My works
button-settings = ⚙️ Settings
button-help = ❓ Help
button-menu = 🏠 Menu
button-back = ← Back
button-previous = ← Earlier
button-next = More →
button-create = Create
button-discard = Discard
button-keep = Leave as it is
button-clear = Remove files
button-files-done = { $n ->
    [one] Done, { $n } file
   *[other] Done, { $n } files
}
button-review = To the order
button-options = Settings
button-edit = ✏️ { $input }
button-confirm = Create for { $price }
button-top-up = Top up
button-to-draft = To the order
button-cancel = Cancel the order
button-refresh = Refresh
button-again = Again
button-reword = Another prompt
button-resend = Send again
button-statement = Movements
button-write-support = Write to support

notice-stale = That button is out of date; here is how things stand.
notice-unsupported = I can't use this kind of message. Describe it in words or pick from the menu.
notice-edited = Editing a sent message changes nothing. Send the new text instead.
notice-draft-discarded = The order is dropped, nothing was charged.
notice-nothing-to-cancel = There is nothing to cancel.
notice-unknown-command = There is no such command. Here is the menu.
notice-model-gone = This model is not offered any more. Pick another one.
notice-generation-gone = There is no such order.
notice-too-late-to-cancel = Too late to cancel: the model has started.
notice-no-result = This order has no result.
notice-pick-a-model = First choose what to make.
notice-use-buttons = Pick a button here.
notice-number-wanted = A number is wanted.
notice-file-wanted = A file is wanted here.
notice-picture-wanted = A picture is wanted here.
notice-video-wanted = A video is wanted here.
notice-sound-wanted = A sound is wanted here.
notice-no-file-wanted = No file is wanted here.
notice-missing = An answer is wanted here.
notice-not-together = The model does not take this combination. Change one of the settings.
notice-no-price = There is no price for this combination. Change the settings.
notice-too-short = Too short: { $length }, at least { $min } characters are wanted.
notice-too-long = Too long: { $length } characters, at most { $max }. Shorten it and send it again.
notice-below-min = Too little: at least { $min }.
notice-above-max = Too much: at most { $max }.
notice-off-step = Numbers from { $min } in steps of { $step } will do.
notice-too-few = { $count } files; at least { $min } are wanted.
notice-too-many = { $count } files; at most { $max } are taken.
notice-file-too-large = The file is too large: at most { $max } MB.
notice-media-too-long = Too long: at most { $max } seconds.
notice-wrong-format = The model does not read this format. It takes: { $formats }.
notice-selling-paused = No new orders at the moment, we will be back soon. Nothing was charged.
notice-too-many-live = At most { $max } orders at a time. Wait for one of them.
notice-price-refreshed = The price was refreshed: the one shown before is no longer valid. Check and confirm again.
notice-trouble = Something broke on our side. We know already; your money is safe. Try again in a minute.
notice-payments-off = Payments are not available right now, try later. Nothing was charged.
notice-elsewhere = I work in private chats only.
