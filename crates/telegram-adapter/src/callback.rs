//! An [`Action`] as the data of a button, and back.
//!
//! The form is a version, a letter for the kind, and fields of fixed length in base64url: an id takes 22 characters, a key 6, a number 3.
//! So the length depends on the kind alone, and the longest one is 40 of the 64 bytes that Telegram allows (a test computes it).
//!
//! Buttons live in chats for years. So a letter never gets another meaning: what is given up stays unused, and another layout of a kind is
//! another letter. Data that can't be read (an older bot's, a stranger's) is `None`, which redraws.

mod desk;
mod outreach;
mod shop;
mod watch;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::{GenerationId, InvoiceId, UserId};
use domain::ledger::Provider;
use domain::screen::{
    Action, ClaimAct, DraftAct, GenerationAct, HistoryFilter, InvoiceAct, Key, Language, Preference, Shelf,
};

/// Of this layout.
const VERSION: char = '1';

/// The data of a button that means `action`.
pub(crate) fn encode(action: &Action) -> String {
    let mut data = Writer(String::from(VERSION));
    match action {
        Action::Menu => data.letter('m'),
        Action::Back => data.letter('k'),
        Action::Section { section, page } => data.letter('s').key(*section).number(*page),
        Action::SectionVendor { section, vendor, page } => data.letter('v').key(*section).key(*vendor).number(*page),
        Action::Vendors { page } => data.letter('V').number(*page),
        Action::Vendor { vendor, page } => data.letter('w').key(*vendor).number(*page),
        Action::Shelf { shelf, page } => data.letter('f').letter(shelf_letter(*shelf)).number(*page),
        Action::Search => data.letter('q'),
        Action::Found { page } => data.letter('Q').number(*page),
        Action::Offer => data.letter('n'),
        Action::Offered { section, page } => data.letter('N').key(*section).number(*page),
        Action::Model { model } => data.letter('o').key(*model),
        Action::Favourite { model, on } => data.letter('a').key(*model).flag(*on),
        Action::Create { model } => data.letter('c').key(*model),
        Action::Draft { draft, revision, act } => draft_act(data.letter('d').id(draft).number(*revision), *act),
        Action::Generation { generation, act } => data.letter('g').id(generation).letter(generation_letter(*act)),
        Action::Use { generation, section } => data.letter('x').id(generation).key(*section),
        Action::Balance => data.letter('b'),
        Action::Promo => data.letter('P'),
        Action::Friends => data.letter('F'),
        Action::Statement { page } => data.letter('t').number(*page),
        // The form from before there were filters.
        Action::History { filter: HistoryFilter::All, page } => data.letter('h').number(*page),
        Action::History { filter, page } => data.letter('H').letter(filter_letter(*filter)).number(*page),
        Action::Help => data.letter('e'),
        Action::Settings => data.letter('p'),
        Action::Language(language) => data.letter('l').text(language.code()),
        Action::Prefer { preference, on } => data.letter('r').letter(preference_letter(*preference)).flag(*on),
        Action::TopUp => data.letter('u'),
        Action::TopUpAmount { kopecks } => data.letter('T').amount(*kopecks),
        Action::Pay { provider, kopecks } => data.letter('W').letter(provider_letter(*provider)).amount(*kopecks),
        Action::Invoice { invoice, act } => data.letter('I').bytes(invoice.as_bytes()).letter(invoice_letter(*act)),
        Action::Claim { invoice, act } => data.letter('C').bytes(invoice.as_bytes()).letter(claim_letter(*act)),
        Action::Terms => data.letter('i'),
        Action::Privacy => data.letter('j'),
        Action::Support => data.letter('y'),
        Action::Reply { user } => data.letter('R').bytes(user.as_bytes()),
        Action::SellAgain { model } => data.letter('S').key(*model),
        Action::AcceptRate { date } => data.letter('$').text(date),
        Action::Desk(act) => desk::encode(data.letter('D'), act),
        Action::Forget => data.letter('z'),
        Action::ForgetForGood => data.letter('Z'),
    };
    data.0
}

