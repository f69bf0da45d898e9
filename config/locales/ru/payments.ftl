### Пополнение баланса, платежи, чеки.

top-up-text = <b>Пополнение</b>
    На какую сумму? Выберите или просто напишите число: от { $min } до { $max }.
top-up-by-hand = <b>Пополнение</b>
    Чтобы пополнить баланс, напишите нам: назовите сумму, и мы пришлём реквизиты. Деньги появятся на балансе, как только мы подтвердим платёж.
top-up-ways = <b>Пополнение: { $amount }</b>
    Как удобнее заплатить?
way-stars = ⭐ Telegram Stars, { $price }
way-bank = 🏦 Перевод в банк, { $price }
way-yookassa = 💳 Карта или СБП, { $price }
way-crypto-pay = 🪙 Криптовалюта, { $price }
price-stars = { $stars ->
    [one] { $stars } звезда
    [few] { $stars } звезды
   *[other] { $stars } звёзд
}
invoice-title = Пополнение баланса
invoice-description = { $amount } на баланс для генераций

invoice-asked = <b>Пополнение: { $amount }</b>
    Готовим оплату, секунду…
invoice-open = <b>Пополнение: { $amount }</b>
    Нажмите кнопку и оплатите. Деньги сразу появятся на балансе. Счёт открыт до { $until }.
invoice-claimed = <b>Пополнение: { $amount }</b>
    Чек у нас. Проверим перевод и напишем, как только деньги будут на балансе.
invoice-paid = <b>Оплачено</b>
    { $amount } на вашем балансе.
invoice-rejected = <b>Пополнение: { $amount }</b>
    Мы не нашли этот перевод: { $reason }

    Ничего не зачислено. Если это ошибка, напишите в поддержку.
invoice-expired = <b>Пополнение: { $amount }</b>
    Время этого платежа вышло. Ничего не списано. Если вы всё-таки оплатили, деньги всё равно будут зачислены.
invoice-cancelled = <b>Пополнение: { $amount }</b>
    Отменено, ничего не списано.
invoice-failed = <b>Пополнение: { $amount }</b>
    Этот способ оплаты сейчас не работает. Ничего не списано. Выберите другой или попробуйте позже.
invoice-gone = Этого счёта больше нет.
button-pay = Оплатить { $price }
button-invoice-check = 🔄 Я оплатил
button-invoice-cancel = ✖️ Отменить
button-top-up-again = Пополнить

transfer-text = <b>Переведите { $amount }</b>
transfer-bank = {"\u000A"}Банк: { $value }
transfer-card = {"\u000A"}Карта: <code>{ $value }</code>
transfer-phone = {"\u000A"}Телефон (СБП): <code>{ $value }</code>
transfer-holder = {"\u000A"}Получатель: { $value }
transfer-end = {"\u000A\u000A"}Номер перевода: <code>{ $reference }</code>. Если есть поле для сообщения, укажите его там.

    Потом пришлите чек прямо сюда: фото, скриншот или PDF. Мы проверим его вручную; перевод ждём до { $until }.

