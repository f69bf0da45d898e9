### Присмотр за магазином: состояние, тревоги.

desk-health = <b>Состояние</b>
desk-health-seen = {"\u000A"}KIE и Telegram на { $when }
desk-problem = {"\u000A\u000A"}⛔ <b>{ $check }</b>
desk-warning = {"\u000A\u000A"}⚠️ <b>{ $check }</b>
desk-fine = {"\u000A\u000A"}✅ <b>{ $check }</b>
health-database = База данных
health-migrations = Миграции
health-updates = Обновления
health-account = Аккаунт KIE
health-credits = Кредиты KIE
health-queue = Очередь
health-stuck = Заказы в работе
health-orphans = Потерянные задачи
health-receipts = Чеки
health-payments = Платежи
health-audit = Аудит
health-rate = Курс доллара
health-version = Версия
health-plan = Тариф хостинга
health-disk = Диск

found-silent = {"\u000A"}Нет ответа.
found-unseen = {"\u000A"}Ещё не проверялось. Обновите через минуту.
found-database = {"\u000A"}{ $kind } отвечает за { $ms } мс.
found-migrations = {"\u000A"}Все на месте.
found-migrations-missing = {"\u000A"}Не хватает: { $names }.
found-updates-webhook = {"\u000A"}Через вебхук, ждут в Telegram: { $n }.
found-updates-polling = {"\u000A"}Опросом, ждут в Telegram: { $n }.
found-updates-elsewhere = {"\u000A"}Telegram шлёт обновления на другой адрес или никуда.
found-updates-taken = {"\u000A"}Установлен вебхук, поэтому опрос ничего не получает.
found-updates-failed = {"\u000A"}{ $ago } назад Telegram не смог до нас достучаться, ждут: { $n }.
    Его слова: { $error }
found-account = {"\u000A"}Ключ работает.
found-account-trouble = {"\u000A"}KIE не принимает заказы: { $trouble }.
found-account-resting = {"\u000A"}KIE узнаёт наш счёт, но вовремя не берёт заказы: { $families }. Они ждут; время от времени один из них проверяет, не ожил ли KIE.
found-paused-asked = {"\u000A"}Ничего не продаётся: { $trouble }. Заказы ждут. Раз в несколько минут бот спрашивает KIE и сам возобновит продажи.
found-paused-tried = {"\u000A"}Ничего не продаётся: { $trouble }. Заказы ждут. Время от времени бот пробует отправить один заказ и, как только KIE его возьмёт, возобновит продажи.
found-credits = {"\u000A"}Осталось: { $credits }.
found-credits-days = {"\u000A"}Осталось: { $credits }. { $n ->
    [0] При расходе последней недели они кончатся за день.
    [one] При расходе последней недели хватит на { $n } день.
    [few] При расходе последней недели хватит на { $n } дня.
   *[other] При расходе последней недели хватит на { $n } дней.
}
found-credits-unknown = {"\u000A"}Неизвестно: KIE их не называет.
found-queue = {"\u000A"}Заданий к исполнению: { $n }, опозданий нет.
found-queue-late = {"\u000A"}Заданий к исполнению: { $n }, первое ждёт уже { $wait }.
found-live = {"\u000A"}В работе: { $n }, застрявших нет.
found-stuck = {"\u000A"}Не завершены за { $age }: { $n }.
found-no-orphans = {"\u000A"}За неделю ни одной.
found-orphans = {"\u000A"}Задач, которые KIE за неделю мог выполнить без нас: { $n }.
found-no-receipts = {"\u000A"}Ни один не ждёт.
found-receipts = {"\u000A"}Ждут: { $n }, первый уже { $wait }.
found-payments = {"\u000A"}Все приняты и понятны.
found-dead-payments = {"\u000A"}Обновлений о платежах, которые бот за неделю не смог принять: { $n }.
found-unmatched = {"\u000A"}Платежей в списках провайдеров, которых нет в наших книгах: { $n }.
found-audit = {"\u000A"}{ $ago } назад книги сошлись, проверено строк: { $n }.
found-no-audit = {"\u000A"}Ещё ни разу не проводился.
found-audit-findings = {"\u000A"}Расхождений: { $n }, { $ago } назад.
    Первое: { $first }
found-rate = {"\u000A"}{ $rate } ₽ за доллар, { $day }.
found-rate-configured = {"\u000A"}Из конфигурации.
found-rate-waiting = {"\u000A"}{ $rate } ₽ от { $day } ждёт решения: курс скакнул.
found-version = {"\u000A"}{ $version }
found-plan = {"\u000A"}Render. На бесплатном тарифе сервис засыпает через 15 мин.
found-disk = {"\u000A"}Свободно { $mb } МБ.
found-errors = {"\u000A"}{ $model }: неудач { $failed } из последних { $n }. Модель на перерыве, { $span }.
found-drift = {"\u000A"}{ $model }: по нашей таблице в среднем { $quoted } кредитов, KIE берёт { $taken }.

