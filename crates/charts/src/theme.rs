//! Colours. A picture looks the same in Telegram's light and dark theme, so it brings a ground of its own: a dark card, which neither
//! glares at night nor drowns by day.

use domain::ports::charts::Tone;

/// Red, green, blue of sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) u8, pub(crate) u8, pub(crate) u8);

/// Behind everything.
pub(crate) const PAGE: Colour = Colour(0x0f, 0x17, 0x22);
/// Behind a chart.
pub(crate) const CARD: Colour = Colour(0x1a, 0x25, 0x33);
/// Titles and figures.
pub(crate) const TEXT: Colour = Colour(0xf3, 0xf6, 0xfa);
/// Names and labels.
pub(crate) const SOFT_TEXT: Colour = Colour(0xb0, 0xbc, 0xcb);
/// What leads the eye and is not read: lines of heights, the track of a lying bar.
pub(crate) const GRID: Colour = Colour(0x2c, 0x3a, 0x4c);
/// The line of zero.
pub(crate) const ZERO: Colour = Colour(0x5c, 0x6d, 0x84);

pub(crate) const fn of_tone(tone: Tone) -> Colour {
    match tone {
        Tone::Main => Colour(0x4b, 0xa3, 0xf2),
        Tone::Other => Colour(0xf5, 0xa8, 0x3c),
        Tone::Outcome => Colour(0xff, 0xeb, 0x99),
        Tone::Good => Colour(0x5f, 0xd3, 0x8d),
        Tone::Bad => Colour(0xe4, 0x57, 0x2e),
        Tone::Idle => Colour(0xc3, 0xcd, 0xd9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TONES: [Tone; 6] = [Tone::Main, Tone::Other, Tone::Outcome, Tone::Good, Tone::Bad, Tone::Idle];

    /// Linear light of the three channels, 0 to 1.
    fn linear(Colour(red, green, blue): Colour) -> [f64; 3] {
        [red, green, blue].map(|channel| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        })
    }

    fn dot(row: [f64; 3], light: [f64; 3]) -> f64 {
        row.iter().zip(light).map(|(factor, channel)| factor * channel).sum()
    }

    /// The contrast ratio of WCAG 2: 1 to 21.
    fn contrast(one: Colour, other: Colour) -> f64 {
        let luminance = |colour| dot([0.2126, 0.7152, 0.0722], linear(colour)) + 0.05;
        luminance(one).max(luminance(other)) / luminance(one).min(luminance(other))
    }

    /// CIE L*a*b*, in which a distance of about 2.3 is just seen.
    fn lab(light: [f64; 3]) -> [f64; 3] {
        let light = light.map(|channel| channel.clamp(0.0, 1.0));
        let root = |share: f64| if share > 0.008_856 { share.cbrt() } else { 7.787 * share + 16.0 / 116.0 };
        let x = root(dot([0.4124, 0.3576, 0.1805], light) / 0.9505);
        let y = root(dot([0.2126, 0.7152, 0.0722], light));
        let z = root(dot([0.0193, 0.1192, 0.9505], light) / 1.089);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    /// What eyes see: usual ones, and those that lack one kind of cone (Machado, Oliveira, Fernandes 2009, full severity).
    const EYES: [(&str, [[f64; 3]; 3]); 4] = [
        ("usual", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        (
            "protanopia",
            [
                [0.152_286, 1.052_583, -0.204_868],
                [0.114_503, 0.786_281, 0.099_216],
                [-0.003_882, -0.048_116, 1.051_998],
            ],
        ),
        (
            "deuteranopia",
            [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]],
        ),
        (
            "tritanopia",
            [
                [1.255_528, -0.076_749, -0.178_779],
                [-0.078_411, 0.930_809, 0.147_602],
                [0.004_733, 0.691_367, 0.303_900],
            ],
        ),
    ];

    #[test]
    fn text_is_read_on_both_grounds() {
        for ground in [PAGE, CARD] {
            for text in [TEXT, SOFT_TEXT] {
                assert!(contrast(text, ground) >= 4.5, "{text:?} on {ground:?}: {}", contrast(text, ground));
            }
        }
    }

    #[test]
    fn tones_stand_out_from_card_and_track() {
        for tone in TONES {
            for ground in [CARD, GRID] {
                let ratio = contrast(of_tone(tone), ground);
                assert!(ratio >= 3.0, "{tone:?} on {ground:?}: {ratio}");
            }
        }
    }

    #[test]
    fn tones_differ_for_all_eyes() {
        for (eyes, matrix) in EYES {
            for (at, one) in TONES.into_iter().enumerate() {
                for other in &TONES[at + 1..] {
                    let seen = |tone| lab(matrix.map(|row| dot(row, linear(of_tone(tone)))));
                    let squares = seen(one).into_iter().zip(seen(*other)).map(|(a, b)| (a - b) * (a - b));
                    let distance = squares.sum::<f64>().sqrt();
                    assert!(distance >= 15.0, "{one:?} and {other:?} with {eyes}: {distance}");
                }
            }
        }
    }
}
