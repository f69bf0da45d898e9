# Всё, что читает пользователь. Ключи и переменные те же, что в en/bot.ftl (это проверяет тест).
# Знаки <b> <i> <code> <q> действуют только в самих текстах; подставленное пользователем остаётся как есть.

duration-seconds = { $n ->
    [one] { $n } секунда
    [few] { $n } секунды
   *[many] { $n } секунд
}
duration-minutes = { $n ->
    [one] { $n } минута
    [few] { $n } минуты
   *[many] { $n } минут
}
price-from = от { $price }
amount-runs = { $n ->
    [one] { $n } запуск
    [few] { $n } запуска
   *[many] { $n } запусков
}
language-ru = Русский
language-en = English

welcome-text = <b>Здравствуйте, { $name }!</b>
    Здесь нейросети рисуют, снимают видео и озвучивают – прямо в чате, без зарубежных карт и аккаунтов.

    Как это работает: выбираете модель, описываете, что нужно, видите точную цену и подтверждаете. Если ничего не получилось – деньги не списываются.

    На балансе: <b>{ $balance }</b>
menu-text = <b>Что будем делать?</b>
    На балансе: { $balance }
menu-text-draft = <b>Что будем делать?</b>
    На балансе: { $balance }
    Незаконченный заказ сохранён до начала нового.
section-text = <b>{ $section }</b>
    Выберите модель. Цена – за один результат с обычными настройками.
model-row = { $title } · { $price }
model-row-from = { $title } · от { $price }
model-text = <b>{ $title }</b>
    { $summary }

    Разработчик: { $vendor }
    Цена: <b>{ $price }</b>
    Обычно готово за: { $usual }
model-example = {"\u000A\u000A"}Пример запроса:
    <q>{ $example }</q>
settings-text = <b>Настройки</b>
    Язык бота:
help-text = <b>Помощь</b>

    1. Откройте /menu и выберите, что хотите получить.
    2. Ответьте на вопросы: опишите результат, отправьте картинку, выберите настройки.
    3. Проверьте заказ. Цена на кнопке – ровно то, что будет списано, не больше.
    4. Дождитесь результата: он придёт сюда же.

    Пока заказ в очереди, его можно отменить. Если модель не справилась, деньги возвращаются на баланс сразу.

    /balance – баланс и движения денег
    /history – ваши работы
    /cancel – отменить незаконченный заказ
    /settings – язык
    /support – написать нам
support-text = <b>Поддержка</b>
    Опишите, что случилось, и по возможности приложите снимок экрана.
paysupport-text = <b>Вопросы об оплате</b>
    Если деньги ушли, а баланс не пополнился, или нужен возврат – напишите нам: укажите дату, сумму и способ оплаты. Telegram в спорах об оплате не участвует, решаем мы.
terms-text = <b>Условия</b>

    1. Вы покупаете создание картинок, видео и звука по цене, показанной до подтверждения.
    2. Деньги списываются, только когда результат готов. Нет результата – нет списания.
    3. Баланс пополняется заранее; по вопросам оплаты и возврата – /paysupport.
    4. Нельзя создавать незаконное и то, что нарушает чужие права; модель может отказать в таком запросе.
    5. Мы храним ваш номер в Telegram, имя и заказы, чтобы бот работал и учёт сходился.
top-up-text = <b>Пополнение</b>
    Чтобы пополнить баланс, напишите нам: назовите сумму, и мы пришлём реквизиты. Деньги появятся на балансе, как только мы подтвердим платёж.

ask-text = <b>{ $model }</b>
    { $input }
rule-text = <i>{ $max ->
    [one] Одним сообщением, до { $max } знака
   *[other] Одним сообщением, до { $max } знаков
}</i>
rule-number = <i>Число от { $min } до { $max }</i>
rule-choice = <i>Выберите кнопкой</i>
rule-file = <i>Один файл: { $formats }, до { $size } МБ. Отправлено: { $sent } из { $max }</i>
rule-files = <i>Файлы по одному или альбомом: { $formats }, до { $size } МБ каждый. Отправлено: { $sent } из { $max }</i>
choice-with-price = { $choice } · { $price }
option-row = { $input }: { $value }
options-text = <b>{ $model }</b>
    Дополнительные настройки. Можно ничего не менять.
