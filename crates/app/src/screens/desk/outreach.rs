//! Broadcasts, promo codes and campaigns at the desk, and what a broadcast looks like to its readers.

use domain::broadcast::{Broadcast, BroadcastState, Content, Segment};
use domain::campaign::{self, CampaignFigures};
use domain::ledger::Unit;
use domain::ports::PromoFigures;
use domain::screen::{Action, BroadcastAct, Button, DeskAct, Language, Preference, PromoAct, Screen, Text};

use super::{Canvas, back, danger, labelled, primary};
use crate::conversation::{BroadcastView, PromoDraft, PromoStep, PromoView};
use crate::screens::receipt::size;
use crate::screens::{PAGE, button, pager, pairs};
use crate::texts::{Arg, Words};

/// So much of a broadcast's words stands on its card; all of it is in the preview.
const EXCERPT_MAX: usize = 400;
/// So much of them fits a button.
const LABEL_MAX: usize = 28;

/// The rows that these screens speak of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutreachFacts {
    /// A page of broadcasts, and one more.
    pub broadcasts: Vec<Broadcast>,
    /// One of them.
    pub broadcast: Option<Broadcast>,
    /// A page of promo codes, and one more.
    pub codes: Vec<PromoFigures>,
    /// A page of campaigns, and one more.
    pub campaigns: Vec<CampaignFigures>,
    /// The bot's own name at Telegram, for links; none until Telegram has told it.
    pub bot: Option<String>,
}

/// What a reader gets: the words as they were written, and a way out.
pub(crate) fn flyer(words: Words<'_>, text: &str) -> Screen {
    let no_more = Action::Prefer { preference: Preference::News, on: false };
    Screen::new(Text::plain(text), vec![vec![labelled(words, "button-no-news", no_more)]])
}

pub(super) fn broadcasts(canvas: &Canvas<'_>, view: &BroadcastView) -> Screen {
    let (words, facts) = (canvas.words, &canvas.facts.desk.outreach);
    match view {
        BroadcastView::List { page } => list(canvas, *page),
        BroadcastView::Write => Screen::new(words.text("broadcast-write", &[]), vec![back(words)]),
        _ => match &facts.broadcast {
            None => Screen::new(words.text("desk-changed", &[]), vec![back(words)]),
            Some(broadcast) => match view {
                BroadcastView::SureStart(_) => sure(words, "broadcast-sure-start", broadcast),
                BroadcastView::SureCancel(_) => sure(words, "broadcast-sure-cancel", broadcast),
                _ => card(canvas, broadcast),
            },
        },
    }
}

fn list(canvas: &Canvas<'_>, page: u16) -> Screen {
    let (words, rows) = (canvas.words, &canvas.facts.desk.outreach.broadcasts);
    let mut text = words.text("broadcast-list", &[]);
    let mut keyboard = vec![vec![primary(words.plain("button-write-broadcast", &[]), act(BroadcastAct::Write))]];
    for row in rows.iter().take(PAGE) {
        text.extend(words.text(
            "broadcast-row",
            &[
                ("when", words.moment(row.created_at, canvas.now).into()),
                ("state", words.plain(state_key(row.state), &[]).into()),
                ("segment", words.plain(segment_key(row.segment), &[]).into()),
            ],
        ));
        if row.state != BroadcastState::Draft {
            text.extend(figures(words, "broadcast-row-figures", row));
        }
        let label = excerpt(words, &row.content, LABEL_MAX).replace('\n', " ");
        keyboard.push(vec![button(label, act(BroadcastAct::Open { id: row.id }))]);
    }
    if rows.is_empty() {
        text.extend(words.text("desk-nothing", &[]));
    }
    keyboard.extend(pager(words, page, rows.len() > PAGE, |page| act(BroadcastAct::List { page })));
    keyboard.push(back(words));
    Screen::new(text, keyboard)
}

