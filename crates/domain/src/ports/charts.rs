//! The port that draws figures as a picture, and the picture as plain data.
//!
//! Every word and every figure to be read comes from the caller, in the reader's language; values only decide how long a bar is.

/// Draws sheets.
pub trait Charts: Send + Sync {
    /// The sheet as a PNG, made for a phone and for light and dark themes alike.
    ///
    /// # Errors
    /// See [`ChartError`].
    fn draw(&self, sheet: &Sheet) -> Result<Vec<u8>, ChartError>;
}

/// Why a sheet could not be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChartError {
    /// The caller's data do not fit together.
    #[error("`{chart}`: {days} days, but a series has {values} values")]
    Uneven {
        /// The chart's title.
        chart: String,
        /// Days of the chart.
        days: usize,
        /// Values of the first series that differs.
        values: usize,
    },
    /// More than a picture can show: the caller takes fewer days or rows.
    #[error("{count} {what} in one picture, at most {max}")]
    TooMany {
        /// Of what there are too many.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many may be.
        max: usize,
    },
    /// The picture could not be made: nothing that the caller can do better.
    #[error("the picture can't be made: {detail}")]
    Failed {
        /// What was seen.
        detail: String,
    },
}

/// One picture: charts under each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// What the figures are of.
    pub title: String,
    /// Which time they cover; may be empty.
    pub subtitle: String,
    /// From top to bottom.
    pub charts: Vec<Chart>,
}

/// Figures of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// What is shown.
    pub title: String,
    /// Stands in place of the plot when there is nothing to show: no days, no bars, or nothing but zeros.
    pub empty: String,
    /// The figures.
    pub plot: Plot,
}

/// How figures stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plot {
    /// Series over days, bars beside each other.
    Days {
        /// A short label per day; as many are written as fit.
        days: Vec<String>,
        /// What the heights mean; see [`Axis::beside`].
        axis: Axis,
        /// One value per day in each.
        series: Vec<Series>,
    },
    /// Series over days, bars on top of each other.
    Stack {
        /// A short label per day; as many are written as fit.
        days: Vec<String>,
        /// What the heights mean; see [`Axis::stacked`].
        axis: Axis,
        /// One value per day in each.
        series: Vec<Series>,
    },
    /// Bars that lie under each other; the longest is the greatest value. For what is ranked.
    Ranking(Vec<Bar>),
    /// The same with thicker bars, held against the first one. For steps of which each keeps a part of the one before.
    Funnel(Vec<Bar>),
}

/// One value per day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// Its sum in the legend, or whatever is worth reading there; may be empty.
    pub figure: String,
    /// Bars or a line.
    pub shape: Shape,
    /// Its colour.
    pub tone: Tone,
    /// In the axis' unit.
    pub values: Vec<i64>,
}

/// How a series is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A bar per day, from zero.
    Bars,
    /// A line through the days, over the bars.
    Line,
}

/// A bar that lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it is of.
    pub name: String,
    /// Its value as it is read.
    pub figure: String,
    /// How long it is; below zero there is no bar.
    pub value: i64,
    /// Its colour.
    pub tone: Tone,
}

/// A colour by its meaning. All of them are told apart by colour-blind eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// What the chart is about.
    Main,
    /// What is held against it.
    Other,
    /// What comes of the two.
    Outcome,
    /// It went well.
    Good,
    /// It went wrong.
    Bad,
    /// It counts neither way.
    Idle,
}

/// The heights that have a line and a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// From the lowest to the highest; every value of the plot lies between the two, and zero is among them.
    pub ticks: Vec<Tick>,
}

/// A height with its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// The height.
    pub value: i64,
    /// How it is read, as short as can be.
    pub label: String,
}

impl Axis {
    /// Round heights for series whose bars stand beside each other; `label` says how a value is read.
    #[must_use]
    pub fn beside(series: &[Series], label: impl Fn(i64) -> String) -> Self {
        let values = || series.iter().flat_map(|series| series.values.iter().copied());
        Self::over(values().min().unwrap_or(0), values().max().unwrap_or(0), label)
    }