value-unset = по умолчанию
value-set = задано
value-yes = Да
value-no = Нет
value-files = { $n ->
    [one] { $n } файл
    [few] { $n } файла
   *[many] { $n } файлов
}
review-title = <b>Проверьте заказ</b>
    Модель: { $model }
review-row = {"\u000A"}{ $input }: { $value }
review-price = {"\u000A\u000A"}Цена: <b>{ $price }</b>
review-price-metered = {"\u000A\u000A"}Цена: <b>не больше { $price }</b>
    Точная сумма станет известна после, разница вернётся сразу.
review-balance = {"\u000A"}Баланс: { $before } → { $after }
review-balance-short = {"\u000A"}Баланс: { $before } – не хватает
review-usual = {"\u000A"}Обычно готово за: { $usual }
short-text = <b>Не хватает { $missing }</b>
    Цена { $price }, на балансе { $available }. Ничего не списано, заказ сохранён.

generation-title = <b>{ $model }</b>{"\u000A"}
generation-queued = { $ahead ->
    [0] Ваш заказ следующий в очереди.
    [one] В очереди: перед вами { $ahead } заказ.
    [few] В очереди: перед вами { $ahead } заказа.
   *[many] В очереди: перед вами { $ahead } заказов.
}
    Отложено { $price }.
generation-running = Создаём. Прошло: { $elapsed }, обычно: { $usual }.
    Отложено { $price }.
generation-overdue = Модель работает дольше обычного: прошло { $elapsed }, обычно { $usual }.
    Ждём дальше. Отложено { $price }; если не получится, деньги вернутся.
generation-sending = Готово, отправляем.
    Цена { $price }.
generation-delivered = ✅ Готово за { $took }.
    Списано { $price }.
generation-undeliverable = Результат готов, но отправить его не удалось.
    { $price } возвращены на баланс.
generation-cancelled = Заказ отменён.
    Ничего не списано, { $price } снова доступны.
generation-not-charged = {"\u000A"}Ничего не списано, { $price } снова доступны.
failure-inputs-refused = ❌ Модель не приняла запрос. Попробуйте изменить описание или настройки.
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
result-links = Файл слишком велик для Telegram. Скачайте, пока ссылка жива (около суток):
result-unknown = Модель ответила в незнакомом виде. Ответ сохранён, мы разберёмся и вернёмся к вам.
owner-account-trouble = ⚠️ KIE не принимает заказы: { $trouble }. Продажи остановлены на { $minutes } мин, деньги покупателей целы.
trouble-key-refused = ключ API отклонён, проверьте KIE_API_KEY и список адресов
trouble-out-of-credits = кончились кредиты, пополните счёт KIE
trouble-key-cap = исчерпан лимит этого ключа, поднимите его в кабинете KIE

balance-text = <b>Баланс</b>
    Доступно: <b>{ $available }</b>
balance-text-reserved = <b>Баланс</b>
    Доступно: <b>{ $available }</b>
    Отложено под заказы: { $reserved }
statement-title = <b>Движения</b>{"\u000A"}
statement-empty = <b>Движения</b>{"\u000A"}
    Пока пусто.
statement-top-up = {"\u000A"}Пополнение: { $amount }
statement-reserve = {"\u000A"}Отложено под заказ: { $amount }
statement-capture = {"\u000A"}Заказ оплачен: { $amount }
statement-release = {"\u000A"}Заказ не состоялся, отложенное снова доступно: { $amount }
statement-refund-generation = {"\u000A"}Возврат за заказ: { $amount }
statement-reserve-payback = {"\u000A"}Отложено под возврат платежа: { $amount }
statement-refund-payment = {"\u000A"}Платёж возвращён: { $amount }
statement-bonus = {"\u000A"}Бонус: { $amount }
statement-adjust = {"\u000A"}Исправление: { $amount }
history-text = <b>Ваши работы</b>
history-empty = <b>Ваши работы</b>
    Пока ничего нет. Начните с /menu.
history-row = { $state } { $model } · { $price }
state-queued = ⏳
state-running = ⚙️
state-sending = 📤
state-delivered = ✅
state-undeliverable = ⚠️
state-cancelled = 🚫
state-failed = ❌