fn card(canvas: &Canvas<'_>, broadcast: &Broadcast) -> Screen {
    let (words, id) = (canvas.words, broadcast.id);
    let mut text = words.text(
        "broadcast-card",
        &[
            ("state", words.plain(state_key(broadcast.state), &[]).into()),
            ("segment", words.plain(segment_key(broadcast.segment), &[]).into()),
            ("audience", number(broadcast.audience)),
        ],
    );
    if broadcast.state != BroadcastState::Draft {
        text.extend(words.text(
            "broadcast-progress",
            &[("settled", number(broadcast.figures.settled())), ("audience", number(broadcast.audience))],
        ));
        text.extend(figures(words, "broadcast-figures", broadcast));
    }
    text.extend(words.text("broadcast-words", &[("words", excerpt(words, &broadcast.content, EXCERPT_MAX).into())]));
    let preview = labelled(words, "button-preview", act(BroadcastAct::Preview { id }));
    let refresh = labelled(words, "button-refresh", act(BroadcastAct::Open { id }));
    let cancel = |key: &str| danger(words, key, DeskAct::Broadcast(BroadcastAct::Cancel { id }));
    let mut keyboard = Vec::new();
    match broadcast.state {
        BroadcastState::Draft => {
            keyboard.extend(pairs(Segment::ALL.map(|segment| aim(words, broadcast, segment))));
            keyboard.push(vec![preview]);
            keyboard.push(vec![
                primary(words.plain("button-start-broadcast", &[]), act(BroadcastAct::Start { id })),
                cancel("button-discard-broadcast"),
            ]);
        }
        BroadcastState::Sending => {
            keyboard.push(vec![refresh]);
            let pause = labelled(words, "button-pause-broadcast", act(BroadcastAct::Pause { id }));
            keyboard.push(vec![pause, cancel("button-cancel-broadcast")]);
        }
        BroadcastState::Paused => {
            keyboard.push(vec![refresh]);
            let resume = primary(words.plain("button-resume-broadcast", &[]), act(BroadcastAct::Resume { id }));
            keyboard.push(vec![resume, cancel("button-cancel-broadcast")]);
        }
        BroadcastState::Done | BroadcastState::Cancelled => keyboard.push(vec![preview]),
    }
    keyboard.push(back(words));
    Screen::new(text, keyboard)
}

fn aim(words: Words<'_>, broadcast: &Broadcast, segment: Segment) -> Button {
    let label = words.plain(segment_key(segment), &[]);
    let label = if segment == broadcast.segment { format!("✓ {label}") } else { label };
    button(label, act(BroadcastAct::Aim { id: broadcast.id, segment }))
}

fn sure(words: Words<'_>, key: &str, broadcast: &Broadcast) -> Screen {
    let segment = words.plain(segment_key(broadcast.segment), &[]);
    let text = words.text(key, &[("segment", segment.into()), ("audience", number(broadcast.audience))]);
    Screen::new(text, vec![vec![danger(words, "button-sure", DeskAct::Broadcast(BroadcastAct::Yes))], back(words)])
}

fn figures(words: Words<'_>, key: &str, broadcast: &Broadcast) -> Text {
    let figures = broadcast.figures;
    let args = [
        ("sent", number(figures.sent)),
        ("blocked", number(figures.blocked)),
        ("failed", number(figures.failed)),
        ("unknown", number(figures.unknown)),
    ];
    words.text(key, &args)
}

fn excerpt(words: Words<'_>, content: &Content, max: usize) -> String {
    let mut said: String = content.text.chars().take(max).collect();
    if said.len() < content.text.len() {
        said.push('…');
    }
    match content.photo {
        Some(_) => words.plain("broadcast-with-photo", &[("words", said.into())]),
        None => said,
    }
}

pub(super) fn promos(canvas: &Canvas<'_>, view: &PromoView) -> Screen {
    match view {
        PromoView::Codes { page } => codes(canvas, *page),
        PromoView::Make(draft) => make(canvas.words, draft),
        PromoView::Campaigns { page } => campaigns(canvas, *page),
        PromoView::Launch => Screen::new(canvas.words.text("campaign-launch", &[]), vec![back(canvas.words)]),
    }
}

fn codes(canvas: &Canvas<'_>, page: u16) -> Screen {
    let (words, rows) = (canvas.words, &canvas.facts.desk.outreach.codes);
    let mut text = words.text("promo-list", &[]);
    for PromoFigures { promo, used } in rows.iter().take(PAGE) {
        text.extend(words.text(
            "promo-row",
            &[
                ("code", promo.code.as_str().into()),
                ("gift", size(words, promo.gift).into()),
                ("used", i64::from(*used).into()),
                ("left", i64::from(promo.total_max.saturating_sub(*used)).into()),
                ("each", i64::from(promo.per_user_max).into()),
            ],
        ));
        if let Some(until) = promo.expires_at {
            let key = if until <= canvas.now { "promo-row-expired" } else { "promo-row-until" };
            text.extend(words.text(key, &[("until", words.moment(until, canvas.now).into())]));
        }
    }
    if rows.is_empty() {
        text.extend(words.text("desk-nothing", &[]));
    }
    let mut keyboard = vec![
        vec![primary(words.plain("button-make-promo", &[]), promo(PromoAct::Make))],
        vec![labelled(words, "button-campaigns", promo(PromoAct::Campaigns { page: 0 }))],
    ];
    keyboard.extend(pager(words, page, rows.len() > PAGE, |page| promo(PromoAct::Codes { page })));
    keyboard.push(back(words));
    Screen::new(text, keyboard)
}

