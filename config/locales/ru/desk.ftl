### Пульт владельца: /admin.

desk-text = <b>Пульт</b>
    Ваша роль: { $role }.
desk-selling = {"\u000A"}Генерации продаются.
desk-not-selling = {"\u000A"}⛔ <b>Продажи остановлены.</b>
help-desk = {"\u000A\u000A"}/admin — пульт
notice-selling-note = { $reason }
    Ничего не списано.
desk-closed = Пульт для вас закрыт.
desk-not-yours = Ваша роль этого не позволяет. Другую роль может дать владелец.
desk-changed = За это время что-то изменилось, поэтому ничего не сделано. Посмотрите и попробуйте ещё раз.
desk-nobody = Никого нет: пользователь неизвестен или удалил свои данные.
desk-nothing = {"\u000A"}Пусто.
desk-not-set = не задано
desk-no-value = нет
desk-yes = да
desk-no = нет
role-owner = владелец
role-manager = менеджер
role-support = поддержка
button-desk = 🗄 Пульт
button-statistics = 📊 Цифры
button-people = 👤 Пользователи
button-models = 🧩 Модели
button-health = 🩺 Состояние
button-shop-settings = ⚙️ Настройки магазина
button-staff = 🪪 Сотрудники
button-audit-log = 📜 Кто что делал
button-waiting = { $n ->
    [0] 📥 Ничего не ждёт
   *[other] 📥 Ждёт решения: { $n }
}
button-stop-selling = ⛔ Остановить продажи
button-resume-selling = ▶️ Снова продавать
button-sure = Да, сделать

blocked-text = Сейчас бот вам недоступен. Если считаете, что это ошибка, напишите в поддержку. Деньги на балансе целы.

desk-find-text = <b>Пользователи</b>
    Пришлите Telegram id, номер пользователя, @имя или начало имени.
desk-found = <b>Пользователи</b> по запросу «{ $query }»
desk-found-nobody = По запросу «{ $query }» никого нет. Пришлите другой.
desk-person-line = <b>{ $name }</b>
    Баланс: { $balance }
desk-person = {"\u000A"}Telegram: <code>{ $chat }</code>
    Номер: <code>{ $id }</code>
    Язык: { $language }
    С нами с { $since }
    Отложено: { $reserved }
    Бесплатных запусков: { $runs }
desk-person-origin = {"\u000A"}Откуда: { $origin }
desk-person-gone = {"\u000A"}⚠️ Заблокировал бота или удалил аккаунт.
desk-person-blocked = {"\u000A"}⛔ <b>Доступ закрыт</b>
button-person = 👤 Карточка
button-orders = Заказы
button-payments = Платежи
button-credit = ➕ Начислить
button-debit = ➖ Списать
button-give-runs = 🎁 Запуски
button-block = ⛔ Закрыть доступ
button-unblock = Открыть доступ
button-write = ✉️ Написать
button-pay-back = Вернуть платёж { $amount }
button-refund = ↩️ Вернуть деньги
desk-payment = {"\u000A"}{ $amount } · { $way } · { $when }
desk-payment-refunded = {"\u000A"}{ $amount } · { $way } · { $when } · возвращён
provider-stars = звёзды
provider-bank = перевод
provider-yookassa = ЮKassa
provider-crypto-pay = Crypto Pay
desk-generation = <b>{ $model }</b>
    Номер: <code>{ $id }</code>
    Состояние: { $state }
    Заказано: { $when }
    Цена: { $price }

desk-ask-credit = <b>Начислить</b>
    Пришлите сумму и причину одним сообщением, например: <code>500 наша ошибка</code>. Причину увидит пользователь.
    {"\u000A"}
desk-ask-debit = <b>Списать</b>
    Пришлите сумму и причину одним сообщением, например: <code>500 начислили по ошибке</code>.
    {"\u000A"}
