### Looking for a model: menus, lists, search, what was sent unasked.

welcome-text = <b>Hello, { $name }!</b>
    AI models draw, film and speak for you right in this chat: no foreign card, no extra account.

    How it works: pick a model, say what you want, check the exact price, confirm. If nothing comes out, nothing is charged.

    Your balance: <b>{ $balance }</b>
menu-text = <b>What shall we make?</b>
    Your balance: { $balance }
menu-text-draft = <b>What shall we make?</b>
    Your balance: { $balance }
    Your unfinished order ({ $model }) is kept until you start another one.
button-section-voice = 🔊 Voice and sound
button-section-quality = 🔍 Quality, background
button-search = 🔎 Find a model
button-vendors = 🏢 By maker
button-popular = 🔥 Popular
button-favourites = ⭐ Favourites
button-recent = 🕓 Recent

section-text = <b>{ $section }</b>
    Pick a model. Prices are per result.
section-text-vendors = <b>{ $section }</b>
    Start with one of these models, or pick a maker.
section-text-tasks = <b>{ $section }</b>
    Start with one of these models, or pick what shall be done.
section-vendor-text = <b>{ $section }</b>
    Models by { $vendor }. Prices are per result.
vendors-text = <b>Models by maker</b>
    The number says how many models each one has.
vendor-text = <b>{ $vendor }</b>
    All models by this maker. Prices are per result.
page-of = {"\u000A"}Page { $page } of { $pages }
button-page = { $n }
button-page-here = · { $n } ·
counted-row = { $name } · { $n }
model-row = { $title } · { $price }
model-row-from = { $title } · from { $price }

shelf-popular-text = <b>Popular</b>
    What people made most in the last month.
shelf-popular-empty = <b>Popular</b>
    There is nothing to compare yet. Pick a model in the menu.
shelf-recent-text = <b>Recent</b>
    The models that you used last.
shelf-recent-empty = <b>Recent</b>
    The models that you use will appear here.
shelf-favourites-text = <b>Favourites</b>
    The models that you marked with a star.
shelf-favourites-empty = <b>Favourites</b>
    The models that you mark with a star on their page will be here.

search-text = <b>Search</b>
    Write the name of a model, its maker, or what you want to do: “kling”, “animate a photo”, “music”. Typos do no harm.
found-text = <b>Search: “{ $query }”</b>
    { $n ->
        [one] { $n } model found.
       *[other] { $n } models found.
    } Not what you meant? Write it another way.
found-nothing = <b>Search: “{ $query }”</b>
    Nothing found. Try other or fewer words, the name alone for example.

model-text = <b>{ $title }</b>
    { $summary }

    { $tasks }
    Made by: { $vendor }
model-required = {"\u000A"}Needs: { $inputs }
model-optional = {"\u000A"}You can set: { $inputs }
model-optional-more = {"\u000A"}You can set: { $inputs } and { $n } more
model-input-several = { $input } (up to { $max })
model-price = {"\u000A\u000A"}Price: <b>{ $price }</b>
    Usually ready in { $usual }
model-stopped = {"\u000A\u000A"}⏸ <b>Not on sale at the moment.</b>
    Come back later or pick another model.
model-stopped-loss = {"\u000A\u000A"}Off sale since { $since }: the last orders cost more than was paid for them.
model-rests = {"\u000A\u000A"}⏸ <b>Taking a break until { $until }.</b>
    Its last orders did not work out. Come back then or pick another model.
model-row-rests = ⏸ { $title }
price-from = from { $price }
price-range = from { $low } to { $high }
model-example = {"\u000A\u000A"}A prompt to try:
    <q>{ $example }</q>
button-favourite-on = ☆ Add to favourites
button-favourite-off = ★ Remove favourite
notice-search-words = Write at least one word.
notice-favourite-on = Added to your favourites.
notice-favourite-off = Removed from your favourites.
command-search = Find a model

kind-text-to-image = 🎨 Make a picture
kind-image-edit = 🖌 Edit a photo
kind-image-to-image = 🖼 From a sample
kind-text-to-video = 🎬 Make a video
kind-image-to-video = 🎞 Animate a photo
kind-video-to-video = 📹 Change a video
kind-avatar = 🗣 Talking portrait
kind-speech-to-video = 🎙 Video from speech
kind-music = 🎵 Music
kind-text-to-speech = 🔊 Read text aloud
kind-sound-effect = 💥 Sounds
kind-audio-isolation = 🎚 Clean up sound
kind-speech-to-text = 📝 Speech to text
kind-upscale = 🔍 Improve quality
kind-background-removal = ✂️ Cut out
kind-watermark-removal = 🧽 Remove watermark
