# Всё, что читает пользователь. Ключи и переменные те же, что в en/bot.ftl (это проверяет тест).
# Знаки <b> <i> <code> <q> действуют только в самих текстах; подставленное пользователем остаётся как есть.
# Между числом и единицей и перед тире стоит неразрывный пробел (U+00A0); тест находит обычный.

duration-seconds = { $n } сек
duration-minutes = { $n } мин
duration-hours = { $n } ч
price-from = от { $price }
amount-runs = { $n ->
    [one] { $n } запуск
    [few] { $n } запуска
   *[many] { $n } запусков
}
language-ru = Русский
language-en = English

welcome-text = <b>Здравствуйте, { $name }!</b>
    Здесь нейросети рисуют, снимают видео и озвучивают прямо в чате: без зарубежной карты и лишних регистраций.

    Как это работает: выберите модель, опишите, что нужно, проверьте точную цену и подтвердите. Если ничего не получится, деньги не спишутся.

    На балансе: <b>{ $balance }</b>
menu-text = <b>Что будем делать?</b>
    На балансе: { $balance }
menu-text-draft = <b>Что будем делать?</b>
    На балансе: { $balance }
    Незаконченный заказ «{ $model }» хранится, пока вы не начнёте новый.
section-text = <b>{ $section }</b>
    Выберите модель. Цена указана за один результат.
model-row = { $title } · { $price }
model-row-from = { $title } · от { $price }
model-text = <b>{ $title }</b>
    { $summary }

    Разработчик: { $vendor }
    Цена: <b>{ $price }</b>
    Обычно готово за { $usual }
model-example = {"\u000A\u000A"}Пример запроса:
    <q>{ $example }</q>
settings-text = <b>Настройки</b>
    Язык бота:
help-text = <b>Помощь</b>

    1. Откройте /menu и выберите, что хотите получить.
    2. Ответьте на вопросы: опишите результат, пришлите картинку, выберите настройки.
    3. Проверьте заказ. Больше, чем указано на кнопке, не спишется.
    4. Дождитесь результата: он придёт сюда же.

    Пока заказ в очереди, его можно отменить. Если модель не справилась, деньги сразу возвращаются на баланс.

    /balance — баланс и операции
    /history — ваши работы
    /cancel — отменить незаконченный заказ
    /settings — язык
    /support — написать нам
    /paysupport — вопросы об оплате
    /terms — условия
support-text = <b>Поддержка</b>
    Опишите, что случилось, и по возможности приложите снимок экрана.
support-none = {"\u000A\u000A"}Владелец бота пока не указал, как с ним связаться.
paysupport-text = <b>Вопросы об оплате</b>
    Если деньги ушли, а баланс не пополнился, или нужен возврат, напишите нам: укажите дату, сумму и способ оплаты. Telegram в спорах об оплате не участвует, решаем мы.
terms-text = <b>Условия</b>

    1. Вы покупаете создание картинок, видео и звука по цене, показанной до подтверждения.
    2. Деньги списываются, только когда результат готов. Нет результата — нет списания.
    3. Баланс пополняется заранее; по вопросам оплаты и возврата — /paysupport.
    4. Нельзя создавать незаконное и то, что нарушает чужие права; модель может отказать в таком запросе.
    5. Мы храним ваше имя и идентификатор в Telegram, запросы и заказы, чтобы бот работал и учёт сходился.
top-up-text = <b>Пополнение</b>
    Чтобы пополнить баланс, напишите нам: назовите сумму, и мы пришлём реквизиты. Деньги появятся на балансе, как только мы подтвердим платёж.

ask-text = { $model }
    <b>{ $input }</b>
rule-text = <i>{ $max ->
    [one] Одним сообщением, до { $max } символа
   *[other] Одним сообщением, до { $max } символов
}</i>
rule-number = <i>Число от { $min } до { $max }</i>
rule-choice = <i>Выберите кнопкой</i>
rule-file = <i>Один файл: { $formats }, до { $size } МБ. Получено: { $sent } из { $max }</i>
rule-files = <i>Файлы по одному или альбомом: { $formats }, до { $size } МБ каждый. Получено: { $sent } из { $max }</i>
formats-any = любой формат
choice-with-price = { $choice } · { $price }
option-row = { $input }: { $value }
options-text = <b>{ $model }</b>
    Дополнительные настройки. Можно ничего не менять.
