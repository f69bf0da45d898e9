//! From what people type to words that can be compared: one alphabet, one spelling for each sound.

/// The words of a text in the common spelling. Letters and figures part (`veo3` = `veo 3`), a version stays whole (`3.1`).
pub(super) fn of(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.to_lowercase().chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (at, letter) in letters.iter().copied().enumerate() {
        let (before, after) = (at.checked_sub(1).and_then(|at| letters.get(at)), letters.get(at + 1));
        let is_figure = |letter: Option<&char>| letter.is_some_and(|letter| letter.is_numeric());
        if matches!(letter, '.' | ',') && is_figure(before) && is_figure(after) {
            word.push('.');
        } else if letter.is_alphanumeric() {
            if before.is_some_and(|before| before.is_alphanumeric() && before.is_numeric() != letter.is_numeric()) {
                words.push(std::mem::take(&mut word));
            }
            word.push(letter);
        } else {
            words.push(std::mem::take(&mut word));
        }
    }
    words.push(word);
    words.into_iter().filter(|word| !word.is_empty()).map(|word| fold(&word)).filter(|word| !word.is_empty()).collect()
}

/// A word in Latin letters as it sounds: «флюкс» and "flux" are one, and so are «сиданс» and "seedance".
pub(super) fn fold(word: &str) -> String {
    let word = one_script(&word.to_lowercase());
    let mut latin = String::with_capacity(word.len());
    word.chars().for_each(|letter| match cyrillic(letter) {
        Some(sound) => latin.push_str(sound),
        None => latin.push(letter),
    });
    let mut sound = as_it_sounds(&latin);
    sound.dedup();
    // A silent end: `seedance`, `image`.
    if sound.len() > 4 && sound.last() == Some(&'e') {
        sound.pop();
    }
    sound.into_iter().collect()
}

/// The same keys on the other keyboard: `rkbyu` is «клинг», «адгч» is "flux".
pub(super) fn other_layout(text: &str) -> String {
    let swap = |letter: char| {
        let other = LAYOUTS.iter().find_map(|(latin, russian)| match letter {
            _ if letter == *latin => Some(*russian),
            _ if letter == *russian => Some(*latin),
            _ => None,
        });
        other.unwrap_or(letter)
    };
    text.to_lowercase().chars().map(swap).collect()
}

/// Which letters a word has, as bits; figures share what is left.
pub(super) fn letters(word: &str) -> u64 {
    word.chars().fold(0, |bits, letter| {
        let place = match letter {
            'a'..='z' => u32::from(letter) - u32::from('a'),
            other => 26 + u32::from(other) % 38,
        };
        bits | 1 << place
    })
}

/// A word of two scripts was typed with a look-alike: all of it belongs to the script that has more letters in it.
fn one_script(word: &str) -> String {
    let russian = word.chars().filter(|letter| cyrillic(*letter).is_some()).count();
    let latin = word.chars().filter(char::is_ascii_alphabetic).count();
    let twin = |letter: char| {
        let twin = LOOK_ALIKE.iter().find_map(|(own, other)| match letter {
            _ if letter == *own && russian > latin => Some(*other),
            _ if letter == *other && russian <= latin => Some(*own),
            _ => None,
        });
        twin.unwrap_or(letter)
    };
    if russian == 0 || latin == 0 { word.to_owned() } else { word.chars().map(twin).collect() }
}

const LOOK_ALIKE: [(char, char); 12] = [
    ('a', 'а'),
    ('b', 'в'),
    ('c', 'с'),
    ('e', 'е'),
    ('h', 'н'),
    ('k', 'к'),
    ('m', 'м'),
    ('o', 'о'),
    ('p', 'р'),
    ('t', 'т'),
    ('x', 'х'),
    ('y', 'у'),
];

const fn cyrillic(letter: char) -> Option<&'static str> {
    Some(match letter {
        'а' | 'я' => "a",
        'б' => "b",
        'в' => "v",
        'г' => "g",
        'д' => "d",
        'е' | 'ё' | 'э' => "e",
        'ж' => "j",
        'з' => "z",
        'и' | 'й' | 'ы' => "i",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' | 'ю' => "u",
        'ф' => "f",
        'х' => "h",
        'ц' => "ts",
        'ч' => "ch",
        'ш' | 'щ' => "sh",
        'ъ' | 'ь' => "",
        _ => return None,
    })
}

