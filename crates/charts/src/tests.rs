//! The layout is read as a list of marks, the picture as decoded pixels.

mod samples;

use domain::ports::charts::{Axis, Bar, Chart, ChartError, Charts, Plot, Series, Shape, Sheet, Tone};

use crate::font::Fonts;
use crate::marks::{Align, Area, Mark, TEXT_SIZE_MIN};
use crate::sheet::{WIDTH, layout};
use crate::theme::{CARD, Colour, PAGE, of_tone};
use crate::{BARS_MAX, CHARTS_MAX, DAYS_MAX, PngCharts, SERIES_MAX};
use samples::{ENGLISH, RUSSIAN, dashboard};

#[test]
fn a_dashboard_is_a_png_of_a_phone_s_proportions() {
    for sheet in [dashboard(7, &RUSSIAN), dashboard(30, &ENGLISH)] {
        let bytes = PngCharts.draw(&sheet).unwrap();
        assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n"));
        assert!(bytes.len() < 500_000, "{} bytes", bytes.len());
        let pixels = Pixels::of(&bytes);
        assert_eq!(pixels.width, 1080);
        assert!((1800..=2200).contains(&pixels.height), "{}", pixels.height);
        assert!(pixels.data.iter().skip(3).step_by(4).all(|alpha| *alpha == u8::MAX), "all of it is opaque");
    }
}

#[test]
fn every_text_fits_its_place_and_meets_no_other() {
    let mut sheets = vec![endless(), extreme()];
    for words in [RUSSIAN, ENGLISH] {
        sheets.extend([1, 2, 7, 14, 30, 31, 92].map(|days| dashboard(days, &words)));
    }
    for sheet in &sheets {
        let fonts = Fonts::bundled();
        let picture = layout(sheet, &fonts);
        let mut inks: Vec<(&str, Area)> = Vec::new();
        for mark in &picture.marks {
            let Mark::Text { text, area, style } = mark else { continue };
            let ink = fonts.width(text, style.weight, style.size);
            assert!(ink <= area.width, "`{text}` is {ink} wide, its place {}", area.width);
            assert!(style.size >= TEXT_SIZE_MIN, "`{text}` is {} high", style.size);
            assert!(area.x >= 32.0 && area.right() <= WIDTH - 32.0, "`{text}` leaves the card: {area:?}");
            assert!(area.y >= 0.0 && area.bottom() <= picture.height, "`{text}` leaves the picture: {area:?}");
            let free = area.width - ink;
            let x = match style.align {
                Align::Left => area.x,
                Align::Centre => area.x + free / 2.0,
                Align::Right => area.x + free,
            };
            // Neighbours have at least twelve pixels between them. A line's letters, with what hangs below the baseline, are about as high as the font's size.
            let y = area.y + (area.height - style.size) / 2.0;
            inks.push((text, Area { x: x - 6.0, y, width: ink + 12.0, height: style.size }));
        }
        for (at, (text, ink)) in inks.iter().enumerate() {
            for (other, other_ink) in &inks[at + 1..] {
                assert!(!overlap(*ink, *other_ink), "`{text}` {ink:?} meets `{other}` {other_ink:?}");
            }
        }
    }
}

#[test]
fn every_shape_lies_on_a_card_within_the_picture() {
    for sheet in [endless(), extreme(), dashboard(1, &RUSSIAN), dashboard(92, &ENGLISH)] {
        let picture = layout(&sheet, &Fonts::bundled());
        let mut card = None;
        for mark in &picture.marks {
            match mark {
                Mark::Fill { colour, .. } if *colour == PAGE => {}
                Mark::Fill { area, colour, .. } if *colour == CARD => card = Some(*area),
                Mark::Fill { area, .. } => assert!(inside(*area, card.unwrap()), "{area:?} of {card:?}"),
                Mark::Dot { centre, radius, .. } => {
                    let place =
                        Area { x: centre.0 - radius, y: centre.1 - radius, width: 2.0 * radius, height: 2.0 * radius };
                    assert!(inside(place, card.unwrap()), "{place:?} of {card:?}");
                }
                Mark::Line { points, .. } => {
                    for (x, y) in points {
                        let place = Area { x: *x, y: *y, width: 0.0, height: 0.0 };
                        assert!(inside(place, card.unwrap()), "{place:?} of {card:?}");
                    }
                }
                Mark::Text { .. } => {}
            }
        }
    }
}

#[test]
fn a_value_twice_as_great_is_a_bar_twice_as_high() {
    let beside = days(&[("a", Tone::Main, &[100, 200, 50]), ("b", Tone::Other, &[150, 0, 200])], false);
    let pixels = Pixels::drawn(beside);
    assert_proportional(&pixels.columns(Tone::Main), &[100, 200, 50]);
    assert_proportional(&pixels.columns(Tone::Other), &[150, 200]);
}

