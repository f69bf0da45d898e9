### The owner's desk: /admin.

desk-text = <b>The desk</b>
    You are here as { $role }.
desk-selling = {"\u000A"}Generations are on sale.
desk-not-selling = {"\u000A"}⛔ <b>Nothing is being sold.</b>
help-desk = {"\u000A\u000A"}/admin – the desk
notice-selling-note = { $reason }
    Nothing was charged.
desk-closed = The desk is not open to you.
desk-not-yours = Your role does not include this. An owner can give you another one.
desk-changed = Something has changed in the meantime, so nothing was done. Have a look and try again.
desk-nobody = Nobody is there: unknown, or they have deleted their data.
desk-nothing = {"\u000A"}Nothing here.
desk-not-set = not set
desk-no-value = none
desk-yes = yes
desk-no = no
role-owner = owner
role-manager = manager
role-support = support
button-desk = 🗄 Desk
button-statistics = 📊 Figures
button-people = 👤 Users
button-models = 🧩 Models
button-health = 🩺 Health
button-shop-settings = ⚙️ Shop settings
button-staff = 🪪 Staff
button-audit-log = 📜 Who did what
button-waiting = { $n ->
    [0] 📥 Waiting: nothing
   *[other] 📥 Waiting: { $n }
}
button-stop-selling = ⛔ Stop selling
button-resume-selling = ▶️ Sell again
button-sure = Yes, do it

blocked-text = You can’t use this bot at the moment. If you think this is a mistake, write to support. Your balance is untouched.

desk-find-text = <b>Users</b>
    Send a Telegram id, a user number, a @name or the beginning of a first name.
desk-found = <b>Users</b> matching “{ $query }”
desk-found-nobody = Nobody matches “{ $query }”. Send something else.
desk-person-line = <b>{ $name }</b>
    Balance: { $balance }
desk-person = {"\u000A"}Telegram: <code>{ $chat }</code>
    Number: <code>{ $id }</code>
    Language: { $language }
    With us since: { $since }
    Set aside: { $reserved }
    Free runs: { $runs }
desk-person-origin = {"\u000A"}Came by: { $origin }
desk-person-gone = {"\u000A"}⚠️ Has blocked the bot or deleted the account.
desk-person-blocked = {"\u000A"}⛔ <b>Shut out</b>
button-person = 👤 Card
button-orders = Orders
button-payments = Payments
button-credit = ➕ Credit
button-debit = ➖ Debit
button-give-runs = 🎁 Free runs
button-block = ⛔ Shut out
button-unblock = Let in again
button-write = ✉️ Write
button-pay-back = Pay back { $amount }
button-refund = ↩️ Refund
desk-payment = {"\u000A"}{ $amount } · { $way } · { $when }
desk-payment-refunded = {"\u000A"}{ $amount } · { $way } · { $when } · paid back
provider-stars = Stars
provider-bank = bank transfer
provider-yookassa = YooKassa
provider-crypto-pay = Crypto Pay
desk-generation = <b>{ $model }</b>
    Number: <code>{ $id }</code>
    State: { $state }
    Ordered: { $when }
    Price: { $price }

desk-ask-credit = <b>Credit</b>
    Send the amount and the reason in one message, for example: <code>500 our mistake</code>. The user will see the reason.
    {"\u000A"}
desk-ask-debit = <b>Debit</b>
    Send the amount and the reason in one message, for example: <code>500 credited by mistake</code>.
    {"\u000A"}
desk-ask-runs = <b>Free runs</b>
    How many?
    {"\u000A"}
desk-ask-block = <b>Shut out</b>
    Why? Only the staff will see it.
    {"\u000A"}
desk-ask-write = <b>Write</b>
    What shall the user be told?
    {"\u000A"}
desk-ask-refund = <b>Refund</b>
    Send the reason to give everything back, or an amount and the reason to give back a part: <code>50 wrong colours</code>. The user will see the reason.
desk-ask-payback = <b>Pay back</b>
    Why does this payment go back?
    {"\u000A"}
desk-ask-markup = Send a factor from 1 to 20, for example <code>2.5</code>: the price is KIE’s cost times this.
desk-ask-appoint = <b>Appoint</b>
    Send the person’s Telegram id: a number. They find it with a bot such as @userinfobot.
desk-ask-setting = <b>{ $setting }</b>
    {"\u000A"}
desk-ask-roubles = Send an amount in roubles.
desk-ask-count = Send a whole number.
desk-ask-words = Send the text.