/// Letters that stand for one sound, the longest first.
const SOUNDS: [(&str, &str); 21] = [
    ("shch", "sh"),
    ("sch", "sh"),
    ("dzh", "j"),
    ("dj", "j"),
    ("zh", "j"),
    ("ch", "ch"),
    ("kh", "h"),
    ("ph", "f"),
    ("ck", "k"),
    ("qu", "kv"),
    ("ee", "i"),
    ("ea", "i"),
    ("oo", "u"),
    ("ou", "u"),
    ("yu", "u"),
    ("ya", "a"),
    ("ey", "i"),
    ("ay", "ei"),
    ("ce", "se"),
    ("ci", "si"),
    ("cy", "si"),
];

fn as_it_sounds(latin: &str) -> Vec<char> {
    let mut sound = Vec::with_capacity(latin.len());
    let mut rest = latin;
    while let Some(letter) = rest.chars().next() {
        if let Some((spelled, heard)) = SOUNDS.iter().find(|(spelled, _)| rest.starts_with(spelled)) {
            sound.extend(heard.chars());
            rest = &rest[spelled.len()..];
            continue;
        }
        match letter {
            'c' | 'q' => sound.push('k'),
            'w' => sound.push('v'),
            'x' => sound.extend(['k', 's']),
            'y' => sound.push('i'),
            other => sound.push(other),
        }
        rest = &rest[letter.len_utf8()..];
    }
    sound
}

const LAYOUTS: [(char, char); 33] = [
    ('q', 'й'),
    ('w', 'ц'),
    ('e', 'у'),
    ('r', 'к'),
    ('t', 'е'),
    ('y', 'н'),
    ('u', 'г'),
    ('i', 'ш'),
    ('o', 'щ'),
    ('p', 'з'),
    ('[', 'х'),
    (']', 'ъ'),
    ('a', 'ф'),
    ('s', 'ы'),
    ('d', 'в'),
    ('f', 'а'),
    ('g', 'п'),
    ('h', 'р'),
    ('j', 'о'),
    ('k', 'л'),
    ('l', 'д'),
    (';', 'ж'),
    ('\'', 'э'),
    ('z', 'я'),
    ('x', 'ч'),
    ('c', 'с'),
    ('v', 'м'),
    ('b', 'и'),
    ('n', 'т'),
    ('m', 'ь'),
    (',', 'б'),
    ('.', 'ю'),
    ('`', 'ё'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_spell_a_name_alike() {
        let table = [
            ("клинг", "Kling"),
            ("Флюкс", "FLUX"),
            ("нано банана", "Nano Banana"),
            ("сора", "Sora"),
            ("вео", "Veo"),
            ("сиданс", "Seedance"),
            ("сидрим", "Seedream"),
            ("хайлуо", "Hailuo"),
            ("квен", "Qwen"),
            ("ван", "Wan"),
            ("рекрафт", "Recraft"),
            ("пиксверс", "PixVerse"),
            ("гугл", "Google"),
            ("видео", "video"),
            ("музыка", "muzyka"),
            ("оживить", "ozhivit"),
            ("нейросеть", "neyroset"),
        ];
        for (russian, english) in table {
            if russian == "нейросеть" {
                // `ey` is read as in `Midjourney`; such a pair is left to the distance.
                assert_eq!(strsim::osa_distance(&of(russian)[0], &of(english)[0]), 1);
                continue;
            }
            assert_eq!(of(russian), of(english), "{russian} and {english}");
        }
    }

    #[test]
    fn words_part_where_a_reader_parts_them() {
        let table: [(&str, &[&str]); 9] = [
            ("Veo3", &["veo", "3"]),
            ("veo 3.1", &["veo", "3.1"]),
            ("вео 3,1!", &["veo", "3.1"]),
            ("Z-Image", &["z", "imag"]),
            ("kling/v2-1-pro", &["kling", "v", "2", "1", "pro"]),
            ("  … —  ", &[]),
            ("", &[]),
            ("ъь", &[]),
            ("3. 5", &["3", "5"]),
        ];
        for (text, words) in table {
            assert_eq!(of(text), words, "{text}");
        }
    }

    #[test]
    fn a_look_alike_letter_changes_nothing() {
        // The Cyrillic с, е and о inside of Latin words, and the Latin a and o inside of Russian ones.
        assert_eq!(fold("miсhе"), fold("miche"));
        assert_eq!(fold("sоrа"), fold("sora"));
        assert_eq!(fold("кaртинкa"), fold("картинка"));
    }

    #[test]
    fn the_other_layout_is_its_own_inverse() {
        assert_eq!((other_layout("rkbyu"), other_layout("адгч")), ("клинг".to_owned(), "flux".to_owned()));
        for text in ["клинг", "хочу оживить фото; жёлтый", "flux [pro]"] {
            assert_eq!(other_layout(&other_layout(text)), text);
        }
    }
}
