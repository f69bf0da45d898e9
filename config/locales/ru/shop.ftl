### Модели и тексты на пульте: условия одной модели, проба, свои тексты.

desk-model-orders = {"\u000A\u000A"}<b>{ $days ->
    [one] { $days } день
    [few] { $days } дня
   *[other] { $days } дней
}</b>
    Заказано { $ordered }: готово { $succeeded }, не вышло { $failed }, отменено { $cancelled }
desk-model-rate = {"\u000A"}Успешных: { $percent } %
desk-model-waits = {"\u000A"}Ждут: половина до { $half }, 95 из 100 до { $rare }
desk-model-money = {"\u000A"}Выручка: { $revenue }
    Себестоимость KIE: { $cost }
    Маржа: { $margin }
desk-model-costless = {"\u000A"}{ $n ->
    [one] Ещё у { $n } результата себестоимость неизвестна
   *[other] Ещё у { $n } результатов себестоимость неизвестна
}
desk-model-drift = {"\u000A"}Кредиты за оплаченное: { $quoted } по нашей таблице, { $taken } у KIE ({ $change } %)
desk-model-drift-metered = {"\u000A"}Кредиты за оплаченное по факту: не больше { $quoted } по нашей таблице, { $taken } у KIE ({ $change } %)
desk-model-computed = {"\u000A\u000A"}Цена по таблице и наценке: { $computed }
    Себестоимость: { $cost }
desk-model-no-price = {"\u000A\u000A"}Цены в каталоге нет.
desk-model-price-fixed = {"\u000A"}Своя цена: <b>{ $price }</b>, при любом курсе
desk-model-price-floor = {"\u000A"}Своя цена: <b>не меньше { $price }</b>; что дороже по таблице, стоит как по таблице
desk-price-below-cost = {"\u000A"}⚠️ Это ниже себестоимости: модель стоит нам до { $cost }. Каждый заказ будет в убыток, а после нескольких убытков подряд модель может остановиться сама.
desk-model-markup-idle = {"\u000A"}Наценка не действует, пока задана своя цена
desk-model-free = {"\u000A"}Бесплатно: { $limits } ({ $source })
desk-model-not-free = {"\u000A"}Бесплатно: нет ({ $source })
desk-free-limits = { $day } в день, { $hour } в час
desk-never-free = никогда
desk-free-rules = {"\u000A"}Раздавать можно то, что стоит нам дёшево при любых настройках. Лимит считается на каждого пользователя.
desk-setting-of = {"\u000A\u000A"}<b>{ $model }</b>
desk-ask-price = Пришлите цену в рублях, например <code>12,50</code>. У этой модели одна цена, и все будут платить ровно столько, при любом курсе и любой наценке. Заказы, цену которых уже показали, останутся по прежней.
desk-ask-least-price = Пришлите цену в рублях, например <code>12,50</code>. Цена этой модели зависит от настроек или от того, сколько возьмёт KIE, поэтому ваша цена будет наименьшей: дешевле никто не заплатит, а что дороже по таблице и наценке, стоит как по таблице.
desk-ask-limits = Сколько раз в день и сколько из них в час один пользователь получит её бесплатно? Пришлите два числа: <code>3 2</code>.
desk-bad-limits = Нужны два числа: сколько в день, от 1 до { $max }, и сколько из них в час.
desk-gift-hidden = Эта модель скрыта в каталоге, раздавать её нельзя.
desk-gift-too-dear = Раздавать её нельзя: она стоит нам до { $cost }, а бесплатным бывает то, что не дороже { $max }.
desk-sure-set = <b>{ $setting }</b>
    Установить { $value }?
desk-sure-text = <b>{ $setting }</b>
    Так это увидят пользователи. Публикуем?
    {"\u000A"}
desk-texts = <b>Свои тексты</b>
    Карандашом отмечены ваши, остальные взяты из файлов бота. Меняются сразу, для каждого языка отдельно.
desk-text-setting = <b>{ $setting }</b>
    Откуда: { $source }
    {"\u000A"}
desk-text-nothing = Пока здесь пусто.
desk-ask-text = { $max ->
    [one] Пришлите текст, до { $max } знака.
   *[other] Пришлите текст, до { $max } знаков.
} Выделить можно так: { $bold }, { $italic }. Перед публикацией покажем, что вышло.
style-bold = жирный
style-italic = курсив
desk-ask-variable = {"\u000A"}Можно вставить <code>{ $variable }</code>
desk-bad-variable = В тексте стоит { $variable }: такой подстановки здесь нет. Фигурные скобки бывают только вокруг подстановок.
desk-bad-mark = В тексте не сходится метка { $mark }: у каждой открытой должна быть закрытая.
desk-not-askable = Эту модель чат пока не умеет спрашивать, попробовать её нельзя.
setting-model-price = Цена модели { $model }
setting-model-free = Бесплатные запуски модели { $model }
setting-text-greeting = Приветствие, { $language }
setting-text-terms = Условия, { $language }
setting-text-help = Дополнение к помощи, { $language }
setting-text-paysupport = Вопросы об оплате, { $language }
deed-try-model = проба модели
button-model-price = Цена
button-model-free = Бесплатно
button-try-model = 🧪 Попробовать
button-never-free = Не раздавать
button-texts = 📝 Тексты

trial-of = 🧪 { $model } (проба)
amount-trial = за счёт магазина
review-trial = {"\u000A\u000A"}<b>Проба за счёт магазина</b>: себестоимость { $cost }. С баланса ничего не спишется.
review-trial-at-most = {"\u000A\u000A"}<b>Проба за счёт магазина</b>: себестоимость до { $cost }. С баланса ничего не спишется.
review-trial-unknown = {"\u000A\u000A"}<b>Проба за счёт магазина</b>: цены в каталоге нет, себестоимость узнаем после. С баланса ничего не спишется.
button-confirm-trial = 🧪 Попробовать
receipt-why-set = <q>{"\u000A"}Это цена магазина для этой модели: она не зависит от курса.</q>
receipt-why-least = <q>{"\u000A"}По курсу вышло бы меньше, но наименьшая цена этой модели у нас { $least }.</q>