remedy-database = {"\u000A"}→ Проверьте, что база запущена и DATABASE_URL ведёт к ней.
remedy-migrations = {"\u000A"}→ Запустите kiebot migrate.
remedy-updates = {"\u000A"}→ Проверьте, что публичный адрес доступен и этим токеном не пользуется другой бот; перезапуск ставит вебхук заново.
remedy-kie-silent = {"\u000A"}→ Обычно это сбой у KIE: заказы подождут и продолжатся сами. Если не проходит, проверьте сеть.
remedy-key = {"\u000A"}→ Проверьте KIE_API_KEY и список адресов на kie.ai/api-key.
remedy-key-cap = {"\u000A"}→ Поднимите лимит ключа на kie.ai/api-key.
remedy-maintenance = {"\u000A"}→ Делать ничего не нужно, KIE закончит сам. Если знаете, что уже закончил, возобновите продажи вручную.
remedy-credits = {"\u000A"}→ Пополните баланс на kie.ai.
remedy-queue = {"\u000A"}→ Посмотрите, не тормозят ли база и KIE; помогут WORKERS побольше или второй экземпляр.
remedy-stuck = {"\u000A"}→ В течение суток они завершатся сами, деньги вернутся. Если их много, у KIE сбой: остановите модель.
remedy-orphans = {"\u000A"}→ Ни с кого не взяли денег. Что они стоили, видно в журнале KIE.
remedy-receipts = {"\u000A"}→ Решите по ним: человек заплатил и ждёт.
remedy-dead-payments = {"\u000A"}→ Сверьтесь со списком провайдера: найденное там сверка зачисляет сама. Сырые обновления хранятся 30 дней.
remedy-unmatched = {"\u000A"}→ Найдите плательщика в «Ждёт решения» и зачислите платёж вручную.
remedy-audit = {"\u000A"}→ Запустите kiebot audit: он назовёт каждую строку. Не правьте строки руками.
remedy-audit-old = {"\u000A"}→ Ночью он проходит сам; сейчас его запустит kiebot audit.
remedy-rate = {"\u000A"}→ Проверьте USD_RATE_URL; пока действует последний курс.
remedy-rate-waiting = {"\u000A"}→ Примите его в сообщении о нём или командой kiebot rate.
remedy-plan = {"\u000A"}→ Не продавайте на бесплатном тарифе: платежи теряются.
remedy-disk = {"\u000A"}→ Освободите место или перенесите базу на диск побольше.

desk-alerts = <b>Тревоги</b>
desk-no-alerts = {"\u000A"}Всё спокойно.
desk-alert-subject = {"\u000A"}{ $model }
desk-alert-since = {"\u000A"}С { $when }
desk-alert-over = {"\u000A"}В последний раз { $when }
desk-alert-muted = {"\u000A"}🔕 Без звука до { $when }
alerts-told = 🔔 <b>Нужно ваше внимание</b>
alerts-more = {"\u000A\u000A"}И ещё: { $n }. Все они в «Тревогах».
alert-errors = Модель сбоит
alert-drift = Цена разошлась
alert-muted = Сутки об этом не напомним.
alert-unmuted = Об этом снова будут сообщать.
alerts-over = ✅ <b>Всё прошло</b>
alert-ended = {"\u000A"}Прошло, длилось { $span }.
desk-paused = {"\u000A"}⏸ <b>Пауза с { $since }</b>: { $trouble }.
    Следующая попытка: { $until }. Продажи возобновятся сами.
desk-pause-ended = Продажи идут. Если KIE снова откажет, снова будет пауза.
button-end-pause = ▶️ Снова продавать
deed-end-pause = снял паузу продаж
button-alerts = 🔔 Тревоги
button-mute = 🔕 Молчать сутки
button-unmute = 🔔 Сообщать снова
deed-mute-alert = заглушил тревогу
deed-unmute-alert = снова включил тревогу

desk-events = <b>Журнал</b> от уровня { $level }
    Пришлите корреляцию, пользователя, заказ или слова, чтобы их найти.
desk-events-needle = {"\u000A"}Ищем: { $needle }
desk-event-line = {"\u000A\u000A"}{ $n }. { $mark } { $when }
    { $message }
desk-event = { $mark } { $when }
    <code>{ $target }</code>
    { $message }
desk-event-correlation = {"\u000A"}Корреляция: <code>{ $id }</code>
desk-event-user = {"\u000A"}Пользователь: <code>{ $id }</code>
desk-event-generation = {"\u000A"}Заказ: <code>{ $id }</code>
desk-event-fields = {"\u000A"}<code>{ $fields }</code>
desk-event-gone = Этого события уже нет: журнал хранит их 30 дней.
events-ask-days = <b>Что удалить из журнала?</b>
    Пришлите число дней: события старше будут удалены. Сами они исчезают через месяц.
events-bad-days = Нужно целое число дней: от 1 до { $max }.
events-sure-clean = <b>Удалить события старше { $n ->
        [one] { $n } дня
       *[other] { $n } дней
    }?</b>
    Вернуть их нельзя. Деньги и записи о том, кто что делал, не удаляются никогда.
events-cleaned = Старые события удаляются.
button-events = 🧾 Журнал
button-all-events = Показать всё
button-export-events = 📄 Файлом
button-clean-events = 🗑 Почистить