value-unset = не задано
value-set = задано
value-yes = Да
value-no = Нет
value-files = { $n ->
    [one] { $n } файл
    [few] { $n } файла
   *[many] { $n } файлов
}
review-title = <b>Проверьте заказ</b>
    Модель: { $model }
review-row = {"\u000A"}{ $input }: { $value }
review-price = {"\u000A\u000A"}Цена: <b>{ $price }</b>
review-price-metered = {"\u000A\u000A"}Цена: <b>не больше { $price }</b>
    Точная сумма станет известна в конце, разница сразу вернётся на баланс.
review-balance = {"\u000A"}Баланс: { $before } → { $after }
review-balance-short = {"\u000A"}Баланс: { $before }, этого не хватит
review-usual = {"\u000A"}Обычно готово за { $usual }
short-text = <b>Не хватает { $missing }</b>
    Цена { $price }, на балансе { $available }. Ничего не списано, заказ сохранён.

generation-title = <b>{ $model }</b>{"\u000A"}
generation-queued = { $ahead ->
    [0] Ваш заказ следующий в очереди.
    [one] В очереди: перед вами { $ahead } заказ.
    [few] В очереди: перед вами { $ahead } заказа.
   *[many] В очереди: перед вами { $ahead } заказов.
}
    На балансе отложено { $price }.
generation-running = Создаём. Прошло { $elapsed }, обычно хватает { $usual }.
    На балансе отложено { $price }.
generation-overdue = Модель работает дольше обычного: прошло { $elapsed }, обычно хватает { $usual }.
    Ждём дальше. На балансе отложено { $price }; если не получится, деньги вернутся.
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
owner-account-trouble = ⚠️ KIE не принимает заказы: { $trouble }. Продажи остановлены на { $minutes } мин, деньги покупателей целы.
trouble-key-refused = ключ API отклонён, проверьте KIE_API_KEY и список адресов
trouble-out-of-credits = кончились кредиты, пополните счёт KIE
trouble-key-cap = исчерпан лимит этого ключа, поднимите его в кабинете KIE

balance-text = <b>Баланс</b>
    Доступно: <b>{ $available }</b>
balance-text-reserved = <b>Баланс</b>
    Доступно: <b>{ $available }</b>
    Отложено под заказы: { $reserved }
statement-title = <b>Операции</b>{"\u000A"}
statement-empty = <b>Операции</b>{"\u000A"}
    Пока пусто.
statement-top-up = {"\u000A"}Пополнение: { $amount }
statement-reserve = {"\u000A"}Отложено под заказ: { $amount }
statement-capture = {"\u000A"}Оплата заказа: { $amount }
statement-release = {"\u000A"}Заказ не состоялся, снова доступно: { $amount }
statement-refund-generation = {"\u000A"}Возврат за заказ: { $amount }
statement-reserve-payback = {"\u000A"}Отложено под возврат платежа: { $amount }
statement-refund-payment = {"\u000A"}Возврат платежа: { $amount }
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

kind-text-to-image = 🎨 Создать картинку
kind-image-edit = 🖌 Изменить фото
kind-image-to-image = 🖼 По образцу
kind-text-to-video = 🎬 Создать видео
kind-image-to-video = 🎞 Оживить фото
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
button-previous = ← Предыдущие
button-next = Следующие →
button-create = Создать
button-discard = Отменить
button-keep = Оставить как есть
button-clear = Убрать
button-files-done = { $n ->
    [one] Готово, { $n } файл
    [few] Готово, { $n } файла
   *[many] Готово, { $n } файлов
}
button-review = К заказу
button-options = Настройки
button-edit = ✏️ { $input }
button-confirm = Создать за { $price }
button-confirm-metered = Создать, до { $price }
button-top-up = Пополнить
button-to-draft = К заказу
button-resume = ▶️ Продолжить заказ
button-cancel = Отменить заказ
button-refresh = Обновить
button-again = Ещё раз
button-reword = Другой запрос
button-resend = Прислать снова
button-statement = Операции
button-write-support = Написать в поддержку