desk-ask-runs = <b>Бесплатные запуски</b>
    Сколько?
    {"\u000A"}
desk-ask-block = <b>Закрыть доступ</b>
    Почему? Увидят только сотрудники.
    {"\u000A"}
desk-ask-write = <b>Написать</b>
    Что передать пользователю?
    {"\u000A"}
desk-ask-refund = <b>Вернуть деньги</b>
    Пришлите причину, чтобы вернуть всё, или сумму и причину, чтобы вернуть часть: <code>50 не те цвета</code>. Причину увидит пользователь.
desk-ask-payback = <b>Вернуть платёж</b>
    Почему возвращаем?
    {"\u000A"}
desk-ask-markup = Пришлите множитель от 1 до 20, например <code>2,5</code>: цена — это себестоимость KIE, умноженная на него.
desk-ask-appoint = <b>Назначить сотрудника</b>
    Пришлите его Telegram id: это число. Узнать его можно через бота вроде @userinfobot.
desk-ask-setting = <b>{ $setting }</b>
    {"\u000A"}
desk-ask-roubles = Пришлите сумму в рублях.
desk-ask-count = Пришлите целое число.
desk-ask-words = Пришлите текст.

desk-bad-amount = Нужна сумма больше нуля и причина после неё, например: 500 наша ошибка.
desk-too-much = Это больше, чем можно провести за раз.
desk-bad-runs = Нужно целое число от 1 до { $max }.
desk-no-reason = Нужна причина: она останется в книгах.
desk-bad-id = Это не Telegram id. Пришлите число, без @.
desk-bad-value = Такого значения у этой настройки не бывает. Попробуйте ещё раз.
desk-out-of-bounds = Допустимо от { $min } до { $max }.
desk-too-long = { $max ->
    [one] Поместится не больше { $max } знака.
   *[other] Поместится не больше { $max } знаков.
}
desk-adjusted = Готово: баланс изменён.
desk-runs-given = Готово: запуски начислены, пользователь об этом узнает.
desk-blocked = Готово: доступ закрыт.
desk-unblocked = Готово: доступ открыт.
desk-written = Сообщение отправляется.
desk-refunded = Готово: деньги на балансе, пользователь об этом узнает.
desk-payback-asked = Деньги отложены, спрашиваем платёжную систему. Итог будет в разделе «Платежи».
desk-credit-waits = { $amount } — это много: решит другой владелец, мы его спросили.
desk-credit-asked = <b>{ $by }</b> хочет начислить { $amount } пользователю { $user }.
    Причина: { $reason }
desk-credit-granted = Разрешено: деньги на балансе.
desk-credit-refused = Отклонено: ничего не начислено.
desk-your-credit-granted = Начисление { $amount } разрешили.
desk-your-credit-refused = Начисление { $amount } отклонили.
button-grant = ✅ Разрешить
button-refuse = ✖️ Отклонить
notice-balance-raised = ➕ На баланс начислено { $amount }.
    Причина: { $reason }
desk-too-little = Доступно только { $available }.
desk-more-than-left = Вернуть можно не больше { $left }.
desk-all-given-back = Всё уже вернули раньше.
desk-nothing-taken = За этот заказ ничего не списано.
desk-was-free = Этот заказ был бесплатным. Подарите запуски или деньги.
desk-under-way = Заказ ещё выполняется. Если ничего не выйдет, деньги вернутся сами.
desk-only-whole = Этот заказ возвращается только целиком: пришлите причину без суммы.
desk-paid-back-before = Платёж уже возвращён или возвращается сейчас.
desk-not-given = Здесь можно провести не больше { $max }.
desk-is-owner = Это владелец бота.
desk-is-configured = Этот владелец назван в ADMIN_ID, изменить это можно только там.
desk-own-wish = Вы сами об этом попросили: решает другой владелец.

desk-sure-credit = <b>Начислить { $amount }?</b>
    Причина: { $reason }
    {"\u000A"}
