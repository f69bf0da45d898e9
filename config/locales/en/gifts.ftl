### What is free, promo codes, friends.

amount-free = free
free-left = { $left } of { $max } left today
free-next-hour = { $left } of { $max } left today, the next one at { $time }
free-next-day = none left today, more tomorrow at { $time }
free-line = {"\u000A"}🎁 Free: { $left }

shelf-free-text = <b>Free</b>
    You can use these models for free, a little every day.{"\u000A"}
shelf-free-empty = <b>Free</b>
    No model is free at the moment. Come back later.
shelf-free-row = {"\u000A"}• { $model }: { $left }
shelf-free-runs = {"\u000A\u000A"}In your bank: { $runs }. They are used for these models whenever the free ones have run out.
shelf-free-no-runs = {"\u000A\u000A"}Need more? Invite a friend and get runs for your bank.
model-row-free = { $title } · free

review-free = {"\u000A\u000A"}Price: <b>free</b>
review-run = {"\u000A\u000A"}Price: <b>1 free run from your bank</b>
    Your bank: { $before } → { $after }
button-confirm-free = Create for free
button-confirm-run = Create for 1 run
short-friends = {"\u000A\u000A"}You can wait, top up, or invite a friend: that brings free runs.
notice-means-free = This is free now. Check and confirm again.
notice-means-run = The free ones have run out for now, this order takes 1 run from your bank. Check and confirm again.
notice-means-money = The free ones have run out for now, this order is paid. Check the price and confirm again. Nothing was charged so far.

generation-free = {"\u000A"}Free of charge.
generation-reserved-run = {"\u000A"}Set aside: 1 free run.
generation-reserved-run-overdue = {"\u000A"}Set aside: 1 free run; if it fails, the run comes back.
generation-sending-run = Ready, sending it.
    The price is 1 free run.
generation-sending-free = Ready, sending it.
    It is free of charge.
generation-delivered-run = ✅ Ready in { $took }.
    Charged: 1 free run.
generation-delivered-free = ✅ Ready in { $took }.
    It was free of charge.
generation-undeliverable-run = The result is ready, but it could not be sent.
    Your free run is back in your bank.
generation-undeliverable-free = The result is ready, but it could not be sent.
    It was free of charge.
generation-cancelled-run = The order is cancelled.
    Your free run is back in your bank.
generation-cancelled-free = The order is cancelled.
    It does not count against your free ones.
generation-not-charged-run = {"\u000A"}Your free run is back in your bank.
generation-not-charged-free = {"\u000A"}It does not count against your free ones.

balance-runs = {"\u000A"}In your bank: { $runs }

promo-text = <b>Promo code</b>
    Write the code here. Capital and small letters make no difference.
notice-promo-redeemed = 🎁 The code is good, you get { $gift }.
notice-promo-no-code = This does not look like a promo code: it has only letters, digits, hyphens and underscores. Check it and write it again.
notice-promo-unknown = There is no such promo code. Check it for a typo.
notice-promo-expired = This promo code has expired.
notice-promo-used-by-you = You have used this promo code already.
notice-promo-used-up = This promo code is used up: others were quicker.
notice-promo-too-many = { $minutes ->
    [one] Too many wrong codes in a row. Try again in { $minutes } minute.
   *[other] Too many wrong codes in a row. Try again in { $minutes } minutes.
}

friends-text = <b>Invite a friend</b>
    Send your link to a friend.
friends-terms-same = {" "}When they first come by it and top up, you both get a gift: <b>{ $gift }</b>. At most { $max } such gifts a day.
friends-terms = {" "}When they first come by it and top up, you get <b>{ $inviter }</b> and they get <b>{ $invited }</b>. At most { $max } such gifts a day.
friends-terms-inviter = {" "}When they first come by it and top up, you get a gift: <b>{ $gift }</b>. At most { $max } such gifts a day.
friends-terms-invited = {" "}When they first come by it and top up, they get a gift: <b>{ $gift }</b>.
friends-figures = {"\u000A\u000A"}Friends who came: { $invited }
    Of them topped up: { $rewarded }
friends-day-full = {"\u000A"}No more gifts for friends today, there will be new ones tomorrow.
friends-link = {"\u000A\u000A"}Your link:
    <code>{ $link }</code>
friends-no-link = {"\u000A\u000A"}Your link is not ready yet. Open this screen again in a minute.
friends-share = AI models right in Telegram: pictures, videos, music and voice
notice-invited = 👋 A friend invited you.
notice-invited-gift = 👋 A friend invited you. After your first top-up you get a gift: { $gift }.
notice-referral-invited = 🎁 A friend invited you, and you topped up. Your gift: { $gift }.
notice-referral-inviter = 🎁 The friend whom you invited topped up. Your gift: { $gift }.

button-free = 🎁 Free
button-promo = 🎟 Promo code
button-friends = 👥 Friends
button-share = Send to a friend
button-copy-link = Copy the link
command-promo = Use a promo code
command-friends = Invite a friend