#[test]
fn a_pile_is_as_high_as_its_parts() {
    let pixels = Pixels::drawn(days(&[("a", Tone::Good, &[100, 50]), ("b", Tone::Bad, &[100, 150])], true));
    let (good, bad) = (pixels.columns(Tone::Good), pixels.columns(Tone::Bad));
    assert_proportional(&[good[0], bad[0], good[1], bad[1]], &[100, 100, 50, 150]);
    let (lower, upper) = (pixels.rows_of(Tone::Good), pixels.rows_of(Tone::Bad));
    assert!(lower.1 > upper.1, "the first series stands on the ground: {lower:?}, {upper:?}");
}

#[test]
fn a_lying_bar_is_as_long_as_its_value() {
    let values = [400, 200, 100, 0, -50];
    for plot in [Plot::Ranking(bars(&values)), Plot::Funnel(bars(&values))] {
        let pixels = Pixels::drawn(chart(plot));
        assert_proportional(&pixels.lengths(Tone::Main), &[400, 200, 100]);
    }
}

#[test]
fn a_funnel_is_held_against_its_first_step_and_a_ranking_against_its_greatest() {
    let values = [100, 400, 50];
    let funnel = Pixels::drawn(chart(Plot::Funnel(bars(&values)))).lengths(Tone::Main);
    assert_proportional(&funnel, &[100, 100, 50]);
    let ranking = Pixels::drawn(chart(Plot::Ranking(bars(&values)))).lengths(Tone::Main);
    assert_proportional(&ranking, &[100, 400, 50]);
}

#[test]
fn what_is_below_zero_hangs_from_the_line_of_zero() {
    let chart = days(&[("a", Tone::Main, &[100, -100]), ("b", Tone::Other, &[-50, 50])], true);
    let pixels = Pixels::drawn(chart);
    assert_proportional(&pixels.columns(Tone::Main), &[100, 100]);
    let picture = layout(&sheet(days(&[("a", Tone::Main, &[100, -100])], false)), &Fonts::bundled());
    let bars: Vec<Area> = fills(&picture.marks, of_tone(Tone::Main)).into_iter().skip(1).collect();
    let [above, below] = bars.as_slice() else { panic!("two bars, not {bars:?}") };
    assert_eq!((above.bottom(), above.height), (below.y, below.height));
}

#[test]
fn a_day_alone_has_one_bar_in_the_middle_and_a_dot_for_a_line() {
    let mut chart = days(&[("a", Tone::Main, &[7]), ("b", Tone::Outcome, &[3])], false);
    let Plot::Days { series, .. } = &mut chart.plot else { panic!("days") };
    series[1].shape = Shape::Line;
    let picture = layout(&sheet(chart), &Fonts::bundled());
    let bars = fills(&picture.marks, of_tone(Tone::Main));
    assert_eq!(bars.len(), 2, "the swatch and the bar");
    assert!(bars[1].width <= 88.0, "{:?}", bars[1]);
    assert!(!picture.marks.iter().any(|mark| matches!(mark, Mark::Line { .. })));
    let is_dot = |mark: &&Mark| matches!(mark, Mark::Dot { colour, .. } if *colour == of_tone(Tone::Outcome));
    assert_eq!(picture.marks.iter().filter(is_dot).count(), 2, "in the legend and on the day");
}

#[test]
fn the_last_day_is_always_named() {
    for count in [1, 2, 7, 29, 30, 31, 92] {
        let picture = layout(&dashboard(count, &RUSSIAN), &Fonts::bundled());
        let last = samples::days_of(count, &RUSSIAN).pop().unwrap();
        let is_last = |mark: &&Mark| matches!(mark, Mark::Text { text, .. } if *text == last);
        assert_eq!(picture.marks.iter().filter(is_last).count(), 2, "{count} days");
    }
}

#[test]
fn nothing_to_show_is_said_in_the_caller_s_words() {
    let axis = Axis::beside(&[], |value| value.to_string());
    let nothing = [
        days(&[("a", Tone::Main, &[0, 0, 0])], false),
        days(&[("a", Tone::Main, &[])], true),
        chart(Plot::Days { days: Vec::new(), axis, series: Vec::new() }),
        chart(Plot::Ranking(Vec::new())),
        chart(Plot::Funnel(bars(&[0, 0]))),
    ];
    for chart in nothing {
        let picture = layout(&sheet(chart.clone()), &Fonts::bundled());
        let texts: Vec<&str> = texts(&picture.marks);
        assert_eq!(texts, ["sheet", "chart", "nothing"], "{chart:?}");
        PngCharts.draw(&sheet(chart)).unwrap();
    }
}

