### Composing an order: questions, files, options.

ask-text = { $model }
    <b>{ $input }</b>
ask-text-step = { $model } · { $n } из { $count }
    <b>{ $input }</b>
ask-text-item = { $model } · { $list } { $n }
    <b>{ $input }</b>
ask-now = {"\u000A"}Сейчас: <q>{ $value }</q>
rule-text = <i>{ $max ->
    [one] Одним сообщением, до { $max } символа
   *[other] Одним сообщением, до { $max } символов
}</i>
rule-texts = <i>{ $length ->
    [one] Каждый пункт с новой строки, не больше { $max }, до { $length } символа в каждом
   *[other] Каждый пункт с новой строки, не больше { $max }, до { $length } символов в каждом
}</i>
rule-number = <i>Число от { $min } до { $max }</i>
rule-choice = <i>Выберите кнопкой</i>
rule-many-choices = <i>Выберите кнопкой или напишите название</i>
rule-file = <i>Один файл или ссылка https: { $formats }, до { $size } МБ</i>
rule-files = <i>Файлы по одному или альбомом, можно ссылки https: { $formats }, до { $size } МБ каждый. Получено: { $sent } из { $max }</i>
rule-seconds = {"\u000A"}<i>Не длиннее { $max } сек</i>
rule-own = <i>Выберите одну из последних работ</i>
rule-own-none = Выбирать пока не из чего: нужна ваша готовая работа. Создайте её здесь, потом возвращайтесь:
rule-items = <i>Добавлено: { $sent }. Нужно от { $min } до { $max }</i>
item-row = {"\u000A"}{ $n }. { $item }
formats-any = любой формат
rate-exact = {"\u000A"}Цена: { $price } { $unit }
rate-range = {"\u000A"}Цена: от { $low } до { $high } { $unit }
unit-second = за секунду результата
unit-second-of-video = за секунду вашего видео
unit-second-of-sound = за секунду записи
unit-minute-of-sound = за минуту записи
unit-thousand-characters = за 1000 символов
unit-picture = за каждую картинку

choice-with-price = { $choice } · { $price }
choice-own-work = { $model }: { $words }
option-row = { $input }: { $value }
options-text = <b>{ $model }</b>
    Дополнительные настройки. Можно ничего не менять.
value-unset = не задано
value-yes = Да
value-no = Нет
value-characters = { $n ->
    [one] { $n } символ
    [few] { $n } символа
   *[many] { $n } символов
}
value-files = { $n ->
    [one] { $n } файл
    [few] { $n } файла
   *[many] { $n } файлов
}
value-pictures = { $n ->
    [one] { $n } картинка
    [few] { $n } картинки
   *[many] { $n } картинок
}
value-videos = { $n } видео
value-sounds = { $n ->
    [one] { $n } запись
    [few] { $n } записи
   *[many] { $n } записей
}
value-items = { $n ->
    [one] { $n } пункт
    [few] { $n } пункта
   *[many] { $n } пунктов
}
value-own-work = ваша работа
value-own-work-of = работа «{ $model }»

preparing-text = <b>{ $model }</b>
    Проверяем файлы, это несколько секунд. Потом покажем заказ с точной ценой.
review-title = <b>Проверьте заказ</b>
    Модель: { $model }
review-row = {"\u000A"}{ $input }: { $value }
review-note = {"\u000A\u000A"}⚠️ { $note }
review-price = {"\u000A\u000A"}Цена: <b>{ $price }</b>
review-price-metered = {"\u000A\u000A"}Цена: <b>не больше { $price }</b>
    Точная сумма станет известна в конце, разница сразу вернётся на баланс.
review-balance = {"\u000A"}Баланс: { $before } → { $after }
review-balance-short = {"\u000A"}Баланс: { $before }, этого не хватит
review-usual = {"\u000A"}Обычно готово за { $usual }
short-text = <b>Не хватает { $missing }</b>
    Цена { $price }, на балансе { $available }. Ничего не списано, заказ сохранён.

button-keep = Оставить как есть
button-keep-value = Оставить: { $value }
button-skip = Пропустить
button-default = По умолчанию: { $value }
button-default-list = Вернуть как было
button-clear = Убрать
button-clear-all = Убрать всё
button-remove-one = Убрать { $n }
button-files-done = { $n ->
    [one] Готово, { $n } файл
    [few] Готово, { $n } файла
   *[many] Готово, { $n } файлов
}
button-item-add = ➕ Добавить
button-item-edit = ✏️ { $n }
button-item-remove = ✖️ { $n }
button-items-done = Готово: { $n }
button-review = К заказу
button-options = Настройки
button-edit = ✏️ { $input }
button-confirm = Создать за { $price }
button-confirm-metered = Создать, до { $price }
button-to-draft = К заказу

notice-use-buttons = Здесь нужно выбрать кнопкой.
notice-no-such-choice = Такого названия нет среди вариантов. Напишите, как на кнопке, или выберите её.
notice-number-wanted = Здесь нужно число.
notice-whole-number-wanted = Здесь нужно целое число.
notice-file-wanted = Здесь нужен файл.
notice-picture-wanted = Здесь нужна картинка.
notice-video-wanted = Здесь нужно видео.
notice-sound-wanted = Здесь нужна аудиозапись.
notice-own-work-wanted = Выберите одну из своих готовых работ.
notice-item-wanted = Добавьте хотя бы один пункт.
notice-no-file-wanted = Здесь файл не нужен.
notice-missing = Здесь нужен ответ.
notice-none-of = Нужно хотя бы что-то одно: { $inputs }.
notice-apart = Вместе это не работает, оставьте что-то одно: { $inputs }.
notice-not-together = Такое сочетание модель не принимает. Измените что-то одно: { $inputs }.
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
notice-too-few-items = Пока мало: нужно хотя бы { $min }, сейчас { $count }.
notice-items-over = Можно не больше { $max }, а получилось { $count }.
notice-too-many-items = Можно не больше { $max }. Измените одно из добавленного.
notice-file-too-large = Файл слишком большой: можно до { $max } МБ.
notice-media-too-long = Слишком долго: можно до { $max } сек.
notice-wrong-format = Такой формат модель не принимает. Подходят: { $formats }.
notice-link-not-https = Нужна обычная ссылка, которая начинается с https://.
notice-file-twice = Этот файл уже добавлен.
notice-file-expired = Файл был прислан давно и уже удалён. Пришлите его ещё раз.
notice-album-for-one = Здесь нужен один файл, поэтому взят первый из альбома.
notice-album-surplus = { $max ->
    [one] Можно не больше { $max } файла. Взяты первые, остальные не нужны.
   *[other] Можно не больше { $max } файлов. Взяты первые, остальные не нужны.
}
notice-fault-too-large = Этот файл не подошёл, он слишком большой. Пришлите другой, до { $max } МБ.
notice-fault-gone = Не удалось получить этот файл. Пришлите его ещё раз.
notice-fault-link = По ссылке ничего не нашлось. Нужна открытая для всех ссылка https прямо на файл.
notice-fault-kind = Не удалось понять, что это за файл. Подходят: { $formats }.
notice-fault-damaged = Этот файл повреждён. Пришлите другой.
notice-fault-refused = Модель не приняла этот файл. Пришлите другой, подходят: { $formats }.
notice-still-preparing = Ещё проверяем, осталось совсем немного.
notice-price-refreshed = Показанная раньше цена больше не действует, ниже новая. Проверьте и подтвердите снова.
