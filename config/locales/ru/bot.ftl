# Всё, что читает пользователь. Ключи и переменные те же, что в en/bot.ftl (это проверяет тест).
# Знаки <b> <i> <code> <q> действуют только в самих текстах; подставленное пользователем остаётся как есть.
# Между числом и единицей и перед тире стоит неразрывный пробел (U+00A0); тест находит обычный.

duration-seconds = { $n } сек
duration-minutes = { $n } мин
duration-hours = { $n } ч
amount-runs = { $n ->
    [one] { $n } запуск
    [few] { $n } запуска
   *[many] { $n } запусков
}
language-ru = Русский
language-en = English

help-text = <b>Помощь</b>

    1. Откройте /menu и выберите, что хотите получить.
    2. Ответьте на вопросы: опишите результат, пришлите картинку, выберите настройки.
    3. Проверьте заказ. Больше, чем указано на кнопке, не спишется.
    4. Дождитесь результата: он придёт сюда же.

    Пока заказ в очереди, его можно отменить. Если модель не справилась, деньги сразу возвращаются на баланс.

    /search — найти модель
    /balance — баланс и операции
    /history — ваши работы
    /cancel — отменить незаконченный заказ
    /settings — язык, звук, ваши данные
    /support — написать нам
    /paysupport — вопросы об оплате
    /terms — условия
    /privacy — какие данные мы храним

generation-title = <b>{ $model }</b>{"\u000A"}
generation-sending = Готово, отправляем.
    Цена { $price }.
generation-delivered = ✅ Готово за { $took }.
    Списано { $price }.
generation-undeliverable = Результат готов, но отправить его не удалось.
    На баланс вернулось { $price }.
generation-cancelled = Заказ отменён.
    Ничего не списано, снова доступно { $price }.
generation-not-charged = {"\u000A"}Ничего не списано, снова доступно { $price }.
failure-inputs-refused = ❌ Модель не приняла запрос. Измените описание или настройки.
failure-content-refused = ❌ Модель отказалась: запрос нарушает её правила. Попробуйте описать иначе.
failure-provider-failed = ❌ У модели не получилось. Попробуйте ещё раз или измените запрос.
failure-model-unavailable = ❌ Эта модель сейчас отключена. Попробуйте другую.
failure-service-unavailable = ❌ Сейчас создать не получится, мы уже разбираемся. Попробуйте позже.
failure-answer-lost = ❌ Связь с моделью прервалась. Попробуйте ещё раз.
failure-timed-out = ❌ Модель так и не ответила. Попробуйте ещё раз.
failure-queued-too-long = ❌ Заказ слишком долго ждал очереди. Попробуйте позже.
progress-done = ⤵️ Готово, результат ниже.
progress-failed = ⤵️ Итог ниже.
result-caption = <b>{ $model }</b>
    { $price } · { $took }
result-links = Файл слишком велик для Telegram. Скачайте его по ссылке, она действует около суток:
result-unknown = Модель прислала ответ в незнакомом виде. Мы его сохранили, разберёмся и напишем вам.
trouble-key-refused = ключ API отклонён, проверьте KIE_API_KEY и список адресов
trouble-out-of-credits = кончились кредиты, пополните счёт KIE
trouble-key-cap = исчерпан лимит этого ключа, поднимите его в кабинете KIE
trouble-maintenance = у KIE технические работы
owner-loss = ⚠️ Модель <b>{ $model }</b> продана в убыток.
    Кредиты KIE: по таблице { $quoted }, списано { $taken }.
    Покупатель заплатил { $earned }, нам это стоило { $cost }.
    Проверьте цену модели.
owner-loss-counted = ⚠️ Модель <b>{ $model }</b> продана в убыток.
    Кредиты KIE: по таблице { $quoted }, списано { $taken }.
    Покупатель заплатил { $earned }, нам это стоило { $cost }.
    { $losses ->
        [one] Проверьте цену: после { $losses } убытка подряд модель сама снимется с продажи.
       *[other] Проверьте цену: после { $losses } убытков подряд модель сама снимется с продажи.
    }
owner-stopped = ⏸ Модель <b>{ $model }</b> снята с продажи.
    Убыточных заказов подряд: { $losses }.
    Кредиты KIE в последнем: по таблице { $quoted }, списано { $taken }.
    Покупатель заплатил { $earned }, нам это стоило { $cost }.
    Оплаченные заказы будут выполнены. Когда исправите цену, верните модель в продажу.

balance-text = <b>Баланс</b>
    Доступно: <b>{ $available }</b>
balance-text-reserved = <b>Баланс</b>
    Доступно: <b>{ $available }</b>
    Отложено под заказы: { $reserved }
statement-title = <b>Операции</b>{"\u000A"}
statement-empty = <b>Операции</b>{"\u000A"}
    Пока пусто.
statement-top-up = {"\u000A"}Пополнение: { $amount }
statement-top-up-by = {"\u000A"}Пополнение ({ $way }): { $amount }
statement-reserve = {"\u000A"}Отложено под заказ: { $amount }
statement-capture = {"\u000A"}Оплата заказа: { $amount }
statement-release = {"\u000A"}Заказ не состоялся, снова доступно: { $amount }
statement-release-other = {"\u000A"}Снова доступно: { $amount }
statement-refund-generation = {"\u000A"}Возврат за заказ: { $amount }
statement-reserve-payback = {"\u000A"}Отложено под возврат платежа: { $amount }
statement-refund-payment = {"\u000A"}Возврат платежа: { $amount }
statement-refund-payment-by = {"\u000A"}Возврат платежа ({ $way }): { $amount }
statement-bonus = {"\u000A"}Бонус: { $amount }
statement-bonus-welcome = {"\u000A"}Приветственный бонус: { $amount }
statement-bonus-promo = {"\u000A"}Промокод { $code }: { $amount }
statement-bonus-referral = {"\u000A"}Бонус за приглашение: { $amount }
statement-bonus-gift = {"\u000A"}Подарок от нас: { $amount }
statement-adjust = {"\u000A"}Исправление баланса: { $amount }
statement-note = {"\u000A"}Причина: { $note }
statement-way-stars = Telegram Stars
statement-way-bank = перевод в банк
statement-way-yookassa = карта или СБП
statement-way-crypto-pay = криптовалюта
history-text = <b>Ваши работы</b>
history-empty = <b>Ваши работы</b>
    Пока ничего нет. Начните с /menu.