#[test]
fn the_smallest_value_is_seen_beside_the_greatest() {
    let picture = layout(&sheet(chart(Plot::Ranking(bars(&[i64::MAX, 1])))), &Fonts::bundled());
    let bars = fills(&picture.marks, of_tone(Tone::Main));
    assert!(bars.len() == 2 && bars.iter().all(|area| area.width >= 6.0), "{bars:?}");
    let picture = layout(&sheet(days(&[("a", Tone::Main, &[i64::MAX, 1])], false)), &Fonts::bundled());
    let bars = fills(&picture.marks, of_tone(Tone::Main));
    assert!(bars.len() == 3 && bars.iter().all(|area| area.height >= 3.0), "{bars:?}");
}

#[test]
fn the_greatest_picture_is_one_that_telegram_takes_as_a_photo() {
    let full = Chart { plot: Plot::Funnel(bars(&[5; BARS_MAX])), ..endless().charts.remove(0) };
    let height = layout(&Sheet { charts: vec![full; CHARTS_MAX], ..endless() }, &Fonts::bundled()).height;
    assert!(height + WIDTH <= 10_000.0, "{height}");
}

#[test]
fn data_that_do_not_fit_are_refused_with_their_figures() {
    let cases = [
        (
            days(&[("a", Tone::Main, &[1, 2]), ("b", Tone::Other, &[1])], false),
            "`chart`: 2 days, but a series has 1 values",
        ),
        (days(&[("a", Tone::Main, &[1; DAYS_MAX + 1])], true), "93 days in one picture, at most 92"),
        (days(&[("a", Tone::Main, &[1][..]); SERIES_MAX + 1], true), "7 series in one picture, at most 6"),
        (chart(Plot::Ranking(bars(&[1; BARS_MAX + 1]))), "13 bars in one picture, at most 12"),
    ];
    for (chart, expected) in cases {
        assert_eq!(PngCharts.draw(&sheet(chart)).unwrap_err().to_string(), expected);
    }
    let crowd = Sheet {
        charts: vec![chart(Plot::Ranking(bars(&[1]))); CHARTS_MAX + 1],
        ..sheet(chart(Plot::Ranking(Vec::new())))
    };
    let expected = ChartError::TooMany { what: "charts", count: CHARTS_MAX + 1, max: CHARTS_MAX };
    assert_eq!(PngCharts.draw(&crowd).unwrap_err(), expected);
}

/// Texts that no caller should send, everywhere.
fn endless() -> Sheet {
    let long = "Очень длинное название с подробностями ".repeat(9);
    let mut sheet = dashboard(30, &RUSSIAN);
    for chart in &mut sheet.charts {
        chart.title.clone_from(&long);
        match &mut chart.plot {
            Plot::Days { days, axis, series } | Plot::Stack { days, axis, series } => {
                days.iter_mut().for_each(|day| day.clone_from(&long));
                axis.ticks.iter_mut().for_each(|tick| tick.label.clone_from(&long));
                for series in series {
                    series.name.clone_from(&long);
                    series.figure.clone_from(&long);
                }
            }
            Plot::Ranking(bars) | Plot::Funnel(bars) => {
                for bar in bars {
                    bar.name.clone_from(&long);
                    bar.figure.clone_from(&long);
                }
            }
        }
    }
    Sheet { title: long.clone(), subtitle: long, ..sheet }
}

/// The greatest values that there are.
fn extreme() -> Sheet {
    let values: &[i64] = &[i64::MIN, -1, 0, 1, i64::MAX];
    let series = [("a", Tone::Main, values), ("b", Tone::Other, values)];
    let mut lines = days(&series, false);
    let Plot::Days { series: drawn, .. } = &mut lines.plot else { panic!("days") };
    drawn[1].shape = Shape::Line;
    let lying = chart(Plot::Ranking(bars(values)));
    Sheet { charts: vec![lines, days(&series, true), lying], ..sheet(chart(Plot::Ranking(Vec::new()))) }
}

fn sheet(chart: Chart) -> Sheet {
    Sheet { title: "sheet".to_owned(), subtitle: String::new(), charts: vec![chart] }
}

fn chart(plot: Plot) -> Chart {
    Chart { title: "chart".to_owned(), empty: "nothing".to_owned(), plot }
}

