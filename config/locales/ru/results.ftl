### Ход работы, результаты, квитанции, история. Между числом и единицей, между днём и месяцем и перед тире стоит неразрывный пробел.

date-day = { $month ->
    [1] { $day } января
    [2] { $day } февраля
    [3] { $day } марта
    [4] { $day } апреля
    [5] { $day } мая
    [6] { $day } июня
    [7] { $day } июля
    [8] { $day } августа
    [9] { $day } сентября
    [10] { $day } октября
    [11] { $day } ноября
   *[12] { $day } декабря
}
date-day-short = { $month ->
    [1] { $day } янв
    [2] { $day } фев
    [3] { $day } мар
    [4] { $day } апр
    [5] { $day } мая
    [6] { $day } июн
    [7] { $day } июл
    [8] { $day } авг
    [9] { $day } сен
    [10] { $day } окт
    [11] { $day } ноя
   *[12] { $day } дек
}
date-day-with-year = { $day } { $year }
date-moment = { $day }, { $time }
date-moment-with-year = { $day } { $year }, { $time }

usual-measured = {"\u000A"}Обычно готово за { $usual }, редко дольше { $rare }.
usual-steady = {"\u000A"}Обычно готово за { $usual }.
usual-guessed = {"\u000A"}Готово примерно за { $usual }.
generation-queued = { $ahead ->
    [0] ⏳ Ваш заказ следующий в очереди.
    [one] ⏳ В очереди: перед вами { $ahead } заказ.
    [few] ⏳ В очереди: перед вами { $ahead } заказа.
   *[many] ⏳ В очереди: перед вами { $ahead } заказов.
}
generation-resting = ⏳ Сервис моделей сейчас не отвечает. Ваш заказ ждёт и начнётся сам; если за { $within } не получится, мы его отменим и ничего не спишем.
generation-submitting = ⚙️ Передаём заказ модели.
generation-running = ⚙️ Создаём, прошло { $elapsed }.
generation-overdue = ⚙️ Модель работает дольше обычного: прошло { $elapsed }. Ждём дальше.
generation-reserved = {"\u000A"}На балансе отложено { $price }.
generation-reserved-overdue = {"\u000A"}На балансе отложено { $price }; если не получится, деньги вернутся.
generation-when = {"\u000A"}<i>Заказано { $when }</i>
generation-prompt = {"\u000A"}<q>{ $prompt }</q>
generation-made-from = {"\u000A"}Сделано из вашей прежней работы.

receipt-title = 🧾 <b>Квитанция</b>
    { $model }
    Заказ № <code>{ $number }</code> от { $when }{"\u000A"}
receipt-shown = {"\u000A"}Цена перед подтверждением: { $price }
receipt-shown-at-most = {"\u000A"}Цена перед подтверждением: не больше { $price }
receipt-reserved = {"\u000A"}Отложено: { $amount } · { $when }
receipt-captured = {"\u000A"}Списано: { $amount } · { $when }
receipt-released = {"\u000A"}Снова доступно: { $amount } · { $when }
receipt-refunded = {"\u000A"}Возвращено: { $amount } · { $when }
receipt-note = {"\u000A"}<i>Причина: { $note }</i>
receipt-total = {"\u000A"}<b>Итого: { $amount }</b>{"\u000A"}
receipt-nothing = {"\u000A"}<b>Итого: ничего не списано</b>{"\u000A"}
receipt-returned = {"\u000A"}<b>Итого: всё возвращено</b>{"\u000A"}
receipt-open = {"\u000A"}<b>Пока ничего не списано</b>{"\u000A"}
receipt-input = {"\u000A"}{ $input }: { $value }
receipt-why = {"\u000A\u000A"}<q><b>Почему такая цена</b></q>
receipt-why-choices = <q>{"\u000A"}Она зависит от того, что вы выбрали и прислали:</q>
receipt-why-changed = <q>{"\u000A"}С тех пор цены этой модели изменились, но заказ остался по прежней.</q>
receipt-why-choice = <q>{"\u000A"}• { $input }: { $value }</q>
receipt-why-one-price = <q>{"\u000A"}У этой модели одна цена при любых настройках.</q>
receipt-why-bound = <q>{"\u000A"}Точная сумма известна, только когда модель закончит. Больше чем { $bound } не списываем.</q>
receipt-why-below-bound = <q>{"\u000A"}Точная сумма известна, только когда модель закончит. Отложили с запасом { $bound }, вышло { $charged }, остальные { $rest } сразу вернулись на баланс.</q>
receipt-why-at-bound = <q>{"\u000A"}Точная сумма известна, только когда модель закончит. Списали то, что отложили, { $bound }, и не больше.</q>
receipt-why-rate = <q>{"\u000A"}Цены моделей заданы в долларах. Курс зафиксирован { $when }: { $rate } ₽ за доллар. Сумму округляем вверх с шагом { $step }.</q>

statement-when = {"\u000A"}<i>{ $when }</i>
statement-when-for = {"\u000A"}<i>{ $when } · { $what }</i>
history-row = { $state } { $day } · { $model }
history-row-prompt = { $state } { $day } · { $model } · { $prompt }
history-empty-of-this = <b>Ваши работы</b>
    Здесь пока пусто.

button-vary = 🎲 Варианты
button-use-edit = 🖌 Изменить
button-use-animate = 🎞 Оживить
button-use-upscale = 🔍 Улучшить
button-use-talk = 🗣 Заговорить
button-use-video = 📹 Переделать
button-use-voice = 🗣 К портрету
button-use-clean = 🎚 Очистить звук
button-favour = ⭐ В избранное
button-unfavour = ✖️ Из избранного
button-receipt = 🧾 Квитанция
button-to-order = К заказу
button-made-from = ↩️ Исходная работа
button-other-model = Другая модель
button-filter-all = Все
button-filter-images = 🖼 Картинки
button-filter-videos = 🎬 Видео
button-filter-audios = 🎵 Звук
button-filter-texts = 📝 Тексты