notice-way-closed = Этот способ оплаты сейчас закрыт. Выберите другой.
notice-not-an-amount = Это не похоже на сумму. Напишите число рублей, например 300.
notice-amount-out-of-bounds = За один раз можно пополнить на сумму от { $min } до { $max }.
notice-too-many-invoices = { $max ->
    [one] Уже открыт { $max } неоплаченный счёт. Сначала оплатите или отмените его.
    [few] Уже открыты { $max } неоплаченных счёта. Сначала оплатите или отмените один из них.
   *[other] Уже открыты { $max } неоплаченных счетов. Сначала оплатите или отмените один из них.
}
notice-invoice-asking = Спрашиваем о вашем платеже. Как только он придёт, деньги будут на балансе.
notice-invoice-cancelled = Счёт отменён, ничего не списано.
notice-receipt-is-there = Ваш чек уже у нас, мы его проверяем.
notice-not-a-receipt = Чек — это фото, картинка или файл PDF. Пришлите что-то из этого.
notice-credited = ✅ Поступило { $amount }.
notice-payment-credited = ✅ Платёж получен: { $amount } на вашем балансе.
notice-payment-found = ✅ Нашли ваш платёж, который потерялся по дороге: { $amount } на вашем балансе.
notice-payment-refunded = Вам вернули платёж. То, что он принёс на баланс, снято.
notice-payback-done = Мы вернули ваш платёж на { $amount }. Причина: { $reason }
notice-transfer-credited = ✅ Перевод подтверждён: { $amount } на вашем балансе.
notice-transfer-credited-other = ✅ Перевод подтверждён. Пришло { $amount } (в счёте было { $asked }), они на вашем балансе.
notice-transfer-rejected = Ваш перевод на { $amount } не подтверждён: { $reason }. Ничего не зачислено. Если это ошибка, напишите в поддержку: /support

checkout-later = Прямо сейчас пополнить баланс не получится. Ничего не списано, попробуйте через минуту.
checkout-closed = Этот счёт закрыт. Создайте в боте новый.
checkout-not-yours = Этот счёт выставлен не вам. Создайте в боте свой.
checkout-paid = Этот счёт уже оплачен.
checkout-expired = Время этого счёта вышло. Создайте в боте новый.
checkout-wrong-amount = Сумма не совпадает со счётом. Создайте в боте новый.
checkout-not-selling = Продажи сейчас на паузе, поэтому денег мы не берём. Попробуйте позже.

claim-text = 🧾 <b>Чек о переводе</b>
    { $who }
    ID: <code>{ $user }</code>
    Сумма: <b>{ $amount }</b>
    Номер: <code>{ $reference }</code>

    Сам чек придёт следом. Прежде чем подтвердить, проверьте, что деньги действительно пришли.
claim-nobody = плательщик удалил свои данные
claim-repeats = {"\u000A\u000A"}⚠️ Точно такой же файл уже присылали как чек, к счёту <code>{ $invoice }</code>.
claim-amount-text = <b>Перевод { $reference }</b>
    Сколько пришло? В счёте { $amount }. Напишите сумму в рублях.
claim-reason-text = <b>Перевод { $reference }, { $amount }</b>
    Почему отклоняем? Напишите причину, плательщик её прочтёт.
button-claim-approve = ✅ Пришло { $amount }
button-claim-other = Другая сумма
button-claim-reject = ✖️ Отклонить
notice-claim-approved = Перевод { $reference }: зачислено { $amount }, плательщику сообщим.
notice-claim-rejected = Перевод { $reference } отклонён, плательщику сообщим.
notice-claim-gone = По этому чеку уже есть решение.
notice-receipt-lost = Ваш чек к переводу { $reference } передать не удалось: сообщение с ним удалено. Пришлите его в поддержку: /support

owner-payment-unexplained = ⚠️ Платёж без счёта, который бы его объяснял: { $payment }, { $stars } ⭐ от { $user }. Зачислено по текущему курсу: { $amount }.
owner-payment-worthless = ⚠️ Платёж { $payment } на { $stars } ⭐ не удалось перевести в рубли, он не зачислен. Проверьте STARS_PER_RUB.
owner-payment-odd-currency = ⚠️ Пришёл платёж в { $currency }, которую мы не просили. Он не зачислен; посмотрите платежи в Telegram.
owner-payment-differs = ⚠️ Платёж { $payment } не совпадает со счётом: просили { $asked }, пришло и зачислено { $amount }.
owner-invoice-refused = ⚠️ { $provider } не принимает наши счета: { $detail }
owner-payback-refused = ⚠️ Платёж { $payment } ({ $provider }) вернуть не удалось: { $detail }. Отложенное для возврата снова на балансе.
