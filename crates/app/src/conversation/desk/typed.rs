//! What is typed at the desk: amounts with their reasons, words, values of settings.

use domain::money::Money;

use super::{DeskView, Question, SURE_FROM, Wish, go, model, said, work};
use crate::conversation::decide::{Context, Decision};
use crate::conversation::{Letter, Notice, Talk, View};
use crate::desk::{CLEANED_DAYS_MAX, GIFT_MONEY_MAX, GIFT_RUNS_MAX, Share, Work};
use crate::event::Event;
use crate::settings::{BadValue, Spec};

/// Longer reasons are letters.
const REASON_LENGTH_MAX: usize = 300;

/// An answer to a question; what can't be read is asked for again.
pub(super) fn answer(next: Talk, question: Question, text: &str, context: &Context<'_>) -> Decision {
    let text = text.trim();
    let done = |key: &str, deed: Work| {
        if context.may(deed.duty()) {
            fresh(work(said(back(next.clone()), key), deed))
        } else {
            not_yours(next.clone())
        }
    };
    match question {
        Question::Credit(user) | Question::Debit(user) => {
            let takes = matches!(question, Question::Debit(_));
            let Some((amount, reason)) = amount_and_reason(text) else { return again(next, "desk-bad-amount") };
            if amount.kopecks() > GIFT_MONEY_MAX {
                return again(next, "desk-too-much");
            }
            let kopecks = if takes { -amount.kopecks() } else { amount.kopecks() };
            if amount > SURE_FROM {
                let mut next = back(next);
                go(&mut next, View::Desk(DeskView::Sure(Wish::Adjust { user, kopecks, reason })));
                return Decision::fresh(next);
            }
            done("desk-adjusted", Work::Adjust { user, amount: Money::from_kopecks(kopecks), reason })
        }
        Question::Runs(user) => match text.parse::<i64>() {
            Ok(runs) if (1..=GIFT_RUNS_MAX).contains(&runs) => done("desk-runs-given", Work::GiveRuns { user, runs }),
            _ => {
                let notice = Notice::new("desk-bad-runs").number("max", GIFT_RUNS_MAX);
                Decision::fresh(Talk { notice: Some(notice), ..next })
            }
        },
        Question::Block(user) => match reason_of(text) {
            Some(reason) => done("desk-blocked", Work::Block { user, reason }),
            None => again(next, "desk-no-reason"),
        },
        Question::Write(_) if text.is_empty() => again(next, "notice-letter-empty"),
        Question::Write(user) => {
            done("desk-written", Work::Write { user, letter: Letter { text: Some(text.to_owned()), copy: None } })
        }
        Question::Refund(generation) => {
            let share = match amount_and_reason(text) {
                Some((amount, reason)) => Some((Share::Part(amount), reason)),
                None => reason_of(text).map(|reason| (Share::All, reason)),
            };
            match share {
                Some((share, reason)) => done("desk-refunded", Work::Refund { generation, share, reason }),
                None => again(next, "desk-no-reason"),
            }
        }
        Question::PayBack { user, payment } => match reason_of(text) {
            Some(reason) => {
                let mut next = back(next);
                go(&mut next, View::Desk(DeskView::Sure(Wish::PayBack { user, payment, reason })));
                Decision::fresh(next)
            }
            None => again(next, "desk-no-reason"),
        },
        Question::Setting(name) => value(next, &name, text, context),
        Question::Appoint => match text.parse::<i64>() {
            Ok(chat) if chat > 0 => {
                let mut next = back(next);
                go(&mut next, View::Desk(DeskView::Appoint { chat: domain::ids::ChatId(chat) }));
                Decision::fresh(next)
            }
            _ => again(next, "desk-bad-id"),
        },
        Question::CleanLog => match text.parse::<u16>() {
            Ok(days) if (1..=CLEANED_DAYS_MAX).contains(&days) => {
                let mut next = back(next);
                go(&mut next, View::Desk(DeskView::Sure(Wish::CleanLog { days })));
                Decision::fresh(next)
            }
            _ => {
                let notice = Notice::new("events-bad-days").number("max", CLEANED_DAYS_MAX);
                Decision::fresh(Talk { notice: Some(notice), ..next })
            }
        },
    }
}

