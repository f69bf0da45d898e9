### Пульт: рассылки, промокоды, кампании.

button-broadcasts = 📣 Рассылки
button-promos = 🎟 Промокоды и кампании
button-no-news = 🔕 Не присылать новости

broadcast-list = <b>Рассылки</b>
    Их получают только те, кто согласен на новости.
broadcast-row = {"\u000A\u000A"}{ $when } · { $state } · { $segment }
broadcast-row-figures = {"\u000A"}✅ { $sent } · 🚫 { $blocked } · ⚠️ { $failed } · ❔ { $unknown }
broadcast-is-draft = черновик
broadcast-is-sending = отправляется
broadcast-is-paused = на паузе
broadcast-is-done = завершена
broadcast-is-cancelled = прервана
broadcast-with-photo = 🖼 { $words }
button-write-broadcast = ✍️ Новая рассылка
broadcast-write = <b>Новая рассылка</b>
    Пришлите текст или картинку с подписью одним сообщением. Никто ничего не получит, пока вы не подтвердите.
broadcast-empty = Пришлите текст или картинку.
broadcast-only-photo = Сюда подойдёт только картинка, отправленная как фото.
broadcast-card = <b>Рассылка</b> · { $state }
    Кому: { $segment }
    Получателей: { $audience }
broadcast-progress = {"\u000A\u000A"}Обработано { $settled } из { $audience }
broadcast-figures = {"\u000A"}✅ Доставлено: { $sent }
    🚫 Заблокировали бота: { $blocked }
    ⚠️ Telegram отказал: { $failed }
    ❔ Неизвестно, повторять не будем: { $unknown }
broadcast-words = {"\u000A\u000A"}<q>{ $words }</q>
segment-everybody = все
segment-active = активные за 30 дней
segment-paid = платили
segment-never-paid = не платили
segment-ru = на русском
segment-en = на английском
button-preview = 👁 Показать мне
button-start-broadcast = 📣 Отправить
button-discard-broadcast = ✖️ Удалить
button-pause-broadcast = ⏸ Пауза
button-resume-broadcast = ▶️ Продолжить
button-cancel-broadcast = ⏹ Прервать
broadcast-preview-comes = Отправляем вам то, что увидят пользователи.
broadcast-sure-start = <b>Отправить рассылку?</b>
    Кому: { $segment }
    Получателей: { $audience }
    Отправленное вернуть нельзя.
broadcast-sure-cancel = <b>Прервать рассылку?</b>
    Кому: { $segment }, всего { $audience }
    Кому она ещё не пришла, те её не получат. Продолжить потом нельзя.
broadcast-started = Рассылка началась.
broadcast-paused = Рассылка на паузе.
broadcast-resumed = Рассылка продолжается.
broadcast-cancelled = Рассылка прервана.
broadcast-other = Сейчас идёт другая рассылка. Дождитесь её конца или поставьте её на паузу.

promo-list = <b>Промокоды</b>
promo-row = {"\u000A\u000A"}<code>{ $code }</code> · { $gift }
    Использован: { $used }, осталось: { $left }, на человека: { $each }
promo-row-until = {"\u000A"}Действует до { $until }
promo-row-expired = {"\u000A"}⌛ Закончился { $until }
button-make-promo = ➕ Новый промокод
button-campaigns = 🔗 Кампании
promo-make = <b>Новый промокод</b>
promo-known-code = {"\u000A"}Код: <code>{ $value }</code>
promo-known-gift = {"\u000A"}Даёт: { $value }
promo-known-total = {"\u000A"}Всего использований: { $value }
promo-known-each = {"\u000A"}На человека: { $value }
promo-known-days = {"\u000A"}Дней: { $value }
promo-ask-code = {"\u000A\u000A"}Пришлите код: буквы, цифры, - и _, до 32 знаков.
promo-ask-unit = {"\u000A\u000A"}Что он даёт?
promo-ask-roubles = {"\u000A\u000A"}Сколько рублей? Выберите или пришлите.
promo-ask-runs = {"\u000A\u000A"}Сколько бесплатных запусков? Выберите или пришлите.
promo-ask-total = {"\u000A\u000A"}Сколько раз его можно использовать всего? Выберите или пришлите.
promo-ask-each = {"\u000A\u000A"}Сколько раз одному человеку? Выберите или пришлите.
promo-ask-days = {"\u000A\u000A"}Сколько дней он действует? Выберите или пришлите.
promo-sure = {"\u000A\u000A"}Создать?
promo-bad-code = Такой код не набрать. Подойдут буквы, цифры, - и _, до 32 знаков.
promo-bad-number = Нужно целое число от 1 до { $max }.
promo-bad-roubles = Нужна сумма больше нуля и не больше { $max }.
promo-press = Выберите кнопкой.
promo-made = Промокод создан.
promo-taken = Такой промокод уже есть. Придумайте другой.
button-gift-money = 💰 Деньги
button-gift-runs = 🎁 Запуски
button-for-ever = Бессрочно
button-make-it = ✅ Создать

campaign-list = <b>Кампании</b>
    Ссылка запоминает, откуда пришёл новый пользователь. Кто удалил свои данные, в цифры не входит.
campaign-row = {"\u000A\u000A"}<b>{ $name }</b>
campaign-note = {"\u000A"}{ $note }
campaign-figures = {"\u000A"}Пришли: { $came }, заказали: { $ordered }, заплатили: { $paid }, всего { $income }
campaign-link = {"\u000A"}<code>{ $link }</code>
button-launch = ➕ Новая кампания
campaign-launch = <b>Новая кампания</b>
    Пришлите имя для ссылки и, если хотите, заметку после пробела, например: <code>blog-may обзор в блоге</code>. В имени — латинские буквы, цифры, - и _, до 32 знаков.
campaign-bad-name = Имя — латинские буквы, цифры, - и _, до 32 знаков. Заметка — после пробела.
campaign-made = Кампания создана, ссылка ниже.
campaign-taken = Такая кампания уже есть. Придумайте другое имя.
