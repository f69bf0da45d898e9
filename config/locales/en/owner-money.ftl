### Money as the owner sees it: the rate, refunds, gifts.

owner-rate-jumped = ⚠️ <b>The dollar rate has jumped</b>
    It was { $old } ₽; for { $day } it is { $new } ₽ ({ $change }%).
    Prices still use the old rate. Check the bank's website and, if the new rate is right, accept it.
button-accept-rate = Accept the new rate
notice-rate-accepted = Rate accepted: { $rate } ₽ to the dollar. Prices use it from now on.
notice-rate-stale = This rate is no longer waiting: another one has come in.

notice-refund-money = ↩️ We’ve refunded { $amount } for your “{ $model }” order. The money is back on your balance.
    Reason: { $reason }
notice-refund-run = ↩️ We’ve given back the free run used for your “{ $model }” order.
    Reason: { $reason }
notice-gift-money = 🎁 A gift for you: { $amount } on your balance. Thanks for being with us!
notice-gift-runs = { $runs ->
    [one] 🎁 A gift for you: { $runs } free run. Thanks for being with us!
   *[other] 🎁 A gift for you: { $runs } free runs. Thanks for being with us!
}