    /// Round heights for series whose bars stand on each other: what is above zero upwards, what is below downwards.
    #[must_use]
    pub fn stacked(series: &[Series], label: impl Fn(i64) -> String) -> Self {
        let days = series.iter().map(|series| series.values.len()).max().unwrap_or(0);
        let (mut low, mut high) = (0_i64, 0_i64);
        for day in 0..days {
            let values = || series.iter().filter_map(|series| series.values.get(day).copied());
            high = high.max(values().map(|value| value.max(0)).fold(0, i64::saturating_add));
            low = low.min(values().map(|value| value.min(0)).fold(0, i64::saturating_add));
        }
        Self::over(low, high, label)
    }

    fn over(low: i64, high: i64, label: impl Fn(i64) -> String) -> Self {
        let (low, high) = (i128::from(low.min(0)), i128::from(high.max(0)));
        let step = round_step((high - low).max(1));
        // `div_euclid` rounds towards the lower tick; negated it rounds up.
        let (first, last) = (low.div_euclid(step), -(-high).div_euclid(step));
        let clamped = |value: i128| i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX });
        let tick = |value: i64| Tick { value, label: label(value) };
        Self { ticks: (first..=last.max(first + 1)).map(|at| tick(clamped(at * step))).collect() }
    }
}

/// Lines over the whole span: few enough for a phone.
const STEPS_MAX: i128 = 4;

/// The smallest of 1, 2, 5, 10, 20, 50 ... that needs at most [`STEPS_MAX`] steps over `span`.
fn round_step(span: i128) -> i128 {
    let mut power = 1;
    loop {
        for factor in [1, 2, 5] {
            if factor * power * STEPS_MAX >= span {
                return factor * power;
            }
        }
        power *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heights(axis: &Axis) -> Vec<i64> {
        axis.ticks.iter().map(|tick| tick.value).collect()
    }

    fn series(values: &[i64]) -> Series {
        let (name, figure) = (String::new(), String::new());
        Series { name, figure, shape: Shape::Bars, tone: Tone::Main, values: values.to_vec() }
    }

    #[test]
    fn heights_are_round_hold_every_value_and_have_zero_among_them() {
        let cases: [(&[i64], &[i64]); 9] = [
            (&[], &[0, 1]),
            (&[0, 0], &[0, 1]),
            (&[1], &[0, 1]),
            (&[3, 7], &[0, 2, 4, 6, 8]),
            (&[100], &[0, 50, 100]),
            (&[123_456], &[0, 50_000, 100_000, 150_000]),
            (&[-30, 90], &[-50, 0, 50, 100]),
            (&[-5], &[-6, -4, -2, 0]),
            (&[-1, 0], &[-1, 0]),
        ];
        for (values, expected) in cases {
            assert_eq!(heights(&Axis::beside(&[series(values)], |value| value.to_string())), expected, "{values:?}");
        }
    }

    #[test]
    fn the_greatest_values_have_an_axis() {
        for values in [[i64::MAX, 0], [i64::MIN, 0], [i64::MIN, i64::MAX]] {
            let axis = Axis::stacked(&[series(&values), series(&values)], |value| value.to_string());
            let heights = heights(&axis);
            assert!(heights.is_sorted() && heights.contains(&0), "{heights:?}");
            assert!(heights.first() <= values.iter().min() && heights.last() >= values.iter().max(), "{heights:?}");
        }
    }

    #[test]
    fn a_stack_is_as_high_as_its_day() {
        let axis =
            Axis::stacked(&[series(&[10, 40]), series(&[20, 30]), series(&[-5, 0])], |value| format!("{value} ₽"));
        assert_eq!(heights(&axis), [-20, 0, 20, 40, 60, 80]);
        assert_eq!(axis.ticks[1].label, "0 ₽");
    }
}