/// What a button's data means; `None` if it is not ours, or of a version that is given up.
pub(crate) fn decode(data: &str) -> Option<Action> {
    let mut data = Reader(data.strip_prefix(VERSION)?);
    let action = match data.letter()? {
        'm' => Action::Menu,
        'k' => Action::Back,
        's' => Action::Section { section: data.key()?, page: data.number()? },
        'v' => Action::SectionVendor { section: data.key()?, vendor: data.key()?, page: data.number()? },
        'V' => Action::Vendors { page: data.number()? },
        'w' => Action::Vendor { vendor: data.key()?, page: data.number()? },
        'f' => Action::Shelf { shelf: data.one_of(&Shelf::ALL, shelf_letter)?, page: data.number()? },
        'q' => Action::Search,
        'Q' => Action::Found { page: data.number()? },
        'n' => Action::Offer,
        'N' => Action::Offered { section: data.key()?, page: data.number()? },
        'o' => Action::Model { model: data.key()? },
        'a' => Action::Favourite { model: data.key()?, on: data.flag()? },
        'c' => Action::Create { model: data.key()? },
        'd' => Action::Draft { draft: data.id()?, revision: data.number()?, act: data.draft_act()? },
        'g' => Action::Generation { generation: data.id()?, act: data.one_of(&GENERATION_ACTS, generation_letter)? },
        'x' => Action::Use { generation: data.id()?, section: data.key()? },
        'b' => Action::Balance,
        'P' => Action::Promo,
        'F' => Action::Friends,
        't' => Action::Statement { page: data.number()? },
        'h' => Action::History { filter: HistoryFilter::All, page: data.number()? },
        'H' => Action::History { filter: data.one_of(&HistoryFilter::ALL[1..], filter_letter)?, page: data.number()? },
        'e' => Action::Help,
        'p' => Action::Settings,
        'l' => Action::Language(Language::from_code(std::mem::take(&mut data.0))?),
        'r' => Action::Prefer { preference: data.one_of(&Preference::ALL, preference_letter)?, on: data.flag()? },
        'u' => Action::TopUp,
        'T' => Action::TopUpAmount { kopecks: data.amount()? },
        'W' => Action::Pay { provider: data.one_of(&Provider::ALL, provider_letter)?, kopecks: data.amount()? },
        'I' => Action::Invoice {
            invoice: data.bytes().map(InvoiceId::from_bytes)?,
            act: data.one_of(&InvoiceAct::ALL, invoice_letter)?,
        },
        'C' => Action::Claim {
            invoice: data.bytes().map(InvoiceId::from_bytes)?,
            act: data.one_of(&ClaimAct::ALL, claim_letter)?,
        },
        'i' => Action::Terms,
        'j' => Action::Privacy,
        'y' => Action::Support,
        'R' => Action::Reply { user: data.bytes().map(UserId::from_bytes)? },
        'S' => Action::SellAgain { model: data.key()? },
        '$' => Action::AcceptRate { date: data.date()? },
        'D' => Action::Desk(desk::decode(&mut data)?),
        'z' => Action::Forget,
        'Z' => Action::ForgetForGood,
        _ => return None,
    };
    data.0.is_empty().then_some(action)
}

fn draft_act(data: &mut Writer, act: DraftAct) -> &mut Writer {
    match act {
        DraftAct::Choose { input, choice } => data.letter('c').key(input).key(choice),
        DraftAct::Edit { input } => data.letter('e').key(input),
        DraftAct::Done { input } => data.letter('d').key(input),
        DraftAct::Clear { input } => data.letter('x').key(input),
        DraftAct::Page { input, page } => data.letter('p').key(input).number(page),
        DraftAct::AddItem { input } => data.letter('a').key(input),
        DraftAct::EditItem { input, index } => data.letter('i').key(input).number(index),
        DraftAct::RemoveItem { input, index } => data.letter('k').key(input).number(index),
        DraftAct::Options => data.letter('o'),
        DraftAct::Review => data.letter('r'),
        DraftAct::Back => data.letter('b'),
        DraftAct::Confirm => data.letter('y'),
        DraftAct::Discard => data.letter('q'),
    }
}

const fn generation_letter(act: GenerationAct) -> char {
    match act {
        GenerationAct::Cancel => 'c',
        GenerationAct::Refresh => 'r',
        GenerationAct::Show => 's',
        GenerationAct::Resend => 'd',
        GenerationAct::Again => 'a',
        GenerationAct::Reword => 'w',
        GenerationAct::Vary => 'v',
        GenerationAct::Receipt => 'p',
    }
}

const GENERATION_ACTS: [GenerationAct; 8] = [
    GenerationAct::Cancel,
    GenerationAct::Refresh,
    GenerationAct::Show,
    GenerationAct::Resend,
    GenerationAct::Again,
    GenerationAct::Reword,
    GenerationAct::Vary,
    GenerationAct::Receipt,
];

const fn provider_letter(provider: Provider) -> char {
    match provider {
        Provider::Stars => 's',
        Provider::Bank => 'b',
        Provider::Yookassa => 'y',
        Provider::CryptoPay => 'c',
    }
}

const fn invoice_letter(act: InvoiceAct) -> char {
    match act {
        InvoiceAct::Show => 's',
        InvoiceAct::Cancel => 'c',
    }
}

