### Putting money on the balance, payments, receipts.

top-up-text = <b>Top up</b>
    How much? Pick an amount or just type one: from { $min } to { $max }.
top-up-by-hand = <b>Top up</b>
    To top up, write to us: name the amount and we will send you the payment details. The money is on your balance as soon as we confirm the payment.
top-up-ways = <b>Top up: { $amount }</b>
    How would you like to pay?
way-stars = ⭐ Telegram Stars, { $price }
way-bank = 🏦 Bank transfer, { $price }
way-yookassa = 💳 Card or SBP, { $price }
way-crypto-pay = 🪙 Cryptocurrency, { $price }
price-stars = { $stars ->
    [one] { $stars } star
   *[other] { $stars } stars
}
invoice-title = Balance top-up
invoice-description = { $amount } on your balance for generations

invoice-asked = <b>Top-up: { $amount }</b>
    Preparing the payment, a second…
invoice-open = <b>Top-up: { $amount }</b>
    Press the button and pay. The money is on your balance at once. The invoice is open until { $until }.
invoice-claimed = <b>Top-up: { $amount }</b>
    Your receipt is with us. We check the transfer and write to you as soon as the money is on your balance.
invoice-paid = <b>Paid</b>
    { $amount } is on your balance.
invoice-rejected = <b>Top-up: { $amount }</b>
    We could not find this transfer: { $reason }

    Nothing was credited. If this is a mistake, write to support.
invoice-expired = <b>Top-up: { $amount }</b>
    The time for this payment is over. Nothing was charged. If you did pay, the money will be credited all the same.
invoice-cancelled = <b>Top-up: { $amount }</b>
    Cancelled, nothing was charged.
invoice-failed = <b>Top-up: { $amount }</b>
    This way to pay does not work right now. Nothing was charged. Please pick another one or try later.
invoice-gone = This invoice is not there any more.
button-pay = Pay { $price }
button-invoice-check = 🔄 I have paid
button-invoice-cancel = ✖️ Cancel
button-top-up-again = Top up

transfer-text = <b>Transfer { $amount }</b>
transfer-bank = {"\u000A"}Bank: { $value }
transfer-card = {"\u000A"}Card: <code>{ $value }</code>
transfer-phone = {"\u000A"}Phone (SBP): <code>{ $value }</code>
transfer-holder = {"\u000A"}Receiver: { $value }
transfer-end = {"\u000A\u000A"}Number of the transfer: <code>{ $reference }</code>. If there is a field for a message, put it there.

    Then send the receipt right here: a photo, a screenshot or a PDF. We check it by hand; until { $until } the transfer can be sent.

notice-way-closed = This way to pay is closed right now. Please pick another one.
notice-not-an-amount = That is no amount. Type a number of roubles, for example 300.
notice-amount-out-of-bounds = One top-up can be from { $min } to { $max }.
notice-too-many-invoices = { $max ->
    [one] One unpaid invoice is open already. Pay or cancel it first.
   *[other] { $max } unpaid invoices are open already. Pay or cancel one of them first.
}
notice-invoice-asking = We are asking for your payment. As soon as it is there, it is on your balance.
notice-invoice-cancelled = The invoice is cancelled, nothing was charged.
notice-receipt-is-there = Your receipt is with us already, we are checking it.
notice-not-a-receipt = A receipt is a photo, a picture or a PDF file. Please send one of these.
notice-credited = ✅ { $amount } came in.
notice-payment-credited = ✅ The payment came in: { $amount } is on your balance.
notice-payment-found = ✅ We found a payment of yours that had got lost on the way: { $amount } is on your balance.
notice-payment-refunded = A payment was returned to you. What it had put on the balance is taken off again.
notice-payback-done = We returned your payment of { $amount }. Reason: { $reason }
notice-transfer-credited = ✅ Your transfer is confirmed: { $amount } is on your balance.
notice-transfer-credited-other = ✅ Your transfer is confirmed. { $amount } came in (the invoice said { $asked }) and is on your balance.
notice-transfer-rejected = Your transfer of { $amount } could not be confirmed: { $reason }. Nothing was credited. If this is a mistake, write to support: /support

checkout-later = The balance can't be topped up this very moment. Nothing was charged, please try again in a minute.
checkout-closed = This invoice is closed. Please make a new one in the bot.
checkout-not-yours = This invoice was made for somebody else. Please make your own in the bot.
checkout-paid = This invoice is paid already.
checkout-expired = The time for this invoice is over. Please make a new one in the bot.
checkout-wrong-amount = The amount differs from the invoice. Please make a new one in the bot.
checkout-not-selling = Sales are paused right now, so we do not take money. Please try later.

claim-text = 🧾 <b>Receipt for a transfer</b>
    { $who }
    ID: <code>{ $user }</code>
    Amount: <b>{ $amount }</b>
    Number: <code>{ $reference }</code>

    The receipt comes below. Check that the money really arrived before you approve.
claim-nobody = the payer has deleted their data
claim-repeats = {"\u000A\u000A"}⚠️ The very same file was sent as a receipt before, for invoice <code>{ $invoice }</code>.
claim-amount-text = <b>Transfer { $reference }</b>
    How much came in? The invoice says { $amount }. Type the amount in roubles.
claim-reason-text = <b>Transfer { $reference }, { $amount }</b>
    Why is it turned down? Write the reason, the payer will read it.
button-claim-approve = ✅ { $amount } came in
button-claim-other = Another amount
button-claim-reject = ✖️ Turn down
notice-claim-approved = Transfer { $reference }: { $amount } credited, the payer is told.
notice-claim-rejected = Transfer { $reference } is turned down, the payer is told.
notice-claim-gone = This receipt was decided about already.
notice-receipt-lost = Your receipt for transfer { $reference } could not be passed on: the message with it is gone. Please send it to support: /support

owner-payment-unexplained = ⚠️ A payment without an invoice that explains it: { $payment }, { $stars } ⭐ from { $user }. Credited at the current rate: { $amount }.
owner-payment-worthless = ⚠️ Payment { $payment } of { $stars } ⭐ could not be turned into roubles and is not credited. Check STARS_PER_RUB.
owner-payment-odd-currency = ⚠️ A payment in { $currency }, which we never asked for. It is not credited; look at the payments in Telegram.
owner-payment-differs = ⚠️ Payment { $payment } differs from its invoice: { $asked } was asked, { $amount } came in and is credited.
owner-invoice-refused = ⚠️ { $provider } refuses our invoices: { $detail }
owner-payback-refused = ⚠️ Payment { $payment } ({ $provider }) can't be paid back: { $detail }. What was set aside for it is on the balance again.