desk-bad-amount = Send an amount above zero and a reason after it, for example: 500 our mistake.
desk-too-much = That is more than can be moved at once.
desk-bad-runs = Send a whole number from 1 to { $max }.
desk-no-reason = A reason is needed: it stays in the books.
desk-bad-id = That is no Telegram id. Send a number, without @.
desk-bad-value = That can’t be read as a value of this setting. Try again.
desk-out-of-bounds = It has to be from { $min } to { $max }.
desk-too-long = { $max ->
    [one] At most { $max } character fits.
   *[other] At most { $max } characters fit.
}
desk-adjusted = Done: the balance is changed.
desk-runs-given = Done: the runs are given, and the user is told.
desk-blocked = Done: the user is shut out.
desk-unblocked = Done: the user is let in again.
desk-written = Your message is on its way.
desk-refunded = Done: the money is back on the balance, and the user is told.
desk-payback-asked = The money is set aside, and the provider is being asked. You can see the end of it under Payments.
desk-credit-waits = { $amount } is much: another owner has been asked and will decide.
desk-credit-asked = <b>{ $by }</b> wants to credit { $amount } to { $user }.
    Reason: { $reason }
desk-credit-granted = Granted: the money is on the balance.
desk-credit-refused = Refused: nothing was credited.
desk-your-credit-granted = Your credit of { $amount } was granted.
desk-your-credit-refused = Your credit of { $amount } was refused.
button-grant = ✅ Grant
button-refuse = ✖️ Refuse
notice-balance-raised = ➕ { $amount } was added to your balance.
    Reason: { $reason }
desk-too-little = Only { $available } is available.
desk-more-than-left = Only { $left } of it can still go back.
desk-all-given-back = All of it went back before.
desk-nothing-taken = Nothing was taken for this order.
desk-was-free = This order was free. Give runs or money instead.
desk-under-way = This order is still under way. If nothing comes of it, the money goes back by itself.
desk-only-whole = This order can only be given back as a whole: send the reason without an amount.
desk-paid-back-before = This payment went back before, or is being paid back now.
desk-not-given = The most that can be moved here is { $max }.
desk-is-owner = This is an owner of the bot.
desk-is-configured = This owner is named by ADMIN_ID in the configuration: only that can change it.
desk-own-wish = You asked for this yourself: another owner decides.

desk-sure-credit = <b>Credit { $amount }?</b>
    Reason: { $reason }
    {"\u000A"}
desk-sure-debit = <b>Debit { $amount }?</b>
    Reason: { $reason }
    {"\u000A"}
desk-sure-payback = <b>Pay { $amount } back?</b>
    What the balance has of it is set aside now; what was spent is taken from the next top-up.
    Reason: { $reason }
desk-sure-dismiss = <b>Dismiss { $chat }?</b>
    They will not get into the desk any more.
desk-sure-stop-selling = <b>Stop selling?</b>
    Nobody can order until you resume. What has been ordered is finished. Users read your note, if you have set one.
desk-sure-rollback = <b>{ $setting }</b>
    Back to: { $value }?

desk-waiting = <b>Waiting</b>
desk-waiting-credit = {"\u000A\u000A"}Credit of { $amount }, asked for by { $by }
    Reason: { $reason }
desk-waiting-receipt = {"\u000A\u000A"}Receipt for { $amount }, number <code>{ $reference }</code>, { $when }
desk-waiting-unmatched = {"\u000A\u000A"}Payment without an owner: { $amount }, { $when }
button-desk-approve = ✅ { $reference }
button-desk-reject = ✖️ { $reference }

desk-models = <b>Models</b>: { $n }
    With what they earned in 30 days. ⛔ are stopped, 💤 the catalog hides.
desk-model = <b>{ $model }</b>
    <code>{ $id }</code>
    { $state }
desk-model-is-sold = on sale
desk-model-is-stopped = ⛔ stopped
desk-model-is-resting = ⏸ taking a break
desk-model-rests = {"\u000A\u000A"}Failed: { $failed } of the last { $n }.
    Off sale since { $since }, on sale again by itself { $until }. If it goes on to fail, the next break is longer.
desk-model-is-hidden = not on sale: the catalog hides it
desk-model-markup = {"\u000A\u000A"}Markup: { $markup }
desk-model-own-markup = {"\u000A\u000A"}Markup: { $markup } of its own (the shop’s: { $general })
desk-model-sold = The model is on sale again.
desk-model-stopped = The model is stopped.
model-stopped-desk = This model is taking a break. We will bring it back soon.
button-stop-model = ⛔ Stop selling it
button-model-markup = Markup
button-reset = ↺ As configured
button-change = ✏️ Change
button-switch-on = Switch on
button-switch-off = Switch off
button-rollback = ↩️ { $value }

desk-settings = <b>Shop settings</b>
    They hold at once and for all instances; what is not set here comes from the configuration.