const fn claim_letter(act: ClaimAct) -> char {
    match act {
        ClaimAct::Approve => 'a',
        ClaimAct::Other => 'o',
        ClaimAct::Reject => 'r',
    }
}

const fn shelf_letter(shelf: Shelf) -> char {
    match shelf {
        Shelf::Popular => 'p',
        Shelf::Recent => 'r',
        Shelf::Favourites => 'f',
        Shelf::Free => 'g',
    }
}

const fn filter_letter(filter: HistoryFilter) -> char {
    match filter {
        HistoryFilter::All => '*',
        HistoryFilter::Images => 'i',
        HistoryFilter::Videos => 'v',
        HistoryFilter::Audios => 'a',
        HistoryFilter::Texts => 't',
    }
}

const fn preference_letter(preference: Preference) -> char {
    match preference {
        Preference::Sound => 's',
        Preference::News => 'n',
    }
}

struct Writer(String);

impl Writer {
    fn letter(&mut self, letter: char) -> &mut Self {
        self.0.push(letter);
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.0.push_str(text);
        self
    }

    fn flag(&mut self, on: bool) -> &mut Self {
        self.letter(if on { '1' } else { '0' })
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        URL_SAFE_NO_PAD.encode_string(bytes, &mut self.0);
        self
    }

    fn id(&mut self, id: &GenerationId) -> &mut Self {
        self.bytes(id.as_bytes())
    }

    fn key(&mut self, key: Key) -> &mut Self {
        self.bytes(&key.0.to_be_bytes())
    }

    fn amount(&mut self, kopecks: u32) -> &mut Self {
        self.bytes(&kopecks.to_be_bytes())
    }

    fn long(&mut self, number: i64) -> &mut Self {
        self.bytes(&number.to_be_bytes())
    }

    fn number(&mut self, number: u16) -> &mut Self {
        self.bytes(&number.to_be_bytes())
    }
}

struct Reader<'a>(&'a str);

impl Reader<'_> {
    fn letter(&mut self) -> Option<char> {
        let letter = self.0.chars().next()?;
        self.0 = &self.0[letter.len_utf8()..];
        Some(letter)
    }

    /// Exactly `N` bytes; a text of another length, or one with stray bits at its end, is none.
    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_at_checked((N * 8).div_ceil(6))?;
        let bytes = URL_SAFE_NO_PAD.decode(head).ok()?;
        self.0 = rest;
        bytes.try_into().ok()
    }

    fn id(&mut self) -> Option<GenerationId> {
        self.bytes().map(GenerationId::from_bytes)
    }

    fn key(&mut self) -> Option<Key> {
        self.bytes().map(u32::from_be_bytes).map(Key)
    }

    fn amount(&mut self) -> Option<u32> {
        self.bytes().map(u32::from_be_bytes)
    }

    fn number(&mut self) -> Option<u16> {
        self.bytes().map(u16::from_be_bytes)
    }

    /// A day in ISO form.
    fn date(&mut self) -> Option<String> {
        let (date, rest) = self.0.split_at_checked("2026-11-29".len())?;
        let fits = |(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { u8::is_ascii_digit(&byte) };
        if !date.bytes().enumerate().all(fits) {
            return None;
        }
        self.0 = rest;
        Some(date.to_owned())
    }

    fn draft_act(&mut self) -> Option<DraftAct> {
        Some(match self.letter()? {
            'c' => DraftAct::Choose { input: self.key()?, choice: self.key()? },
            'e' => DraftAct::Edit { input: self.key()? },
            'd' => DraftAct::Done { input: self.key()? },
            'x' => DraftAct::Clear { input: self.key()? },
            'p' => DraftAct::Page { input: self.key()?, page: self.number()? },
            'a' => DraftAct::AddItem { input: self.key()? },
            'i' => DraftAct::EditItem { input: self.key()?, index: self.number()? },
            'k' => DraftAct::RemoveItem { input: self.key()?, index: self.number()? },
            'o' => DraftAct::Options,
            'r' => DraftAct::Review,
            'b' => DraftAct::Back,
            'y' => DraftAct::Confirm,
            'q' => DraftAct::Discard,
            _ => return None,
        })
    }

    fn flag(&mut self) -> Option<bool> {
        match self.letter()? {
            '0' => Some(false),
            '1' => Some(true),
            _ => None,
        }
    }

    /// The one of several that has the next letter.
    fn one_of<T: Copy>(&mut self, all: &[T], letter_of: fn(T) -> char) -> Option<T> {
        let letter = self.letter()?;
        all.iter().copied().find(|one| letter_of(*one) == letter)
    }
}

#[cfg(test)]
mod tests;
