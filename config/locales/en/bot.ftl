# Everything a user reads. The keys and variables are those of ru/bot.ftl (a test checks it).
# The marks <b> <i> <code> <q> count only in these texts; what a user wrote stays as it is.
# Between a figure and its unit, and before a dash, stands a non-breaking space (U+00A0); a test finds plain ones.

duration-seconds = { $n } sec
duration-minutes = { $n } min
duration-hours = { $n } h
price-from = from { $price }
amount-runs = { $n ->
    [one] { $n } run
   *[other] { $n } runs
}
language-ru = Русский
language-en = English

welcome-text = <b>Hello, { $name }!</b>
    AI models draw, film and speak for you right in this chat: no foreign card, no extra account.

    How it works: pick a model, say what you want, check the exact price, confirm. If nothing comes out, nothing is charged.

    Your balance: <b>{ $balance }</b>
menu-text = <b>What shall we make?</b>
    Your balance: { $balance }
menu-text-draft = <b>What shall we make?</b>
    Your balance: { $balance }
    Your unfinished order ({ $model }) is kept until you start another one.
section-text = <b>{ $section }</b>
    Pick a model. Prices are per result.
model-row = { $title } · { $price }
model-row-from = { $title } · from { $price }
model-text = <b>{ $title }</b>
    { $summary }

    Made by: { $vendor }
    Price: <b>{ $price }</b>
    Usually ready in { $usual }
model-example = {"\u000A\u000A"}A prompt to try:
    <q>{ $example }</q>
settings-text = <b>Settings</b>
    Bot language:
help-text = <b>Help</b>

    1. Open /menu and choose what you want to get.
    2. Answer the questions: describe the result, send a picture, pick the settings.
    3. Check the order. You never pay more than the button says.
    4. Wait for the result: it arrives right here.

    You can cancel an order while it is queued. If the model fails, the money is back on your balance at once.

    /balance – balance and transactions
    /history – your creations
    /cancel – drop an unfinished order
    /settings – language
    /support – write to us
    /paysupport – payment questions
    /terms – terms
support-text = <b>Support</b>
    Tell us what happened, with a screenshot if you can.
support-none = {"\u000A\u000A"}The owner of this bot has not said yet how to reach them.
paysupport-text = <b>Payment questions</b>
    If you paid but the balance did not change, or if you want a refund, write to us: the date, the amount and how you paid. Telegram does not settle payment disputes, we do.
terms-text = <b>Terms</b>

    1. You buy the making of pictures, videos and sound at the price shown before you confirm.
    2. You are charged only when the result is ready. No result, no charge.
    3. The balance is paid in advance; for payments and refunds see /paysupport.
    4. Nothing unlawful, and nothing that breaks the rights of others; a model may refuse such a request.
    5. We keep your Telegram ID and name, your prompts and orders, so that the bot works and the books add up.
top-up-text = <b>Top up</b>
    To top up, write to us: name the amount and we will send you the payment details. The money is on your balance as soon as we confirm the payment.

ask-text = { $model }
    <b>{ $input }</b>
rule-text = <i>{ $max ->
    [one] In one message, up to { $max } character
   *[other] In one message, up to { $max } characters
}</i>
rule-number = <i>A number from { $min } to { $max }</i>
rule-choice = <i>Pick a button</i>
rule-file = <i>One file: { $formats }, up to { $size } MB. Received: { $sent } of { $max }</i>
rule-files = <i>Files one by one or as an album: { $formats }, up to { $size } MB each. Received: { $sent } of { $max }</i>
formats-any = any format
choice-with-price = { $choice } · { $price }
option-row = { $input }: { $value }
options-text = <b>{ $model }</b>
    Optional settings. You may leave them all as they are.
value-unset = not set
value-set = set
value-yes = Yes
value-no = No
value-files = { $n ->
    [one] { $n } file
   *[other] { $n } files
}
review-title = <b>Check your order</b>
    Model: { $model }
review-row = {"\u000A"}{ $input }: { $value }
review-price = {"\u000A\u000A"}Price: <b>{ $price }</b>
review-price-metered = {"\u000A\u000A"}Price: <b>at most { $price }</b>
    The exact amount is known at the end; the difference comes back at once.
review-balance = {"\u000A"}Balance: { $before } → { $after }
review-balance-short = {"\u000A"}Balance: { $before }, not enough
review-usual = {"\u000A"}Usually ready in { $usual }
short-text = <b>{ $missing } more needed</b>
    The price is { $price }, your balance { $available }. Nothing was charged, your order is kept.

generation-title = <b>{ $model }</b>{"\u000A"}
generation-queued = { $ahead ->
    [0] Your order is next in the queue.
    [one] In the queue: { $ahead } order before yours.
   *[other] In the queue: { $ahead } orders before yours.
}
    Set aside: { $price }.
generation-running = Working on it: { $elapsed } so far, usually { $usual }.
    Set aside: { $price }.
generation-overdue = The model takes longer than usual: { $elapsed } so far, usually { $usual }.
    Still waiting. Set aside: { $price }; if it fails, the money comes back.
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
owner-account-trouble = ⚠️ KIE takes no orders: { $trouble }. Sales are paused for { $minutes } min; your customers' money is safe.
trouble-key-refused = the API key was refused, check KIE_API_KEY and the list of addresses
trouble-out-of-credits = no credits left, top up your KIE account
trouble-key-cap = this key's cap is used up, raise it in KIE's cabinet

balance-text = <b>Balance</b>
    Available: <b>{ $available }</b>
balance-text-reserved = <b>Balance</b>
    Available: <b>{ $available }</b>
    Set aside for orders: { $reserved }
