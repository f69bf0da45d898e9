### Watching over the shop: health, alerts.

desk-health = <b>Health</b>
desk-health-seen = {"\u000A"}KIE and Telegram as of { $when }
desk-problem = {"\u000A\u000A"}⛔ <b>{ $check }</b>
desk-warning = {"\u000A\u000A"}⚠️ <b>{ $check }</b>
desk-fine = {"\u000A\u000A"}✅ <b>{ $check }</b>
health-database = Database
health-migrations = Migrations
health-updates = Updates
health-account = KIE account
health-credits = KIE credits
health-queue = Queue
health-stuck = Orders in progress
health-orphans = Orphan tasks
health-receipts = Receipts
health-payments = Payments
health-audit = Audit
health-rate = Exchange rate
health-version = Version
health-plan = Hosting plan
health-disk = Disk

found-silent = {"\u000A"}No answer in time.
found-unseen = {"\u000A"}Not looked at yet. Refresh in a moment.
found-database = {"\u000A"}{ $kind } answers in { $ms } ms.
found-migrations = {"\u000A"}None is missing.
found-migrations-missing = {"\u000A"}Missing: { $names }.
found-updates-webhook = {"\u000A"}By webhook, waiting at Telegram: { $n }.
found-updates-polling = {"\u000A"}By polling, waiting at Telegram: { $n }.
found-updates-elsewhere = {"\u000A"}Telegram sends updates to another address, or to none.
found-updates-taken = {"\u000A"}A webhook is set, so polling gets nothing.
found-updates-failed = {"\u000A"}Telegram failed to reach us { $ago } ago, waiting: { $n }.
    It says: { $error }
found-account = {"\u000A"}The key works.
found-account-trouble = {"\u000A"}KIE takes no orders: { $trouble }.
found-account-resting = {"\u000A"}KIE knows our account but does not take orders in time: { $families }. They wait; one at a time finds out whether it is back.
found-paused-asked = {"\u000A"}Nothing is sold: { $trouble }. Orders wait. The bot asks KIE every few minutes and sells again by itself.
found-paused-tried = {"\u000A"}Nothing is sold: { $trouble }. Orders wait. From time to time one order tries, and selling goes on once it is taken.
found-credits = {"\u000A"}Left: { $credits }.
found-credits-days = {"\u000A"}Left: { $credits }. { $n ->
    [0] At last week’s pace they are gone within a day.
    [one] At last week’s pace that is enough for { $n } day.
   *[other] At last week’s pace that is enough for { $n } days.
}
found-credits-unknown = {"\u000A"}Unknown: KIE does not tell them.
found-queue = {"\u000A"}Jobs due: { $n }, none is late.
found-queue-late = {"\u000A"}Jobs due: { $n }, the first has been waiting for { $wait }.
found-live = {"\u000A"}In progress: { $n }, none is stuck.
found-stuck = {"\u000A"}Not finished after { $age }: { $n }.
found-no-orphans = {"\u000A"}None this week.
found-orphans = {"\u000A"}Tasks KIE may have made without us this week: { $n }.
found-no-receipts = {"\u000A"}None is waiting.
found-receipts = {"\u000A"}Waiting: { $n }, the first for { $wait }.
found-payments = {"\u000A"}All are taken and explained.
found-dead-payments = {"\u000A"}Payment updates the bot could not take this week: { $n }.
found-unmatched = {"\u000A"}Payments in a provider’s list that our books do not have: { $n }.
found-audit = {"\u000A"}The books were sound { $ago } ago, rows checked: { $n }.
found-no-audit = {"\u000A"}None has run yet.
found-audit-findings = {"\u000A"}Findings: { $n }, { $ago } ago.
    The first: { $first }
found-rate = {"\u000A"}{ $rate } ₽ for a dollar, of { $day }.
found-rate-configured = {"\u000A"}The configured one.
found-rate-waiting = {"\u000A"}{ $rate } ₽ of { $day } is waiting: it jumped.
found-version = {"\u000A"}{ $version }
found-plan = {"\u000A"}Render. A free plan falls asleep after 15 min.
found-disk = {"\u000A"}{ $mb } MB left.
found-errors = {"\u000A"}{ $model }: { $failed } of the last { $n } failed. It takes a break for { $span }.
found-drift = {"\u000A"}{ $model }: our table says { $quoted } credits on average, KIE takes { $taken }.

