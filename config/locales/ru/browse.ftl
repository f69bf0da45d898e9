### Looking for a model: menus, lists, search, what was sent unasked.

welcome-text = <b>Здравствуйте, { $name }!</b>
    Здесь нейросети рисуют, снимают видео и озвучивают прямо в чате: без зарубежной карты и лишних регистраций.

    Как это работает: выберите модель, опишите, что нужно, проверьте точную цену и подтвердите. Если ничего не получится, деньги не спишутся.

    На балансе: <b>{ $balance }</b>
menu-text = <b>Что будем делать?</b>
    На балансе: { $balance }
menu-text-draft = <b>Что будем делать?</b>
    На балансе: { $balance }
    Незаконченный заказ «{ $model }» хранится, пока вы не начнёте новый.
button-section-voice = 🔊 Голос и звук
button-section-quality = 🔍 Качество и фон
button-search = 🔎 Найти модель
button-vendors = 🏢 По разработчику
button-popular = 🔥 Популярное
button-favourites = ⭐ Избранное
button-recent = 🕓 Недавние

section-text = <b>{ $section }</b>
    Выберите модель. Цена указана за один результат.
section-text-vendors = <b>{ $section }</b>
    Начните с одной из этих моделей или выберите разработчика.
section-text-tasks = <b>{ $section }</b>
    Начните с одной из этих моделей или выберите, что нужно сделать.
section-vendor-text = <b>{ $section }</b>
    Модели { $vendor }. Цена указана за один результат.
vendors-text = <b>Модели по разработчикам</b>
    Рядом с названием — сколько у него моделей.
vendor-text = <b>{ $vendor }</b>
    Все модели этого разработчика. Цена указана за один результат.
page-of = {"\u000A"}Страница { $page } из { $pages }
button-page = { $n }
button-page-here = · { $n } ·
counted-row = { $name } · { $n }
model-row = { $title } · { $price }
model-row-from = { $title } · от { $price }

shelf-popular-text = <b>Популярное</b>
    Что чаще всего создают в последний месяц.
shelf-popular-empty = <b>Популярное</b>
    Пока сравнивать нечего. Выберите модель в меню.
shelf-recent-text = <b>Недавние</b>
    Модели, с которыми вы работали в последнее время.
shelf-recent-empty = <b>Недавние</b>
    Здесь появятся модели, с которыми вы поработаете.
shelf-favourites-text = <b>Избранное</b>
    Модели, которые вы отметили звёздочкой.
shelf-favourites-empty = <b>Избранное</b>
    Здесь будут модели, которые вы отметите звёздочкой на их странице.

search-text = <b>Поиск</b>
    Напишите название модели, разработчика или что нужно сделать: «клинг», «оживить фото», «музыка». Опечатки не помешают.
found-text = <b>Поиск: «{ $query }»</b>
    { $n ->
        [one] Нашлась { $n } модель.
        [few] Нашлись { $n } модели.
       *[many] Нашлось { $n } моделей.
    } Не то? Напишите иначе.
found-nothing = <b>Поиск: «{ $query }»</b>
    Ничего не нашлось. Напишите иначе или короче — например, только название.

model-text = <b>{ $title }</b>
    { $summary }

    { $tasks }
    Разработчик: { $vendor }
model-required = {"\u000A"}Нужно: { $inputs }
model-optional = {"\u000A"}Можно настроить: { $inputs }
model-optional-more = {"\u000A"}Можно настроить: { $inputs } и ещё { $n }
model-input-several = { $input } (до { $max })
model-price = {"\u000A\u000A"}Цена: <b>{ $price }</b>
    Обычно готово за { $usual }
model-stopped = {"\u000A\u000A"}⏸ <b>Сейчас не продаётся.</b>
    Загляните позже или выберите другую модель.
model-stopped-loss = {"\u000A\u000A"}Снята с продажи { $since }: последние заказы обошлись дороже, чем за них заплатили.
model-rests = {"\u000A\u000A"}⏸ <b>Перерыв до { $until }.</b>
    Последние заказы у этой модели не получались. Загляните позже или выберите другую.
model-row-rests = ⏸ { $title }
price-from = от { $price }
price-range = от { $low } до { $high }
model-example = {"\u000A\u000A"}Пример запроса:
    <q>{ $example }</q>
button-favourite-on = ☆ В избранное
button-favourite-off = ★ Убрать из избранного
notice-search-words = Напишите хотя бы одно слово.
notice-favourite-on = Добавили в избранное.
notice-favourite-off = Убрали из избранного.
command-search = Найти модель

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