fn days(series: &[(&str, Tone, &[i64])], are_stacked: bool) -> Chart {
    let of = |(name, tone, values): &(&str, Tone, &[i64])| Series {
        name: (*name).to_owned(),
        figure: String::new(),
        shape: Shape::Bars,
        tone: *tone,
        values: values.to_vec(),
    };
    let days = (1..=series[0].2.len()).map(|day| day.to_string()).collect();
    let series: Vec<Series> = series.iter().map(of).collect();
    let label = |value| samples::grouped(value);
    chart(if are_stacked {
        Plot::Stack { days, axis: Axis::stacked(&series, label), series }
    } else {
        Plot::Days { days, axis: Axis::beside(&series, label), series }
    })
}

fn bars(values: &[i64]) -> Vec<Bar> {
    let bar = |value: &i64| Bar { name: "bar".to_owned(), figure: value.to_string(), value: *value, tone: Tone::Main };
    values.iter().map(bar).collect()
}

fn texts<'a>(marks: &'a [Mark]) -> Vec<&'a str> {
    let text = |mark: &'a Mark| match mark {
        Mark::Text { text, .. } => Some(text.as_str()),
        _ => None,
    };
    marks.iter().filter_map(text).collect()
}

fn fills(marks: &[Mark], wanted: Colour) -> Vec<Area> {
    let area = |mark: &Mark| match mark {
        Mark::Fill { area, colour, .. } if *colour == wanted => Some(*area),
        _ => None,
    };
    marks.iter().filter_map(area).collect()
}

fn overlap(one: Area, other: Area) -> bool {
    one.x < other.right() && other.x < one.right() && one.y < other.bottom() && other.y < one.bottom()
}

fn inside(area: Area, of: Area) -> bool {
    area.x >= of.x && area.right() <= of.right() && area.y >= of.y && area.bottom() <= of.bottom()
}

/// Lengths are to each other as values are, but for the pixels that rounding, a slit or an edge may take.
fn assert_proportional(lengths: &[usize], values: &[usize]) {
    assert_eq!(lengths.len(), values.len(), "{lengths:?} for {values:?}");
    let (longest, greatest) = (lengths.iter().max().unwrap(), values.iter().max().unwrap());
    for (length, value) in lengths.iter().zip(values) {
        let expected = longest * value / greatest;
        assert!(length.abs_diff(expected) <= 3, "{lengths:?} for {values:?}: {length}, not {expected}");
    }
}

/// A decoded picture.
struct Pixels {
    width: usize,
    height: usize,
    data: Vec<u8>,
}

/// A run of pixels shorter than this is the swatch of a legend.
const RUN_MIN: usize = 30;

impl Pixels {
    fn of(bytes: &[u8]) -> Self {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut data = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut data).unwrap();
        let (width, height) = (usize::try_from(info.width).unwrap(), usize::try_from(info.height).unwrap());
        Self { width, height, data }
    }

    fn drawn(chart: Chart) -> Self {
        Self::of(&PngCharts.draw(&sheet(chart)).unwrap())
    }

    fn is(&self, x: usize, y: usize, tone: Tone) -> bool {
        let Colour(red, green, blue) = of_tone(tone);
        self.data[(y * self.width + x) * 4..].starts_with(&[red, green, blue])
    }

    /// The height of each standing bar of a tone, from left to right.
    fn columns(&self, tone: Tone) -> Vec<usize> {
        let run = |x| longest_run((0..self.height).map(|y| self.is(x, y, tone)));
        peaks((0..self.width).map(run))
    }

    /// The length of each lying bar of a tone, from top to bottom.
    fn lengths(&self, tone: Tone) -> Vec<usize> {
        let run = |y| longest_run((0..self.width).map(|x| self.is(x, y, tone)));
        peaks((0..self.height).map(run))
    }

    /// The first and the last row that have a tone.
    fn rows_of(&self, tone: Tone) -> (usize, usize) {
        let has = |y: &usize| (0..self.width).any(|x| self.is(x, *y, tone));
        let mut rows = (0..self.height).filter(has);
        let first = rows.next().unwrap();
        (first, rows.next_back().unwrap_or(first))
    }
}

fn longest_run(pixels: impl Iterator<Item = bool>) -> usize {
    let (mut longest, mut run) = (0, 0);
    for is in pixels {
        run = if is { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

/// The greatest run of each group of neighbours that are long enough.
fn peaks(runs: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut peaks: Vec<usize> = Vec::new();
    let mut is_open = false;
    for run in runs {
        if run < RUN_MIN {
            is_open = false;
        } else if let Some(peak) = peaks.last_mut().filter(|_| is_open) {
            *peak = run.max(*peak);
        } else {
            peaks.push(run);
            is_open = true;
        }
    }
    peaks
}