statement-title = <b>Transactions</b>{"\u000A"}
statement-empty = <b>Transactions</b>{"\u000A"}
    Nothing yet.
statement-top-up = {"\u000A"}Top-up: { $amount }
statement-reserve = {"\u000A"}Set aside for an order: { $amount }
statement-capture = {"\u000A"}Order paid: { $amount }
statement-release = {"\u000A"}No result, available again: { $amount }
statement-refund-generation = {"\u000A"}Refund of an order: { $amount }
statement-reserve-payback = {"\u000A"}Set aside for a payment refund: { $amount }
statement-refund-payment = {"\u000A"}Payment refunded: { $amount }
statement-bonus = {"\u000A"}Bonus: { $amount }
statement-adjust = {"\u000A"}Correction: { $amount }
history-text = <b>Your creations</b>
history-empty = <b>Your creations</b>
    Nothing yet. Start with /menu.
history-row = { $state } { $model } · { $price }
state-queued = ⏳
state-running = ⚙️
state-sending = 📤
state-delivered = ✅
state-undeliverable = ⚠️
state-cancelled = 🚫
state-failed = ❌

kind-text-to-image = 🎨 Make a picture
kind-image-edit = 🖌 Edit a photo
kind-image-to-image = 🖼 From a sample
kind-text-to-video = 🎬 Make a video
kind-image-to-video = 🎞 Animate a photo
kind-video-to-video = 📹 Change a video
kind-avatar = 🗣 Talking portrait
kind-speech-to-video = 🎙 Video from speech
kind-music = 🎵 Music
kind-text-to-speech = 🔊 Read text aloud
kind-sound-effect = 💥 Sounds
kind-audio-isolation = 🎚 Clean up sound
kind-speech-to-text = 📝 Speech to text
kind-upscale = 🔍 Improve quality
kind-background-removal = ✂️ Cut out
kind-watermark-removal = 🧽 Remove watermark

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
button-keep = Leave as it is
button-clear = Remove
button-files-done = { $n ->
    [one] Done, { $n } file
   *[other] Done, { $n } files
}
button-review = To the order
button-options = Settings
button-edit = ✏️ { $input }
button-confirm = Create for { $price }
button-confirm-metered = Create, up to { $price }
button-top-up = Top up
button-to-draft = To the order
button-resume = ▶️ Continue the order
button-cancel = Cancel the order
button-refresh = Refresh
button-again = Again
button-reword = Another prompt
button-resend = Send again
button-statement = Transactions
button-write-support = Write to support

notice-stale = That button is out of date. Here is how things stand.
notice-unsupported = I can't use this kind of message. Describe it in words or pick from the menu.
notice-edited = Editing a sent message changes nothing. Send the new text instead.
notice-draft-discarded = The order is dropped, nothing was charged.
notice-nothing-to-cancel = There is nothing to cancel.
notice-unknown-command = There is no such command. Here is the menu.
notice-model-gone = This model is not offered any more. Pick another one.
notice-generation-gone = There is no such order.
notice-too-late-to-cancel = Too late to cancel: the model has started.
notice-cancel-ended = Nothing to cancel: this order has ended.
notice-no-result = This order has no result.
notice-pick-a-model = First choose what to make.
notice-use-buttons = Please pick a button here.
notice-number-wanted = Please send a number here.
notice-whole-number-wanted = Please send a whole number here.
notice-file-wanted = Please send a file here.
notice-picture-wanted = Please send a picture here.
notice-video-wanted = Please send a video here.
notice-sound-wanted = Please send a sound recording here.
notice-no-file-wanted = No file is needed here.
notice-missing = Please answer this one.
notice-not-together = The model does not take this combination. Change one of the settings.
notice-no-price = There is no price for this combination. Change the settings.
notice-too-short = { $min ->
    [one] Too short: at least { $min } character is needed, this has { $length }.
   *[other] Too short: at least { $min } characters are needed, this has { $length }.
}
notice-too-long = { $max ->
    [one] Too long: at most { $max } character fits, this has { $length }. Shorten it and send it again.
   *[other] Too long: at most { $max } characters fit, this has { $length }. Shorten it and send it again.
}
notice-below-min = Too little: at least { $min }, please.
notice-above-max = Too much: at most { $max }, please.
notice-off-step = Numbers from { $min } in steps of { $step } will do.
notice-too-few = { $min ->
    [one] At least { $min } file is needed, received so far: { $count }.
   *[other] At least { $min } files are needed, received so far: { $count }.
}
notice-too-many = { $max ->
    [one] At most { $max } file fits. The extra one was left out.
   *[other] At most { $max } files fit. The extra one was left out.
}
notice-file-too-large = The file is too large: up to { $max } MB, please.
notice-media-too-long = Too long: up to { $max } sec, please.
notice-wrong-format = The model does not take this format. It takes: { $formats }.
notice-selling-paused = No new orders at the moment, we will be back soon. Nothing was charged.
notice-too-many-live = { $max ->
    [one] At most { $max } order at a time. Wait for its result.
   *[other] At most { $max } orders at a time. Wait for one of them.
}
notice-price-refreshed = The price shown before has expired, here is the current one. Check and confirm again.
notice-trouble = Something broke on our side. We know already; your money is safe. Try again in a minute.
notice-payments-off = Payments are not available right now, try later. Nothing was charged.
notice-elsewhere = I work in private chats only.

command-menu = Menu: what can be made
command-balance = Balance and transactions
command-history = My creations
command-help = How it works
command-settings = Language
command-cancel = Drop an unfinished order
command-support = Write to support
command-paysupport = Payment questions
command-terms = Terms
command-start = Start over
