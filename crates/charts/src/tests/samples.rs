//! What an owner may get to see, in two languages.

use domain::ports::charts::{Axis, Bar, Chart, Plot, Series, Shape, Sheet, Tone};

/// The words of a dashboard.
pub(crate) struct Words {
    /// Of a week and of a month.
    titles: [&'static str; 2],
    subtitles: [&'static str; 2],
    money: [&'static str; 4],
    generations: [&'static str; 4],
    models: &'static str,
    funnel: [&'static str; 4],
    empty: &'static str,
    month: &'static str,
    thousand: &'static str,
}

pub(crate) const RUSSIAN: Words = Words {
    titles: ["Итоги недели", "Итоги за 30 дней"],
    subtitles: ["1–7 ноября, по московскому времени", "1–30 ноября, по московскому времени"],
    money: ["Выручка и прибыль", "Выручка", "Расходы KIE", "Прибыль"],
    generations: ["Генерации", "Успешно", "С ошибкой", "Отменено"],
    models: "Популярные модели",
    funnel: ["Воронка", "Запустили бота", "Пополнили баланс", "Получили результат"],
    empty: "За эти дни ничего не было",
    month: "ноя",
    thousand: "тыс.",
};

pub(crate) const ENGLISH: Words = Words {
    titles: ["Last 7 days", "Last 30 days"],
    subtitles: ["1–7 November, Moscow time", "1–30 November, Moscow time"],
    money: ["Revenue and margin", "Revenue", "KIE cost", "Margin"],
    generations: ["Generations", "Succeeded", "Failed", "Cancelled"],
    models: "Top models",
    funnel: ["Funnel", "Started the bot", "Topped up", "Got a result"],
    empty: "Nothing happened on these days",
    month: "Nov",
    thousand: "k",
};

/// A figure with thin groups, as a caller would write it.
pub(crate) fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    if value < 0 { format!("−{text}") } else { text }
}

fn short(value: i64, words: &Words) -> String {
    if value.abs() >= 1000 && value % 100 == 0 {
        let tenth = value.abs() / 100 % 10;
        let tenth = if tenth == 0 { String::new() } else { format!(".{tenth}") };
        format!("{}{tenth}\u{a0}{}", grouped(value / 1000), words.thousand)
    } else {
        grouped(value)
    }
}

/// A curve that looks like business: a week's rhythm over slow growth. No chance in it.
fn wave(day: i64, base: i64) -> i64 {
    let rhythm =
        [92, 85, 97, 104, 121, 138, 118].into_iter().cycle().nth(usize::try_from(day).unwrap_or(0)).unwrap_or(100);
    base * rhythm * (70 + day * 2) / 10_000 + (day * 7919 % 13) * base / 100
}

fn series(name: &str, figure: String, shape: Shape, tone: Tone, values: Vec<i64>) -> Series {
    Series { name: name.to_owned(), figure, shape, tone, values }
}

fn bar(name: &str, figure: String, value: i64, tone: Tone) -> Bar {
    Bar { name: name.to_owned(), figure, value, tone }
}

pub(crate) fn days_of(count: i64, words: &Words) -> Vec<String> {
    (1..=count).map(|day| format!("{day}\u{a0}{}", words.month)).collect()
}

/// Revenue, cost and margin of `count` days, in roubles.
pub(crate) fn money(count: i64, words: &Words) -> Chart {
    let revenue: Vec<i64> = (0..count).map(|day| wave(day, 14_000)).collect();
    let cost: Vec<i64> = (0..count).map(|day| wave(day + 2, 6_600) + if day == 9 { 12_000 } else { 0 }).collect();
    let margin: Vec<i64> = revenue.iter().zip(&cost).map(|(revenue, cost)| revenue - cost).collect();
    let roubles = |values: &[i64]| format!("{}\u{a0}₽", grouped(values.iter().sum()));
    let [title, names @ ..] = words.money;
    let parts = [
        (names[0], Shape::Bars, Tone::Main, revenue),
        (names[1], Shape::Bars, Tone::Other, cost),
        (names[2], Shape::Line, Tone::Outcome, margin),
    ];
    let series: Vec<Series> =
        parts.map(|(name, shape, tone, values)| series(name, roubles(&values), shape, tone, values)).into();
    let axis = Axis::beside(&series, |value| short(value, words));
    let plot = Plot::Days { days: days_of(count, words), axis, series };
    Chart { title: title.to_owned(), empty: words.empty.to_owned(), plot }
}

/// Generations of `count` days by how they ended.
pub(crate) fn generations(count: i64, words: &Words) -> Chart {
    let [title, names @ ..] = words.generations;
    let parts = [(Tone::Good, 420), (Tone::Bad, 38), (Tone::Idle, 21)];
    let series: Vec<Series> = names
        .into_iter()
        .zip(parts)
        .map(|(name, (tone, base))| {
            let values: Vec<i64> = (0..count).map(|day| wave(day, base)).collect();
            series(name, grouped(values.iter().sum()), Shape::Bars, tone, values)
        })
        .collect();
    let axis = Axis::stacked(&series, |value| short(value, words));
    let plot = Plot::Stack { days: days_of(count, words), axis, series };
    Chart { title: title.to_owned(), empty: words.empty.to_owned(), plot }
}

/// The five models that are ordered most.
pub(crate) fn models(words: &Words) -> Chart {
    let rows = [
        ("Nano Banana Pro", 4_812),
        ("Veo 3.1 Fast", 3_077),
        ("Kling 2.6", 1_954),
        ("Seedream 4.5", 988),
        ("ElevenLabs Text to Speech Multilingual v2", 41),
    ];
    let bars = rows.map(|(name, value)| bar(name, grouped(value), value, Tone::Main)).into();
    Chart { title: words.models.to_owned(), empty: words.empty.to_owned(), plot: Plot::Ranking(bars) }
}

/// From the first start to a result.
pub(crate) fn funnel(words: &Words) -> Chart {
    let [title, names @ ..] = words.funnel;
    let rows = [(12_480, "100"), (3_320, "27"), (2_954, "24")];
    let figure = |value, percent| format!("{} · {percent}\u{a0}%", grouped(value));
    let bars = names.into_iter().zip(rows);
    let bars = bars.map(|(name, (value, percent))| bar(name, figure(value, percent), value, Tone::Main)).collect();
    Chart { title: title.to_owned(), empty: words.empty.to_owned(), plot: Plot::Funnel(bars) }
}

/// All four under each other: what an owner gets.
pub(crate) fn dashboard(count: i64, words: &Words) -> Sheet {
    let charts = vec![money(count, words), generations(count, words), models(words), funnel(words)];
    let at = usize::from(count > 7);
    Sheet { title: words.titles[at].to_owned(), subtitle: words.subtitles[at].to_owned(), charts }
}