state-queued = ⏳
state-running = ⚙️
state-sending = 📤
state-delivered = ✅
state-undeliverable = ⚠️
state-cancelled = 🚫
state-failed = ❌

button-balance = 💰 Баланс
button-history = 🗂 Мои работы
button-settings = ⚙️ Настройки
button-help = ❓ Помощь
button-menu = 🏠 Меню
button-back = ← Назад
button-previous = ← Предыдущие
button-next = Следующие →
button-create = Создать
button-discard = Отменить
button-top-up = Пополнить
button-resume = ▶️ Продолжить заказ
button-cancel = Отменить заказ
button-refresh = Обновить
button-again = Ещё раз
button-reword = Другой запрос
button-resend = Прислать снова
button-statement = Операции
button-write-support = Написать в поддержку
button-sell-again = ▶️ Продавать снова

notice-stale = Эта кнопка устарела. Вот что сейчас.
notice-unsupported = Такое сообщение я не понимаю. Опишите словами или выберите в меню.
notice-edited = Правка отправленного сообщения ничего не меняет. Пришлите новый текст.
notice-draft-discarded = Заказ отменён, ничего не списано.
notice-nothing-to-cancel = Отменять нечего.
notice-unknown-command = Такой команды нет. Вот меню.
notice-model-gone = Эту модель мы больше не предлагаем. Выберите другую.
notice-draft-stopped = Эту модель мы пока не продаём. Ничего не списано, заказ сохранён.
notice-sold-again = Модель снова в продаже. Если заказы опять пойдут в убыток, продажи остановятся сами.
notice-generation-gone = Такого заказа нет.
notice-files-lost = Файлы того заказа уже не хранятся. Пришлите их ещё раз.
notice-too-late-to-cancel = Отменить уже нельзя: модель начала работу.
notice-cancel-ended = Отменять нечего: этот заказ уже завершён.
notice-no-result = У этого заказа нет результата.
notice-selling-paused = Сейчас новые заказы не принимаются, скоро вернёмся. Ничего не списано.
notice-paused = Новые заказы временно недоступны, деньги на балансе целы. Попробуйте немного позже.
notice-paused-maintenance = У сервиса, который создаёт результаты, технические работы. Деньги на балансе целы, попробуйте позже.
notice-too-many-live = { $max ->
    [one] Одновременно можно не больше { $max } заказа. Дождитесь результата.
   *[other] Одновременно можно не больше { $max } заказов. Дождитесь одного из них.
}
notice-orders-too-fast = Слишком много заказов за минуту. Следующий можно сделать через { $wait }; ничего не списано.
notice-too-fast = Не так быстро, пожалуйста. Подождите секунду и нажмите ещё раз.
notice-too-much = Слишком много сразу: последние сообщения не приняты. Подождите несколько секунд и пришлите их ещё раз.
notice-trouble = Что-то сломалось на нашей стороне. Мы уже знаем; деньги целы. Попробуйте ещё раз через минуту.
notice-payments-off = Оплата сейчас недоступна, попробуйте позже. Деньги не списаны.
notice-elsewhere = Я работаю только в личной переписке.

command-menu = Меню: что можно создать
command-balance = Баланс и операции
command-history = Мои работы
command-admin = Пульт владельца
command-help = Как это работает
command-settings = Язык, звук, ваши данные
command-cancel = Отменить незаконченный заказ
command-support = Написать в поддержку
command-paysupport = Вопросы об оплате
command-terms = Условия
command-start = Начать сначала

## Что прислали без вопроса.
offer-received = Получено: { $files }.
offer-from-result = Из вашего результата: { $files }.
offer-your-words = Ваш текст:
offer-words = <q>{ $words }</q>
offer-pictures = { $n ->
    [one] { $n } картинка
    [few] { $n } картинки
   *[many] { $n } картинок
}
offer-videos = { $n } видео
offer-sounds = { $n ->
    [one] { $n } аудиозапись
    [few] { $n } аудиозаписи
   *[many] { $n } аудиозаписей
}
offer-files = { $n ->
    [one] { $n } файл
    [few] { $n } файла
   *[many] { $n } файлов
}
offer-question = Что с этим сделать?
offer-found = Ищете модель? Первые в списке подходят к этим словам. Или выберите, что сделать из текста.
offer-checking = Смотрю, что это за файл, секунду…
offer-nothing = Ни одна модель не возьмёт это в таком виде. Пришлите что-нибудь другое или меньше файлов — или выберите модель в меню.
notice-sent-gone = Файл не удалось получить: его больше нет. Пришлите его ещё раз.
notice-sent-bad-link = Ссылка не открывается. Нужен публичный https-адрес, который ведёт прямо на файл.
notice-sent-unknown = Не могу понять, что это за файл. Подойдут картинки, видео, аудио и PDF.
notice-sent-damaged = Файл повреждён. Пришлите другой.
notice-sent-refused = Файл не удалось обработать. Пришлите его ещё раз чуть позже.