desk-setting = <b>{ $setting }</b>
    { $value }
    Source: { $source }
    By the configuration: { $configured }
desk-setting-here = set here
desk-setting-configured = the configuration
desk-setting-history = {"\u000A\u000A"}{ $when }, { $by }: { $before } → { $after }
desk-set = Set.
desk-selling-off = Selling is stopped.
desk-selling-on = Selling goes on.
desk-chart-comes = The picture is on its way.
desk-table-comes = The file is on its way.
setting-selling = Selling
setting-selling-note = Note while nothing is sold
setting-markup = Markup
setting-welcome = Welcome bonus
setting-live-max = Orders at once per user
setting-losses-to-stop = Losses in a row that stop a model
setting-support-contact = Support contact
setting-support-text = Support text
setting-alone-max = Credit without a second owner, up to
setting-model = Markup of { $model }

desk-staff = <b>Staff</b>
desk-staff-configured = {"\u000A"}<code>{ $chat }</code>: owner, by the configuration
desk-staff-member = {"\u000A"}<code>{ $chat }</code>: { $role }
desk-appoint = <b>Appoint { $chat }</b>
    As what?
desk-appointed = Appointed. They get to the desk by /admin.
desk-dismissed = Dismissed.
button-appoint = ➕ Appoint
button-dismiss = ✖️ Dismiss { $chat }

desk-audit-log = <b>Who did what</b>
desk-audit-line = {"\u000A\u000A"}{ $when } · { $by }, { $role }
    { $deed }: { $subject }
desk-audit-change = {"\u000A"}{ $before } → { $after }
desk-audit-reason = {"\u000A"}Reason: { $reason }
deed-credit = credited
deed-debit = debited
deed-ask-credit = asked for a large credit
deed-grant-credit = granted a large credit
deed-refuse-credit = refused a large credit
deed-give-runs = gave free runs
deed-block = shut out
deed-unblock = let in again
deed-write = wrote to
deed-refund-generation = refunded an order
deed-refund-payment = paid back
deed-approve-receipt = approved a receipt
deed-reject-receipt = turned down a receipt
deed-accept-rate = accepted the rate of
deed-stop-model = stopped a model
deed-sell-model = put a model back on sale
deed-set = set
deed-appoint = appointed
deed-dismiss = dismissed
deed-make-promo = made a promo code
deed-start-broadcast = started a broadcast
deed-pause-broadcast = paused a broadcast
deed-resume-broadcast = resumed a broadcast
deed-cancel-broadcast = ended a broadcast
deed-make-campaign = made a campaign
deed-clean-log = removed old events
deed-export = exported figures

figures-text = <b>Figures: { $period }</b>
period-today = today
period-week = 7 days
period-month = 30 days
figures-people = {"\u000A\u000A"}<b>Users</b>
    New: { $new }, active: { $active }
    Of the new: ordered { $ordered }, paid { $paid }
figures-orders = {"\u000A\u000A"}<b>Generations</b>
    Ordered: { $ordered }
    Done: { $succeeded }, failed: { $failed }, taken back: { $cancelled }
    Under way now: { $live }
figures-waits = {"\u000A"}Waiting: half within { $half }, 95 of 100 within { $rare }
figures-money = {"\u000A\u000A"}<b>Money</b>
    Revenue: { $revenue }
    KIE’s cost: { $cost }
    Margin: { $margin }
    Refunded: { $refunded }
    Paid in: { $paid_in }, paid back: { $paid_back }
    Bonuses: { $given }
figures-top = {"\u000A\u000A"}<b>Top models</b>
figures-model = {"\u000A"}{ $model }: { $n } · { $revenue } · margin { $margin }
desk-person-figures = {"\u000A"}Orders: { $orders }
    Spent: { $spent }
    Paid in: { $paid }
    Last seen: { $seen }
button-chart = 📈 Picture
button-table = 📄 Table
short-thousands = { $n }k
chart-title = The shop
chart-empty = Nothing on these days
chart-money = Revenue and margin
chart-revenue = Revenue
chart-cost = KIE’s cost
chart-margin = Margin
chart-generations = Generations
chart-succeeded = Done
chart-failed = Failed
chart-cancelled = Taken back
chart-models = Top models by revenue
chart-funnel = Who came in these days
chart-came = Started the bot
chart-ordered = Ordered
chart-paid = Paid
table-day = day
table-model = model
table-new = new users
table-ordered = ordered
table-succeeded = done
table-failed = failed
table-cancelled = taken back
table-captured = charged
table-refunded = refunded
table-cost = cost
table-paid-in = paid in
table-paid-back = paid back
table-given = bonuses