kind-text-to-image = 🎨 Картинка по описанию
kind-image-edit = 🖌 Изменить картинку
kind-image-to-image = 🖼 Картинка по образцу
kind-text-to-video = 🎬 Видео по описанию
kind-image-to-video = 🎞 Оживить картинку
kind-video-to-video = 📹 Изменить видео
kind-avatar = 🗣 Говорящий портрет
kind-speech-to-video = 🎙 Видео по голосу
kind-music = 🎵 Музыка
kind-text-to-speech = 🔊 Озвучить текст
kind-sound-effect = 💥 Звуки
kind-audio-isolation = 🎚 Очистить звук
kind-speech-to-text = 📝 Речь в текст
kind-upscale = 🔍 Улучшить качество
kind-background-removal = ✂️ Убрать фон
kind-watermark-removal = 🧽 Убрать водяной знак

button-balance = 💰 Баланс
button-history = 🗂 Мои работы
button-settings = ⚙️ Настройки
button-help = ❓ Помощь
button-menu = 🏠 Меню
button-back = ← Назад
button-previous = ← Раньше
button-next = Дальше →
button-create = Создать
button-discard = Отменить
button-keep = Оставить как есть
button-clear = Убрать файлы
button-files-done = { $n ->
    [one] Готово, { $n } файл
    [few] Готово, { $n } файла
   *[many] Готово, { $n } файлов
}
button-review = К заказу
button-options = Настройки
button-edit = ✏️ { $input }
button-confirm = Создать за { $price }
button-top-up = Пополнить
button-to-draft = К заказу
button-cancel = Отменить заказ
button-refresh = Обновить
button-again = Ещё раз
button-reword = Другой запрос
button-resend = Прислать снова
button-statement = Движения
button-write-support = Написать в поддержку

notice-stale = Эта кнопка устарела, вот что сейчас.
notice-unsupported = Такое сообщение я не понимаю. Опишите словами или выберите в меню.
notice-edited = Правка отправленного сообщения ничего не меняет. Пришлите новый текст.
notice-draft-discarded = Заказ отменён, ничего не списано.
notice-nothing-to-cancel = Отменять нечего.
notice-unknown-command = Такой команды нет. Вот меню.
notice-model-gone = Эта модель больше не предлагается. Выберите другую.
notice-generation-gone = Такого заказа нет.
notice-too-late-to-cancel = Отменить уже нельзя: модель начала работу.
notice-no-result = У этого заказа нет результата.
notice-pick-a-model = Сначала выберите, что сделать.
notice-use-buttons = Здесь нужно выбрать кнопкой.
notice-number-wanted = Нужно число.
notice-file-wanted = Здесь нужен файл.
notice-picture-wanted = Здесь нужна картинка.
notice-video-wanted = Здесь нужно видео.
notice-sound-wanted = Здесь нужен звук.
notice-no-file-wanted = Здесь файл не нужен.
notice-missing = Здесь нужен ответ.
notice-not-together = Такое сочетание модель не принимает. Измените одну из настроек.
notice-no-price = Для такого сочетания нет цены. Измените настройки.
notice-too-short = Слишком коротко: { $length }, нужно не меньше { $min } знаков.
notice-too-long = Слишком длинно: { $length } знаков, можно до { $max }. Сократите и пришлите ещё раз.
notice-below-min = Слишком мало: нужно не меньше { $min }.
notice-above-max = Слишком много: можно не больше { $max }.
notice-off-step = Подходят числа от { $min } с шагом { $step }.
notice-too-few = Файлов { $count }, нужно не меньше { $min }.
notice-too-many = Файлов { $count }, можно не больше { $max }.
notice-file-too-large = Файл слишком большой: можно до { $max } МБ.
notice-media-too-long = Слишком долго: можно до { $max } секунд.
notice-wrong-format = Такой формат модель не читает. Подходят: { $formats }.
notice-selling-paused = Сейчас новые заказы не принимаются, скоро вернёмся. Ничего не списано.
notice-too-many-live = Одновременно можно не больше { $max } заказов. Дождитесь одного из них.
notice-price-refreshed = Цена обновлена: показанная раньше больше не действует. Проверьте и подтвердите снова.
notice-trouble = Что-то сломалось на нашей стороне. Мы уже знаем; деньги целы. Попробуйте ещё раз через минуту.
notice-payments-off = Оплата сейчас недоступна, попробуйте позже. Деньги не списаны.
notice-elsewhere = Я работаю только в личной переписке.