desk-sure-debit = <b>Списать { $amount }?</b>
    Причина: { $reason }
    {"\u000A"}
desk-sure-payback = <b>Вернуть платёж { $amount }?</b>
    Что из него осталось на балансе, откладывается сейчас; потраченное удержится из следующего пополнения.
    Причина: { $reason }
desk-sure-dismiss = <b>Уволить { $chat }?</b>
    Пульт для него закроется.
desk-sure-stop-selling = <b>Остановить продажи?</b>
    Никто не сможет заказать, пока вы не возобновите. Заказанное доделаем. Пользователи увидят вашу заметку, если она задана.
desk-sure-rollback = <b>{ $setting }</b>
    Вернуть значение: { $value }?

desk-waiting = <b>Ждёт решения</b>
desk-waiting-credit = {"\u000A\u000A"}Начисление { $amount }, просит { $by }
    Причина: { $reason }
desk-waiting-receipt = {"\u000A\u000A"}Чек на { $amount }, номер <code>{ $reference }</code>, { $when }
desk-waiting-unmatched = {"\u000A\u000A"}Платёж без хозяина: { $amount }, { $when }
button-desk-approve = ✅ { $reference }
button-desk-reject = ✖️ { $reference }

desk-models = <b>Модели</b>: { $n }
    Рядом — сколько заработали за 30 дней. ⛔ остановлены, 💤 скрыты в каталоге.
desk-model = <b>{ $model }</b>
    <code>{ $id }</code>
    { $state }
desk-model-is-sold = продаётся
desk-model-is-stopped = ⛔ остановлена
desk-model-is-resting = ⏸ на перерыве
desk-model-rests = {"\u000A\u000A"}Неудач: { $failed } из последних { $n }.
    Снята с продажи { $since }, сама вернётся { $until }. Если сбои продолжатся, следующий перерыв будет дольше.
desk-model-is-hidden = не продаётся: скрыта в каталоге
desk-model-markup = {"\u000A\u000A"}Наценка: { $markup }
desk-model-own-markup = {"\u000A\u000A"}Наценка: своя, { $markup } (общая: { $general })
desk-model-sold = Модель снова продаётся.
desk-model-stopped = Модель остановлена.
model-stopped-desk = Эта модель на паузе. Скоро вернём.
button-stop-model = ⛔ Не продавать
button-model-markup = Наценка
button-reset = ↺ Как в конфигурации
button-change = ✏️ Изменить
button-switch-on = Включить
button-switch-off = Выключить
button-rollback = ↩️ { $value }

desk-settings = <b>Настройки магазина</b>
    Действуют сразу и для всех экземпляров бота; что здесь не задано, берётся из конфигурации.
desk-setting = <b>{ $setting }</b>
    { $value }
    Откуда: { $source }
    В конфигурации: { $configured }
desk-setting-here = задано здесь
desk-setting-configured = конфигурация
desk-setting-history = {"\u000A\u000A"}{ $when }, { $by }: { $before } → { $after }
desk-set = Установлено.
desk-selling-off = Продажи остановлены.
desk-selling-on = Продажи идут.
desk-chart-comes = Картинка отправляется.
desk-table-comes = Файл отправляется.
setting-selling = Продажи
setting-selling-note = Заметка на время остановки
setting-markup = Наценка
setting-welcome = Приветственный бонус
setting-live-max = Заказов одновременно у пользователя
setting-losses-to-stop = Убытков подряд до остановки модели
setting-support-contact = Контакт поддержки
setting-support-text = Текст поддержки
setting-alone-max = Начисление без второго владельца, до
setting-model = Наценка модели { $model }

desk-staff = <b>Сотрудники</b>
desk-staff-configured = {"\u000A"}<code>{ $chat }</code>: владелец, из конфигурации
desk-staff-member = {"\u000A"}<code>{ $chat }</code>: { $role }
desk-appoint = <b>Назначить { $chat }</b>
    На какую роль?
