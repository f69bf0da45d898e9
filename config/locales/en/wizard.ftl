### Composing an order: questions, files, options.

ask-text = { $model }
    <b>{ $input }</b>
ask-text-step = { $model } · { $n } of { $count }
    <b>{ $input }</b>
ask-text-item = { $model } · { $list } { $n }
    <b>{ $input }</b>
ask-now = {"\u000A"}Now: <q>{ $value }</q>
rule-text = <i>{ $max ->
    [one] In one message, up to { $max } character
   *[other] In one message, up to { $max } characters
}</i>
rule-texts = <i>{ $length ->
    [one] One per line, at most { $max }, up to { $length } character each
   *[other] One per line, at most { $max }, up to { $length } characters each
}</i>
rule-number = <i>A number from { $min } to { $max }</i>
rule-choice = <i>Pick a button</i>
rule-many-choices = <i>Pick a button or type the name</i>
rule-file = <i>One file or an https link: { $formats }, up to { $size } MB</i>
rule-files = <i>Files one by one or as an album, https links are fine too: { $formats }, up to { $size } MB each. Received: { $sent } of { $max }</i>
rule-seconds = {"\u000A"}<i>No longer than { $max } sec</i>
rule-own = <i>Pick one of your latest creations</i>
rule-own-none = There is nothing to pick from yet: you need a finished creation of your own. Make one here, then come back:
rule-items = <i>Added: { $sent }. From { $min } to { $max } are needed</i>
item-row = {"\u000A"}{ $n }. { $item }
formats-any = any format
rate-exact = {"\u000A"}Price: { $price } { $unit }
rate-range = {"\u000A"}Price: from { $low } to { $high } { $unit }
unit-second = per second of the result
unit-second-of-video = per second of your video
unit-second-of-sound = per second of the recording
unit-minute-of-sound = per minute of the recording
unit-thousand-characters = per 1000 characters
unit-picture = per picture

choice-with-price = { $choice } · { $price }
choice-own-work = { $model }: { $words }
option-row = { $input }: { $value }
options-text = <b>{ $model }</b>
    Optional settings. You may leave them all as they are.
value-unset = not set
value-yes = Yes
value-no = No
value-characters = { $n ->
    [one] { $n } character
   *[other] { $n } characters
}
value-files = { $n ->
    [one] { $n } file
   *[other] { $n } files
}
value-pictures = { $n ->
    [one] { $n } picture
   *[other] { $n } pictures
}
value-videos = { $n ->
    [one] { $n } video
   *[other] { $n } videos
}
value-sounds = { $n ->
    [one] { $n } recording
   *[other] { $n } recordings
}
value-items = { $n ->
    [one] { $n } item
   *[other] { $n } items
}
value-own-work = your creation
value-own-work-of = your creation by { $model }

preparing-text = <b>{ $model }</b>
    Checking your files, it takes a few seconds. Then you will see the order with its exact price.
review-title = <b>Check your order</b>
    Model: { $model }
review-row = {"\u000A"}{ $input }: { $value }
review-note = {"\u000A\u000A"}⚠️ { $note }
review-price = {"\u000A\u000A"}Price: <b>{ $price }</b>
review-price-metered = {"\u000A\u000A"}Price: <b>at most { $price }</b>
    The exact amount is known at the end; the difference comes back at once.
review-balance = {"\u000A"}Balance: { $before } → { $after }
review-balance-short = {"\u000A"}Balance: { $before }, not enough
review-usual = {"\u000A"}Usually ready in { $usual }
short-text = <b>{ $missing } more needed</b>
    The price is { $price }, your balance { $available }. Nothing was charged, your order is kept.

button-keep = Leave as it is
button-keep-value = Keep: { $value }
button-skip = Skip
button-default = Default: { $value }
button-default-list = Back to default
button-clear = Remove
button-clear-all = Remove all
button-remove-one = Remove { $n }
button-files-done = { $n ->
    [one] Done, { $n } file
   *[other] Done, { $n } files
}
button-item-add = ➕ Add
button-item-edit = ✏️ { $n }
button-item-remove = ✖️ { $n }
button-items-done = Done: { $n }
button-review = To the order
button-options = Settings
button-edit = ✏️ { $input }
button-confirm = Create for { $price }
button-confirm-metered = Create, up to { $price }
button-to-draft = To the order

notice-use-buttons = Please pick a button here.
notice-no-such-choice = There is no such name among them. Type it as on the button, or press the button.
notice-number-wanted = Please send a number here.
notice-whole-number-wanted = Please send a whole number here.
notice-file-wanted = Please send a file here.
notice-picture-wanted = Please send a picture here.
notice-video-wanted = Please send a video here.
notice-sound-wanted = Please send a sound recording here.
notice-own-work-wanted = Please pick one of your own finished creations.
notice-item-wanted = Please add at least one item.
notice-no-file-wanted = No file is needed here.
notice-missing = Please answer this one.
notice-none-of = At least one of these is needed: { $inputs }.
notice-apart = These don't work together, keep one of them: { $inputs }.
notice-not-together = The model does not take this combination. Change one of these: { $inputs }.
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
notice-too-few-items = Not enough yet: at least { $min }, now { $count }.
notice-items-over = At most { $max }, and these are { $count }.
notice-too-many-items = At most { $max }. Change one of those that are there.
notice-file-too-large = The file is too large: up to { $max } MB, please.
notice-media-too-long = Too long: up to { $max } sec, please.
notice-wrong-format = The model does not take this format. It takes: { $formats }.
notice-link-not-https = A plain link is needed, one that begins with https://.
notice-file-twice = This file is there already.
notice-file-expired = The file was sent long ago and is deleted by now. Please send it again.
notice-album-for-one = One file is needed here, so the first of the album was taken.
notice-album-surplus = { $max ->
    [one] At most { $max } file fits. The first was taken, the rest left out.
   *[other] At most { $max } files fit. The first ones were taken, the rest left out.
}
notice-fault-too-large = That file did not work: it is too large. Send another one, up to { $max } MB.
notice-fault-gone = That file could not be fetched. Please send it again.
notice-fault-link = Nothing was found behind that link. It must be https, open to everyone, and lead straight to the file.
notice-fault-kind = It is not clear what kind of file that is. These work: { $formats }.
notice-fault-damaged = That file is damaged. Please send another one.
notice-fault-refused = The model did not take that file. Send another one; these work: { $formats }.
notice-still-preparing = Still checking, almost there.
notice-price-refreshed = The price shown before has expired, here is the current one. Check and confirm again.