remedy-database = {"\u000A"}→ Check that the database runs and DATABASE_URL leads to it.
remedy-migrations = {"\u000A"}→ Run kiebot migrate.
remedy-updates = {"\u000A"}→ Check that the public address is reachable and no other bot uses this token; a restart sets the webhook again.
remedy-kie-silent = {"\u000A"}→ Usually KIE is down: orders wait and go on by themselves. If it lasts, check the network.
remedy-key = {"\u000A"}→ Check KIE_API_KEY and its list of addresses at kie.ai/api-key.
remedy-key-cap = {"\u000A"}→ Raise the key’s cap at kie.ai/api-key.
remedy-maintenance = {"\u000A"}→ Nothing to do: KIE has to finish. If you know that it has, sell again by hand.
remedy-credits = {"\u000A"}→ Top up at kie.ai.
remedy-queue = {"\u000A"}→ See whether the database and KIE are slow; more WORKERS or another instance help.
remedy-stuck = {"\u000A"}→ They end by themselves within a day, and the money goes back. If there are many, KIE is in trouble: stop the model.
remedy-orphans = {"\u000A"}→ Nobody was charged for them. What they cost stands in KIE’s own log.
remedy-receipts = {"\u000A"}→ Decide about them: somebody has paid and is waiting.
remedy-dead-payments = {"\u000A"}→ Compare with the provider’s list: the reconciliation credits what it finds there. The raw updates are kept for 30 days.
remedy-unmatched = {"\u000A"}→ Find the payer under “Waiting” and credit the payment by hand.
remedy-audit = {"\u000A"}→ Run kiebot audit: it names each row. Do not correct rows by hand.
remedy-audit-old = {"\u000A"}→ It runs by itself at night; kiebot audit runs it now.
remedy-rate = {"\u000A"}→ Check USD_RATE_URL; until then the last rate holds.
remedy-rate-waiting = {"\u000A"}→ Accept it in the message about it, or with kiebot rate.
remedy-plan = {"\u000A"}→ Do not sell on a free plan: it misses payments.
remedy-disk = {"\u000A"}→ Make room, or move the database to a larger disk.

desk-alerts = <b>Alerts</b>
desk-no-alerts = {"\u000A"}All is quiet.
desk-alert-subject = {"\u000A"}{ $model }
desk-alert-since = {"\u000A"}Since { $when }
desk-alert-over = {"\u000A"}Last seen { $when }
desk-alert-muted = {"\u000A"}🔕 Muted until { $when }
alerts-told = 🔔 <b>Something needs your attention</b>
alerts-more = {"\u000A\u000A"}And more: { $n }. All of them are under “Alerts”.
alert-errors = Failing model
alert-drift = Price drift
alert-muted = Muted for a day.
alert-unmuted = You will hear of it again.
alerts-over = ✅ <b>It is over</b>
alert-ended = {"\u000A"}Over after { $span }.
desk-paused = {"\u000A"}⏸ <b>Paused since { $since }</b>: { $trouble }.
    Next try: { $until }. It goes on by itself.
desk-pause-ended = Selling goes on. If KIE refuses again, it pauses again.
button-end-pause = ▶️ Sell again now
deed-end-pause = ended a pause of selling
button-alerts = 🔔 Alerts
button-mute = 🔕 Mute for a day
button-unmute = 🔔 Unmute
deed-mute-alert = muted an alert
deed-unmute-alert = unmuted an alert

desk-events = <b>Log</b> from { $level } on
    Send a correlation, a user, an order or words to look for them.
desk-events-needle = {"\u000A"}Looking for: { $needle }
desk-event-line = {"\u000A\u000A"}{ $n }. { $mark } { $when }
    { $message }
desk-event = { $mark } { $when }
    <code>{ $target }</code>
    { $message }
desk-event-correlation = {"\u000A"}Correlation: <code>{ $id }</code>
desk-event-user = {"\u000A"}User: <code>{ $id }</code>
desk-event-generation = {"\u000A"}Order: <code>{ $id }</code>
desk-event-fields = {"\u000A"}<code>{ $fields }</code>
desk-event-gone = This event is gone: the log keeps them for 30 days.
events-ask-days = <b>What shall be removed from the log?</b>
    Send a number of days: events older than that will be removed. They go by themselves after a month.
events-bad-days = Send a whole number of days, from 1 to { $max }.
events-sure-clean = <b>Remove events older than { $n ->
        [one] { $n } day
       *[other] { $n } days
    }?</b>
    They can’t be brought back. Money and the record of who did what are never removed.
events-cleaned = Old events are being removed.
button-events = 🧾 Log
button-all-events = Show everything
button-export-events = 📄 As a file
button-clean-events = 🗑 Clean up
