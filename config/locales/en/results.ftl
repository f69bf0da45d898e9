### Progress, results, receipts, history. Between a figure and its unit, a day and its month, and before a dash stands a non-breaking space.

date-day = { $month ->
    [1] { $day } Jan
    [2] { $day } Feb
    [3] { $day } Mar
    [4] { $day } Apr
    [5] { $day } May
    [6] { $day } June
    [7] { $day } July
    [8] { $day } Aug
    [9] { $day } Sept
    [10] { $day } Oct
    [11] { $day } Nov
   *[12] { $day } Dec
}
date-day-short = { $month ->
    [1] { $day } Jan
    [2] { $day } Feb
    [3] { $day } Mar
    [4] { $day } Apr
    [5] { $day } May
    [6] { $day } Jun
    [7] { $day } Jul
    [8] { $day } Aug
    [9] { $day } Sep
    [10] { $day } Oct
    [11] { $day } Nov
   *[12] { $day } Dec
}
date-day-with-year = { $day } { $year }
date-moment = { $day }, { $time }
date-moment-with-year = { $day } { $year }, { $time }

usual-measured = {"\u000A"}Usually ready in { $usual }, rarely more than { $rare }.
usual-steady = {"\u000A"}Usually ready in { $usual }.
usual-guessed = {"\u000A"}Ready in about { $usual }.
generation-queued = { $ahead ->
    [0] ⏳ Your order is next in the queue.
    [one] ⏳ In the queue: { $ahead } order before yours.
   *[other] ⏳ In the queue: { $ahead } orders before yours.
}
generation-resting = ⏳ The models' service does not answer right now. Your order waits and will start by itself; if it can't within { $within }, it is cancelled and nothing is charged.
generation-submitting = ⚙️ Handing your order to the model.
generation-running = ⚙️ Working on it, { $elapsed } so far.
generation-overdue = ⚙️ The model takes longer than usual: { $elapsed } so far. Still waiting.
generation-reserved = {"\u000A"}Set aside: { $price }.
generation-reserved-overdue = {"\u000A"}Set aside: { $price }; if it fails, the money comes back.
generation-when = {"\u000A"}<i>Ordered { $when }</i>
generation-prompt = {"\u000A"}<q>{ $prompt }</q>
generation-made-from = {"\u000A"}Made from an earlier creation of yours.

receipt-title = 🧾 <b>Receipt</b>
    { $model }
    Order No. <code>{ $number }</code> of { $when }{"\u000A"}
receipt-shown = {"\u000A"}Price before you confirmed: { $price }
receipt-shown-at-most = {"\u000A"}Price before you confirmed: at most { $price }
receipt-reserved = {"\u000A"}Set aside: { $amount } · { $when }
receipt-captured = {"\u000A"}Charged: { $amount } · { $when }
receipt-released = {"\u000A"}Available again: { $amount } · { $when }
receipt-refunded = {"\u000A"}Refunded: { $amount } · { $when }
receipt-note = {"\u000A"}<i>Reason: { $note }</i>
receipt-total = {"\u000A"}<b>Total: { $amount }</b>{"\u000A"}
receipt-nothing = {"\u000A"}<b>Total: nothing was charged</b>{"\u000A"}
receipt-returned = {"\u000A"}<b>Total: all of it was returned</b>{"\u000A"}
receipt-open = {"\u000A"}<b>Nothing charged so far</b>{"\u000A"}
receipt-input = {"\u000A"}{ $input }: { $value }
receipt-why = {"\u000A\u000A"}<q><b>Why this price</b></q>
receipt-why-choices = <q>{"\u000A"}It depends on what you chose and sent:</q>
receipt-why-changed = <q>{"\u000A"}The prices of this model have changed since; the order kept its own.</q>
receipt-why-choice = <q>{"\u000A"}• { $input }: { $value }</q>
receipt-why-one-price = <q>{"\u000A"}This model has one price, whatever the settings.</q>
receipt-why-bound = <q>{"\u000A"}The exact sum is known only once the model is done. It is never more than { $bound }.</q>
receipt-why-below-bound = <q>{"\u000A"}The exact sum is known only once the model is done. We set aside { $bound } to be safe; it came to { $charged }, and the other { $rest } came back at once.</q>
receipt-why-at-bound = <q>{"\u000A"}The exact sum is known only once the model is done. We charged what was set aside, { $bound }, and no more.</q>
receipt-why-rate = <q>{"\u000A"}Models are priced in dollars. The rate was fixed on { $when }: { $rate } ₽ to the dollar. Sums are rounded up in steps of { $step }.</q>

statement-when = {"\u000A"}<i>{ $when }</i>
statement-when-for = {"\u000A"}<i>{ $when } · { $what }</i>
history-row = { $state } { $day } · { $model }
history-row-prompt = { $state } { $day } · { $model } · { $prompt }
history-empty-of-this = <b>Your creations</b>
    Nothing here yet.

button-vary = 🎲 Variations
button-use-edit = 🖌 Edit
button-use-animate = 🎞 Animate
button-use-upscale = 🔍 Upscale
button-use-talk = 🗣 Make it talk
button-use-video = 📹 Restyle
button-use-voice = 🗣 Give to a portrait
button-use-clean = 🎚 Clean up
button-favour = ⭐ Keep the model
button-unfavour = ✖️ Drop the model
button-receipt = 🧾 Receipt
button-to-order = To the order
button-made-from = ↩️ What it came from
button-other-model = Another model
button-filter-all = All
button-filter-images = 🖼 Pictures
button-filter-videos = 🎬 Videos
button-filter-audios = 🎵 Audio
button-filter-texts = 📝 Texts