notice-stale = Эта кнопка устарела. Вот что сейчас.
notice-unsupported = Такое сообщение я не понимаю. Опишите словами или выберите в меню.
notice-edited = Правка отправленного сообщения ничего не меняет. Пришлите новый текст.
notice-draft-discarded = Заказ отменён, ничего не списано.
notice-nothing-to-cancel = Отменять нечего.
notice-unknown-command = Такой команды нет. Вот меню.
notice-model-gone = Эту модель мы больше не предлагаем. Выберите другую.
notice-generation-gone = Такого заказа нет.
notice-too-late-to-cancel = Отменить уже нельзя: модель начала работу.
notice-cancel-ended = Отменять нечего: этот заказ уже завершён.
notice-no-result = У этого заказа нет результата.
notice-pick-a-model = Сначала выберите, что сделать.
notice-use-buttons = Здесь нужно выбрать кнопкой.
notice-number-wanted = Здесь нужно число.
notice-whole-number-wanted = Здесь нужно целое число.
notice-file-wanted = Здесь нужен файл.
notice-picture-wanted = Здесь нужна картинка.
notice-video-wanted = Здесь нужно видео.
notice-sound-wanted = Здесь нужна аудиозапись.
notice-no-file-wanted = Здесь файл не нужен.
notice-missing = Здесь нужен ответ.
notice-not-together = Такое сочетание модель не принимает. Измените одну из настроек.
notice-no-price = Для такого сочетания нет цены. Измените настройки.
notice-too-short = { $min ->
    [one] Слишком коротко: нужен хотя бы { $min } символ, сейчас { $length }.
    [few] Слишком коротко: нужно хотя бы { $min } символа, сейчас { $length }.
   *[many] Слишком коротко: нужно хотя бы { $min } символов, сейчас { $length }.
}
notice-too-long = { $max ->
    [one] Слишком длинно: можно до { $max } символа, сейчас { $length }. Сократите и пришлите ещё раз.
   *[other] Слишком длинно: можно до { $max } символов, сейчас { $length }. Сократите и пришлите ещё раз.
}
notice-below-min = Слишком мало: нужно не меньше { $min }.
notice-above-max = Слишком много: можно не больше { $max }.
notice-off-step = Подходят числа от { $min } с шагом { $step }.
notice-too-few = { $min ->
    [one] Нужен хотя бы { $min } файл, сейчас { $count }.
    [few] Нужно хотя бы { $min } файла, сейчас { $count }.
   *[many] Нужно хотя бы { $min } файлов, сейчас { $count }.
}
notice-too-many = { $max ->
    [one] Можно не больше { $max } файла. Лишний не сохранён.
   *[other] Можно не больше { $max } файлов. Лишний не сохранён.
}
notice-file-too-large = Файл слишком большой: можно до { $max } МБ.
notice-media-too-long = Слишком долго: можно до { $max } сек.
notice-wrong-format = Такой формат модель не принимает. Подходят: { $formats }.
notice-selling-paused = Сейчас новые заказы не принимаются, скоро вернёмся. Ничего не списано.
notice-too-many-live = { $max ->
    [one] Одновременно можно не больше { $max } заказа. Дождитесь результата.
   *[other] Одновременно можно не больше { $max } заказов. Дождитесь одного из них.
}
notice-price-refreshed = Показанная раньше цена больше не действует, ниже новая. Проверьте и подтвердите снова.
notice-trouble = Что-то сломалось на нашей стороне. Мы уже знаем; деньги целы. Попробуйте ещё раз через минуту.
notice-payments-off = Оплата сейчас недоступна, попробуйте позже. Деньги не списаны.
notice-elsewhere = Я работаю только в личной переписке.

command-menu = Меню: что можно создать
command-balance = Баланс и операции
command-history = Мои работы
command-help = Как это работает
command-settings = Язык
command-cancel = Отменить незаконченный заказ
command-support = Написать в поддержку
command-paysupport = Вопросы об оплате
command-terms = Условия
command-start = Начать сначала
