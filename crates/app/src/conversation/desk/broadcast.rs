//! Broadcasts at the desk: written in one message, aimed, looked at, started by a second yes.

use domain::broadcast::{BroadcastEvent, Content, ContentProblem};
use domain::ids::BroadcastId;
use domain::screen::BroadcastAct;
use domain::staff::Duty;
use serde::{Deserialize, Serialize};

use super::{DeskView, go, said, stale, work};
use crate::conversation::decide::{Context, Decision};
use crate::conversation::{Notice, Talk, View};
use crate::desk::{BroadcastWork, Work};
use crate::event::{Event, FileKind};

/// A screen about broadcasts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BroadcastView {
    /// The last ones.
    List {
        /// From 0.
        page: u16,
    },
    /// Asking what to send.
    Write,
    /// One of them.
    Card(BroadcastId),
    /// Asking once more whether it shall start.
    SureStart(BroadcastId),
    /// Asking once more whether it shall end.
    SureCancel(BroadcastId),
}

/// A button was pressed by somebody who may.
pub(super) fn press(mut next: Talk, act: BroadcastAct) -> Decision {
    let step = |next: Talk, key: &str, id: BroadcastId, event: BroadcastEvent| {
        work(said(next, key), Work::Broadcast(BroadcastWork::Step { id, event }))
    };
    let view = match act {
        BroadcastAct::List { page } => BroadcastView::List { page },
        BroadcastAct::Write => BroadcastView::Write,
        BroadcastAct::Open { id } => BroadcastView::Card(id),
        BroadcastAct::Aim { id, segment } => {
            go(&mut next, card(id));
            return work(next, Work::Broadcast(BroadcastWork::Aim { id, segment }));
        }
        BroadcastAct::Preview { id } => {
            return work(said(next, "broadcast-preview-comes"), Work::Broadcast(BroadcastWork::Preview(id)));
        }
        BroadcastAct::Start { id } => BroadcastView::SureStart(id),
        BroadcastAct::Cancel { id } => BroadcastView::SureCancel(id),
        BroadcastAct::Pause { id } => return step(next, "broadcast-paused", id, BroadcastEvent::Pause),
        BroadcastAct::Resume { id } => return step(next, "broadcast-resumed", id, BroadcastEvent::Resume),
        BroadcastAct::Yes => {
            let (id, event, key) = match &next.view {
                View::Desk(DeskView::Broadcast(BroadcastView::SureStart(id))) => {
                    (*id, BroadcastEvent::Start, "broadcast-started")
                }
                View::Desk(DeskView::Broadcast(BroadcastView::SureCancel(id))) => {
                    (*id, BroadcastEvent::Cancel, "broadcast-cancelled")
                }
                _ => return stale(next),
            };
            next.trail.pop();
            next.view = card(id);
            return step(next, key, id, event);
        }
    };
    go(&mut next, View::Desk(DeskView::Broadcast(view)));
    Decision::show(next)
}

/// Words for a broadcast; `None`: none are asked for.
pub(super) fn typed(next: &Talk, view: &BroadcastView, text: &str, context: &Context<'_>) -> Option<Decision> {
    matches!(view, BroadcastView::Write).then(|| compose(next.clone(), text, None, context))
}

/// A picture for a broadcast; `None`: none is asked for.
pub(super) fn sent(next: &Talk, event: &Event, context: &Context<'_>) -> Option<Decision> {
    let View::Desk(DeskView::Broadcast(BroadcastView::Write)) = &next.view else { return None };
    let Event::File { kind, file, caption, .. } = event else { return None };
    if *kind != FileKind::Photo {
        return Some(Decision::fresh(said(next.clone(), "broadcast-only-photo")));
    }
    Some(compose(next.clone(), caption.as_deref().unwrap_or_default(), Some(file.file_id.clone()), context))
}

fn compose(mut next: Talk, text: &str, photo: Option<String>, context: &Context<'_>) -> Decision {
    if !context.may(Duty::Broadcast) {
        return Decision::fresh(said(next, "desk-not-yours"));
    }
    match Content::new(text, photo) {
        Ok(content) => {
            let id = BroadcastId::ordered(context.clock, context.ids);
            next.view = card(id);
            Decision { fresh: true, ..work(next, Work::Broadcast(BroadcastWork::Compose { id, content })) }
        }
        Err(ContentProblem::Empty) => Decision::fresh(said(next, "broadcast-empty")),
        Err(ContentProblem::TooLong(max)) => {
            let max = i64::try_from(max).unwrap_or(i64::MAX);
            next.notice = Some(Notice::new("desk-too-long").number("max", max));
            Decision::fresh(next)
        }
    }
}

const fn card(id: BroadcastId) -> View {
    View::Desk(DeskView::Broadcast(BroadcastView::Card(id)))
}