fn make(words: Words<'_>, draft: &PromoDraft) -> Screen {
    let mut text = words.text("promo-make", &[]);
    let mut known = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            text.extend(words.text(key, &[("value", value.into())]));
        }
    };
    known("promo-known-code", draft.code.clone());
    known("promo-known-gift", draft.gift().map(|gift| size(words, gift)));
    known("promo-known-total", draft.total.map(|total| total.to_string()));
    known("promo-known-each", draft.per_user.map(|each| each.to_string()));
    known("promo-known-days", draft.days.filter(|days| *days > 0).map(|days| days.to_string()));
    let (key, numbers): (_, &[u32]) = match draft.step() {
        PromoStep::Code => ("promo-ask-code", &[]),
        PromoStep::Unit => ("promo-ask-unit", &[]),
        PromoStep::Roubles => ("promo-ask-roubles", &[50, 100, 300]),
        PromoStep::Runs => ("promo-ask-runs", &[1, 3, 10]),
        PromoStep::Total => ("promo-ask-total", &[10, 100, 1_000]),
        PromoStep::PerUser => ("promo-ask-each", &[1, 2, 3]),
        PromoStep::Days => ("promo-ask-days", &[7, 30, 90]),
        PromoStep::Sure => ("promo-sure", &[]),
    };
    text.extend(words.text(key, &[]));
    let pick = |number: u32| promo(PromoAct::Pick { number });
    let mut keyboard = Vec::new();
    if !numbers.is_empty() {
        keyboard.push(numbers.iter().map(|number| button(number.to_string(), pick(*number))).collect());
    }
    match draft.step() {
        PromoStep::Unit => {
            let gift = |unit, key| labelled(words, key, promo(PromoAct::Gift { unit }));
            keyboard.push(vec![gift(Unit::Money, "button-gift-money"), gift(Unit::Run, "button-gift-runs")]);
        }
        PromoStep::Days => keyboard.push(vec![labelled(words, "button-for-ever", pick(0))]),
        PromoStep::Sure => {
            keyboard.push(vec![primary(words.plain("button-make-it", &[]), promo(PromoAct::Yes))]);
        }
        _ => {}
    }
    keyboard.push(back(words));
    Screen::new(text, keyboard)
}

fn campaigns(canvas: &Canvas<'_>, page: u16) -> Screen {
    let (words, facts) = (canvas.words, &canvas.facts.desk.outreach);
    let rows = &facts.campaigns;
    let mut text = words.text("campaign-list", &[]);
    for CampaignFigures { campaign, came, ordered, paid, income } in rows.iter().take(PAGE) {
        let name = campaign.name.as_str();
        text.extend(words.text("campaign-row", &[("name", name.into())]));
        if let Some(note) = &campaign.note {
            text.extend(words.text("campaign-note", &[("note", note.as_str().into())]));
        }
        let args = [
            ("came", number(*came)),
            ("ordered", number(*ordered)),
            ("paid", number(*paid)),
            ("income", words.money(*income).into()),
        ];
        text.extend(words.text("campaign-figures", &args));
        let origin = campaign::origin(name);
        let link = facts
            .bot
            .as_ref()
            .map_or_else(|| format!("?start={origin}"), |bot| format!("https://t.me/{bot}?start={origin}"));
        text.extend(words.text("campaign-link", &[("link", link.into())]));
    }
    if rows.is_empty() {
        text.extend(words.text("desk-nothing", &[]));
    }
    let mut keyboard = vec![vec![primary(words.plain("button-launch", &[]), promo(PromoAct::Launch))]];
    keyboard.extend(pager(words, page, rows.len() > PAGE, |page| promo(PromoAct::Campaigns { page })));
    keyboard.push(back(words));
    Screen::new(text, keyboard)
}

const fn act(act: BroadcastAct) -> Action {
    Action::Desk(DeskAct::Broadcast(act))
}

const fn promo(act: PromoAct) -> Action {
    Action::Desk(DeskAct::Promo(act))
}

fn number(count: u64) -> Arg {
    i64::try_from(count).unwrap_or(i64::MAX).into()
}

const fn state_key(state: BroadcastState) -> &'static str {
    match state {
        BroadcastState::Draft => "broadcast-is-draft",
        BroadcastState::Sending => "broadcast-is-sending",
        BroadcastState::Paused => "broadcast-is-paused",
        BroadcastState::Done => "broadcast-is-done",
        BroadcastState::Cancelled => "broadcast-is-cancelled",
    }
}

const fn segment_key(segment: Segment) -> &'static str {
    match segment {
        Segment::Everybody => "segment-everybody",
        Segment::Active => "segment-active",
        Segment::Paid => "segment-paid",
        Segment::NeverPaid => "segment-never-paid",
        Segment::Language(Language::Ru) => "segment-ru",
        Segment::Language(Language::En) => "segment-en",
    }
}