/// A file for a user; `None`: none is asked for. Of an album each file is a letter, so the question stays open for the next one.
pub(super) fn sent(next: &Talk, event: &Event, context: &Context<'_>) -> Option<Decision> {
    let View::Desk(DeskView::Ask(Question::Write(user))) = &next.view else { return None };
    let Event::File { caption, message, album, .. } = event else { return None };
    let letter = Letter { text: caption.clone(), copy: Some(*message) };
    let deed = Work::Write { user: *user, letter };
    if !context.may(deed.duty()) {
        return Some(not_yours(next.clone()));
    }
    let next = if album.is_some() { next.clone() } else { back(next.clone()) };
    Some(fresh(work(said(next, "desk-written"), deed)))
}

fn value(mut next: Talk, name: &str, text: &str, context: &Context<'_>) -> Decision {
    let Some(spec) = Spec::of(name) else { return again(next, "notice-stale") };
    next.notice = Some(match spec.read(text) {
        Ok(value) => {
            let deed = Work::Set { name: name.to_owned(), value: Some(value.clone()) };
            if !context.may(deed.duty()) {
                return not_yours(next);
            }
            match model::asks_again(name, &value, context) {
                Ok(false) => {}
                Ok(true) => {
                    let mut next = back(next);
                    go(&mut next, View::Desk(DeskView::Sure(Wish::Set { name: name.to_owned(), value })));
                    return Decision::fresh(next);
                }
                Err(notice) => return Decision::fresh(Talk { notice: Some(notice), ..next }),
            }
            return fresh(work(said(back(next), "desk-set"), deed));
        }
        Err(BadValue::Unreadable) => Notice::new("desk-bad-value"),
        Err(BadValue::OutOfBounds(min, max)) => Notice::new("desk-out-of-bounds").words("min", min).words("max", max),
        Err(BadValue::TooLong(max)) => {
            Notice::new("desk-too-long").number("max", i64::try_from(max).unwrap_or(i64::MAX))
        }
        Err(BadValue::Limits(max)) => Notice::new("desk-bad-limits").number("max", i64::from(max)),
        Err(BadValue::Variable(variable)) => Notice::new("desk-bad-variable").words("variable", variable),
        Err(BadValue::Mark(mark)) => Notice::new("desk-bad-mark").words("mark", mark),
    });
    Decision::fresh(next)
}

/// `500 a mistake of ours`: an amount above zero, then why.
fn amount_and_reason(text: &str) -> Option<(Money, String)> {
    let (amount, reason) = text.split_once(char::is_whitespace)?;
    let amount = amount.trim_end_matches('₽').replace(',', ".").parse::<Money>().ok()?;
    let reason = reason.trim_start().trim_start_matches('₽');
    Some((amount, reason_of(reason)?)).filter(|(amount, _)| *amount > Money::ZERO)
}

fn reason_of(text: &str) -> Option<String> {
    let reason: String = text.trim().chars().take(REASON_LENGTH_MAX).collect();
    (!reason.is_empty()).then_some(reason)
}

/// Where the question was asked from.
fn back(mut next: Talk) -> Talk {
    next.view = next.trail.pop().unwrap_or_default();
    next
}

fn again(next: Talk, key: &str) -> Decision {
    Decision::fresh(said(next, key))
}

fn not_yours(next: Talk) -> Decision {
    Decision::fresh(said(back(next), "desk-not-yours"))
}

fn fresh(decision: Decision) -> Decision {
    Decision { fresh: true, ..decision }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_comes_with_its_reason() {
        let read = |text: &str| amount_and_reason(text).map(|(amount, reason)| (amount.kopecks(), reason));
        let because = |kopecks, reason: &str| Some((kopecks, reason.to_owned()));
        assert_eq!(read("500 a mistake of ours"), because(50_000, "a mistake of ours"));
        assert_eq!(read("12,50₽ приз"), because(1_250, "приз"));
        assert_eq!(read("12.5 ₽ приз"), because(1_250, "приз"));
        for none in ["500", "500 ", "0 nothing", "-5 less", "five roubles", "", "1.234 too fine"] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
