### Models and texts at the desk: the terms of one model, trying it, own texts.

desk-model-orders = {"\u000A\u000A"}<b>{ $days ->
    [one] { $days } day
   *[other] { $days } days
}</b>
    Ordered { $ordered }: made { $succeeded }, failed { $failed }, cancelled { $cancelled }
desk-model-rate = {"\u000A"}Success rate: { $percent }%
desk-model-waits = {"\u000A"}Wait: half up to { $half }, 95 of 100 up to { $rare }
desk-model-money = {"\u000A"}Revenue: { $revenue }
    KIE’s cost: { $cost }
    Margin: { $margin }
desk-model-costless = {"\u000A"}{ $n ->
    [one] The cost of { $n } more result is unknown
   *[other] The cost of { $n } more results is unknown
}
desk-model-drift = {"\u000A"}Credits for what was paid: { $quoted } by our table, { $taken } by KIE ({ $change }%)
desk-model-drift-metered = {"\u000A"}Credits for what was paid by use: at most { $quoted } by our table, { $taken } by KIE ({ $change }%)
desk-model-computed = {"\u000A\u000A"}Price by table and markup: { $computed }
    Cost: { $cost }
desk-model-no-price = {"\u000A\u000A"}The catalog has no price.
desk-model-price-fixed = {"\u000A"}Own price: <b>{ $price }</b>, whatever the rate
desk-model-price-floor = {"\u000A"}Own price: <b>at least { $price }</b>; what is dearer by the table costs what the table says
desk-price-below-cost = {"\u000A"}⚠️ This is below cost: the model costs us up to { $cost }. Every order will lose money, and after some losses in a row the model may stop itself.
desk-model-markup-idle = {"\u000A"}The markup is idle while an own price is set
desk-model-free = {"\u000A"}Free: { $limits } ({ $source })
desk-model-not-free = {"\u000A"}Free: no ({ $source })
desk-free-limits = { $day } a day, { $hour } an hour
desk-never-free = never
desk-free-rules = {"\u000A"}Only what costs us little whatever is chosen can be given away. The limit counts for each user.
desk-setting-of = {"\u000A\u000A"}<b>{ $model }</b>
desk-ask-price = Send a price in roubles, for example <code>12.50</code>. This model has one price, and everybody will pay exactly that, whatever rate and markup are. Orders whose price was shown already keep it.
desk-ask-least-price = Send a price in roubles, for example <code>12.50</code>. The price of this model depends on what is chosen or on what KIE takes, so yours will be the least: nobody pays less, and what is dearer by table and markup costs what the table says.
desk-ask-limits = How often a day, and how often of that an hour, may one user have it for nothing? Send two numbers: <code>3 2</code>.
desk-bad-limits = Two numbers are wanted: how many a day, from 1 to { $max }, and how many of them an hour.
desk-gift-hidden = The catalog hides this model: it can’t be given away.
desk-gift-too-dear = It can’t be given away: it costs us up to { $cost }, and free is what costs no more than { $max }.
desk-sure-set = <b>{ $setting }</b>
    Set it to { $value }?
desk-sure-text = <b>{ $setting }</b>
    This is how users will see it. Publish?
    {"\u000A"}
desk-texts = <b>Own texts</b>
    Yours bear a pencil, the others come from the bot’s files. They change at once, each language by itself.
desk-text-setting = <b>{ $setting }</b>
    Source: { $source }
    {"\u000A"}
desk-text-nothing = There is nothing here yet.
desk-ask-text = { $max ->
    [one] Send the text, up to { $max } character.
   *[other] Send the text, up to { $max } characters.
} Styles go like this: { $bold }, { $italic }. You will see it before it is published.
style-bold = bold
style-italic = italic
desk-ask-variable = {"\u000A"}You can put in <code>{ $variable }</code>
desk-bad-variable = The text has { $variable }, which stands for nothing here. Braces are only for what is filled in.
desk-bad-mark = The mark { $mark } does not match in the text: each opened one has to be closed.
desk-not-askable = The chat can’t ask for what this model needs yet, so it can’t be tried.
setting-model-price = Price of { $model }
setting-model-free = Free runs of { $model }
setting-text-greeting = Greeting, { $language }
setting-text-terms = Terms, { $language }
setting-text-help = Addition to the help, { $language }
setting-text-paysupport = Questions about payments, { $language }
deed-try-model = tried a model
button-model-price = Price
button-model-free = Free
button-try-model = 🧪 Try it
button-never-free = Never free
button-texts = 📝 Texts

trial-of = 🧪 { $model } (trial)
amount-trial = at the shop’s cost
review-trial = {"\u000A\u000A"}<b>A trial at the shop’s cost</b>: it costs us { $cost }. Your balance stays as it is.
review-trial-at-most = {"\u000A\u000A"}<b>A trial at the shop’s cost</b>: it costs us up to { $cost }. Your balance stays as it is.
review-trial-unknown = {"\u000A\u000A"}<b>A trial at the shop’s cost</b>: the catalog has no price, so the cost is known afterwards. Your balance stays as it is.
button-confirm-trial = 🧪 Try it
receipt-why-set = <q>{"\u000A"}This is the shop’s price for this model: it does not follow the exchange rate.</q>
receipt-why-least = <q>{"\u000A"}By the exchange rate it would be less, but the least price of this model here is { $least }.</q>
