### The desk: broadcasts, promo codes, campaigns.

button-broadcasts = 📣 Broadcasts
button-promos = 🎟 Promo & campaigns
button-no-news = 🔕 Stop sending me news

broadcast-list = <b>Broadcasts</b>
    Only those who agreed to get news receive them.
broadcast-row = {"\u000A\u000A"}{ $when } · { $state } · { $segment }
broadcast-row-figures = {"\u000A"}✅ { $sent } · 🚫 { $blocked } · ⚠️ { $failed } · ❔ { $unknown }
broadcast-is-draft = draft
broadcast-is-sending = sending
broadcast-is-paused = paused
broadcast-is-done = done
broadcast-is-cancelled = cancelled
broadcast-with-photo = 🖼 { $words }
button-write-broadcast = ✍️ New broadcast
broadcast-write = <b>New broadcast</b>
    Send a text, or a picture with a caption, in one message. Nobody receives anything until you confirm.
broadcast-empty = Send a text or a picture.
broadcast-only-photo = Only a picture that is sent as a photo fits here.
broadcast-card = <b>Broadcast</b> · { $state }
    To: { $segment }
    Recipients: { $audience }
broadcast-progress = {"\u000A\u000A"}{ $settled } of { $audience } processed
broadcast-figures = {"\u000A"}✅ Delivered: { $sent }
    🚫 Blocked the bot: { $blocked }
    ⚠️ Refused by Telegram: { $failed }
    ❔ Unknown, will not be tried again: { $unknown }
broadcast-words = {"\u000A\u000A"}<q>{ $words }</q>
segment-everybody = everybody
segment-active = active in 30 days
segment-paid = have paid
segment-never-paid = never paid
segment-ru = in Russian
segment-en = in English
button-preview = 👁 Show it to me
button-start-broadcast = 📣 Send
button-discard-broadcast = ✖️ Discard
button-pause-broadcast = ⏸ Pause
button-resume-broadcast = ▶️ Resume
button-cancel-broadcast = ⏹ Cancel
broadcast-preview-comes = Sending you what users will see.
broadcast-sure-start = <b>Send this broadcast?</b>
    To: { $segment }
    Recipients: { $audience }
    What was sent can't be taken back.
broadcast-sure-cancel = <b>Cancel this broadcast?</b>
    To: { $segment }, { $audience } in all
    Whoever has not received it yet never will. It can't be resumed later.
broadcast-started = The broadcast has started.
broadcast-paused = The broadcast is paused.
broadcast-resumed = The broadcast goes on.
broadcast-cancelled = The broadcast is cancelled.
broadcast-other = Another broadcast is being sent. Wait until it is done, or pause it.

promo-list = <b>Promo codes</b>
promo-row = {"\u000A\u000A"}<code>{ $code }</code> · { $gift }
    Used: { $used }, left: { $left }, per person: { $each }
promo-row-until = {"\u000A"}Valid until { $until }
promo-row-expired = {"\u000A"}⌛ Expired { $until }
button-make-promo = ➕ New promo code
button-campaigns = 🔗 Campaigns
promo-make = <b>New promo code</b>
promo-known-code = {"\u000A"}Code: <code>{ $value }</code>
promo-known-gift = {"\u000A"}Gives: { $value }
promo-known-total = {"\u000A"}Uses in all: { $value }
promo-known-each = {"\u000A"}Per person: { $value }
promo-known-days = {"\u000A"}Days: { $value }
promo-ask-code = {"\u000A\u000A"}Send the code: letters, digits, - and _, up to 32 characters.
promo-ask-unit = {"\u000A\u000A"}What does it give?
promo-ask-roubles = {"\u000A\u000A"}How many roubles? Choose or send a number.
promo-ask-runs = {"\u000A\u000A"}How many free runs? Choose or send a number.
promo-ask-total = {"\u000A\u000A"}How many times may it be used in all? Choose or send a number.
promo-ask-each = {"\u000A\u000A"}How many times by one person? Choose or send a number.
promo-ask-days = {"\u000A\u000A"}For how many days is it valid? Choose or send a number.
promo-sure = {"\u000A\u000A"}Create it?
promo-bad-code = Nobody could type this code. Letters, digits, - and _ fit, up to 32 characters.
promo-bad-number = A whole number from 1 to { $max } is needed.
promo-bad-roubles = An amount above zero and up to { $max } is needed.
promo-press = Choose with a button.
promo-made = The promo code is ready.
promo-taken = This promo code exists already. Think of another one.
button-gift-money = 💰 Money
button-gift-runs = 🎁 Runs
button-for-ever = For ever
button-make-it = ✅ Create

campaign-list = <b>Campaigns</b>
    A link remembers where a new user came from. Those who deleted their data are not counted.
campaign-row = {"\u000A\u000A"}<b>{ $name }</b>
campaign-note = {"\u000A"}{ $note }
campaign-figures = {"\u000A"}Came: { $came }, ordered: { $ordered }, paid: { $paid }, { $income } in all
campaign-link = {"\u000A"}<code>{ $link }</code>
button-launch = ➕ New campaign
campaign-launch = <b>New campaign</b>
    Send a name for the link and, if you like, a note after a space, for example: <code>blog-may a review in the blog</code>. A name has latin letters, digits, - and _, up to 32 characters.
campaign-bad-name = A name has latin letters, digits, - and _, up to 32 characters. A note comes after a space.
campaign-made = The campaign is ready, its link is below.
campaign-taken = This campaign exists already. Think of another name.