desk-appointed = Назначено. Пульт открывается командой /admin.
desk-dismissed = Уволено.
button-appoint = ➕ Назначить
button-dismiss = ✖️ Уволить { $chat }

desk-audit-log = <b>Кто что делал</b>
desk-audit-line = {"\u000A\u000A"}{ $when } · { $by }, { $role }
    { $deed }: { $subject }
desk-audit-change = {"\u000A"}{ $before } → { $after }
desk-audit-reason = {"\u000A"}Причина: { $reason }
deed-credit = начисление
deed-debit = списание
deed-ask-credit = запрос крупного начисления
deed-grant-credit = крупное начисление разрешено
deed-refuse-credit = крупное начисление отклонено
deed-give-runs = подарены запуски
deed-block = закрыт доступ
deed-unblock = открыт доступ
deed-write = сообщение пользователю
deed-refund-generation = возврат за заказ
deed-refund-payment = возврат платежа
deed-approve-receipt = чек принят
deed-reject-receipt = чек отклонён
deed-accept-rate = принят курс за
deed-stop-model = модель остановлена
deed-sell-model = модель снова продаётся
deed-set = настройка
deed-appoint = назначение
deed-dismiss = увольнение
deed-make-promo = создан промокод
deed-start-broadcast = начата рассылка
deed-pause-broadcast = рассылка на паузе
deed-resume-broadcast = рассылка продолжена
deed-cancel-broadcast = рассылка завершена досрочно
deed-make-campaign = создана кампания
deed-clean-log = удалены старые события
deed-export = выгружены цифры

figures-text = <b>Цифры: { $period }</b>
period-today = сегодня
period-week = 7 дней
period-month = 30 дней
figures-people = {"\u000A\u000A"}<b>Пользователи</b>
    Новых: { $new }, активных: { $active }
    Из новых заказали: { $ordered }, заплатили: { $paid }
figures-orders = {"\u000A\u000A"}<b>Генерации</b>
    Заказано: { $ordered }
    Готово: { $succeeded }, не вышло: { $failed }, отменено: { $cancelled }
    Сейчас в работе: { $live }
figures-waits = {"\u000A"}Ждут: половина до { $half }, 95 из 100 до { $rare }
figures-money = {"\u000A\u000A"}<b>Деньги</b>
    Выручка: { $revenue }
    Себестоимость KIE: { $cost }
    Маржа: { $margin }
    Возвращено за заказы: { $refunded }
    Пополнения: { $paid_in }, возвращено: { $paid_back }
    Бонусы: { $given }
figures-top = {"\u000A\u000A"}<b>Лучшие модели</b>
figures-model = {"\u000A"}{ $model }: { $n } · { $revenue } · маржа { $margin }
desk-person-figures = {"\u000A"}Заказов: { $orders }
    Потрачено: { $spent }
    Пополнено: { $paid }
    Последний раз: { $seen }
button-chart = 📈 Картинка
button-table = 📄 Таблица
short-thousands = { $n } тыс.
chart-title = Магазин
chart-empty = В эти дни ничего не было
chart-money = Выручка и маржа
chart-revenue = Выручка
chart-cost = Расход KIE
chart-margin = Маржа
chart-generations = Генерации
chart-succeeded = Готово
chart-failed = Не вышло
chart-cancelled = Отменено
chart-models = Лучшие модели по выручке
chart-funnel = Пришедшие за эти дни
chart-came = Запустили бота
chart-ordered = Заказали
chart-paid = Заплатили
table-day = день
table-model = модель
table-new = новые пользователи
table-ordered = заказано
table-succeeded = готово
table-failed = не вышло
table-cancelled = отменено
table-captured = списано
table-refunded = возвращено
table-cost = себестоимость
table-paid-in = пополнения
table-paid-back = возвраты платежей
table-given = бонусы
