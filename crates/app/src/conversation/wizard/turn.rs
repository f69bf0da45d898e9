//! One event of a draft: where it stands, and where it goes next.

use domain::models::{Input, InputKind, InputProblem, Model, Refusal, Value};
use domain::money::Money;
use domain::ports::InputFile;
use domain::screen::{DraftAct, Key};

use super::question::{Question, fields, is_question, page_of_value, required};
use super::settled::Taken;
use crate::conversation::decide::{Context, DRAFT_REVISION_MAX, Decision, Effect};
use crate::conversation::refusal::refusal;
use crate::conversation::{DeskView, Draft, Notice, Origin, Step, Talk, View, can_go_on};

/// A draft while something happens to it.
pub(super) struct Turn<'a> {
    /// The talk without its draft.
    pub(super) talk: Talk,
    pub(super) draft: Draft,
    pub(super) model: &'a Model,
    pub(super) context: Context<'a>,
    /// Files that came with this event.
    pub(super) arrived: Vec<InputFile>,
    /// A file that was found to be of no use, and the question that is open again for it.
    pub(super) taken: Option<Taken>,
    effect: Option<Effect>,
    ended: bool,
}

impl<'a> Turn<'a> {
    /// Opens the draft of `talk`; gives the talk back without it if its model is sold no more. A stopped model may be sold again, so its draft is kept.
    pub(super) fn open(mut talk: Talk, context: &Context<'a>) -> Result<Self, Box<Talk>> {
        let Some(mut draft) = talk.draft.take() else { return Err(Box::new(talk)) };
        draft.trial = draft.is_trial_of(context.actor);
        let model = context.catalog.model(&draft.model);
        if model.is_some_and(|model| model.is_off_for_now()) && !draft.trial {
            talk.view = View::Model { model: draft.model.clone() };
            talk.notice = Some(Notice::new("notice-draft-stopped"));
            talk.draft = Some(draft);
            return Err(Box::new(talk));
        }
        let Some(model) = model.filter(|model| can_go_on(&draft, model, context.actor)) else {
            talk.view = View::Menu;
            talk.notice = Some(Notice::new("notice-model-gone"));
            return Err(Box::new(talk));
        };
        let context = *context;
        Ok(Self { talk, draft, model, context, arrived: Vec::new(), taken: None, effect: None, ended: false })
    }

    /// What came of it.
    pub(super) fn close(mut self) -> Decision {
        if !self.ended {
            self.ask_again();
            self.talk.draft = Some(self.draft);
        }
        Decision { effect: self.effect, inputs: self.arrived, ..Decision::show(self.talk) }
    }

    /// The draft is over, with an effect or without.
    pub(super) fn end(&mut self, view: View, effect: Option<Effect>) {
        self.ended = true;
        self.talk.view = view;
        self.effect = effect;
    }

    /// The open question, if one is.
    pub(super) fn question(&self) -> Option<Question<'a>> {
        Question::at(self.model, &self.draft.step).filter(|question| question.exists(&self.draft.inputs))
    }

    pub(super) fn say(&mut self, notice: Notice) {
        self.talk.notice = Some(notice);
    }

    pub(super) fn stale(&mut self) {
        self.say(Notice::new("notice-stale"));
    }

    /// A button was pressed that was drawn for the draft as it is.
    pub(super) fn press(&mut self, act: DraftAct) {
        match act {
            DraftAct::Choose { input, choice } => self.choose(input, choice),
            DraftAct::Edit { input } => self.edit(input),
            DraftAct::Done { input } => self.done(input),
            DraftAct::Clear { input } => self.clear(input),
            DraftAct::Page { page, .. } => self.turn_to(page),
            DraftAct::AddItem { input } => self.add_item(input),
            DraftAct::EditItem { input, index } => self.edit_item(input, index),
            DraftAct::RemoveItem { input, index } => self.remove_item(input, index),
            DraftAct::Options => {
                self.draft.edit_from = None;
                self.step(Step::Options);
            }
            DraftAct::Review => self.go_on(),
            DraftAct::Back => self.back(),
            DraftAct::Discard => {
                self.end(self.card(), None);
                self.say(Notice::new("notice-draft-discarded"));
            }
            DraftAct::Confirm => self.confirm(),
        }
    }

    /// The question with this key: the open one if it is meant, else one of the inputs.
    pub(super) fn find(&self, key: Key) -> Option<Question<'a>> {
        let open = self.question().filter(|question| Key::of(&question.input.name) == key);
        open.or_else(|| self.input(key).map(Question::about))
    }

    /// The input with this key.
    pub(super) fn input(&self, key: Key) -> Option<&'a Input> {
        self.model.inputs().iter().find(|input| Key::of(&input.name) == key && is_question(&input.kind))
    }

    /// Asks once more; the answer leads back to where the button was.
    fn edit(&mut self, key: Key) {
        let Some(input) = self.input(key) else { return self.stale() };
        self.draft.edit_from = match self.draft.step {
            Step::Options => Some(Origin::Options),
            Step::Review { .. } | Step::Short { .. } => Some(Origin::Review),
            _ => self.draft.edit_from,
        };
        self.ask(Question::about(input));
    }

    /// The first input that must still be asked for.
    pub(super) fn next_missing(&self) -> Option<&'a Input> {
        let model = self.model;
        model.input(&model.next_missing(&self.draft.inputs)?.name)
    }

    fn turn_to(&mut self, to: u16) {
        match &mut self.draft.step {
            Step::Ask { page, .. } | Step::Item { page, .. } => *page = to,
            Step::Options => self.draft.options_page = to,
            _ => return self.stale(),
        }
        self.touch();
    }

    /// The wake is due: whoever waits for files goes on.
    pub(super) fn wake(&mut self) {
        if self.draft.step == Step::Preparing && (self.taken.is_some() || !self.is_waiting(&self.draft.inputs)) {
            self.go_on();
        }
    }

    /// To the next open question, else to the confirm screen with a fresh price.
    pub(super) fn go_on(&mut self) {
        self.draft.edit_from = None;
        self.forget_unknown();
        if let Some(input) = self.next_missing() {
            return match &input.kind {
                // A list that must be filled in begins with its first item.
                InputKind::Objects(_) => self.begin_item(input),
                _ => self.ask(Question::about(input)),
            };
        }
        match self.model.check(&self.draft.inputs) {
            Err(problems) => self.ask_to_mend(&problems),
            Ok(checked) if self.is_waiting(checked.inputs()) => self.wait(),
            Ok(checked) => match self.price(&checked) {
                Some(quote) => {
                    self.draft.means = self.means();
                    self.step(Step::Review { quote });
                }
                None => {
                    self.say(Notice::new("notice-no-price"));
                    self.step(Step::Options);
                }
            },
        }
    }

    fn wait(&mut self) {
        if self.draft.step != Step::Preparing {
            self.step(Step::Preparing);
        } else if self.talk.notice.is_none() {
            self.say(Notice::new("notice-still-preparing"));
        }
    }

    /// Asks where something is wrong, and says what.
    fn ask_to_mend(&mut self, problems: &[InputProblem]) {
        self.say(refusal(self.model, problems));
        let Some(problem) = problems.first() else { return self.step(Step::Options) };
        match self.to_mend(problem) {
            Some(question) => self.ask(question),
            None => self.step(Step::Options),
        }
    }

    pub(super) fn to_mend(&self, problem: &InputProblem) -> Option<Question<'a>> {
        let input = |name: &str| self.model.input(name).filter(|input| is_question(&input.kind));
        match &problem.refusal {
            Refusal::InEntry { entry, problem: inner } => {
                let list = input(&problem.input)?;
                let InputKind::Objects(rule) = &list.kind else { return None };
                let index = u16::try_from(entry.checked_sub(1)?).ok()?;
                let field = fields(rule).find(|field| field.name == inner.input);
                Some(field.map_or(Question::about(list), |field| Question::within(list, index, field)))
            }
            // Any of them will do; the first is the likeliest.
            Refusal::NoneOf(names) => names.iter().find_map(|name| input(name)).map(Question::about),
            // One of them has to go, so not one that must be given.
            Refusal::Together(names) => {
                let optional = names.iter().rev().filter_map(|name| input(name)).find(|input| !input.must_be_asked());
                optional.or_else(|| input(&problem.input)).map(Question::about)
            }
            _ => input(&problem.input).map(Question::about),
        }
    }

    /// Asks for the input that a file was taken out of, wherever the event led.
    fn ask_again(&mut self) {
        let Some(taken) = self.taken.take() else { return };
        self.say(taken.notice);
        let question = Question::at(self.model, &taken.question).filter(|question| question.exists(&self.draft.inputs));
        if let Some(question) = question.filter(|_| self.talk.view == View::Draft) {
            self.draft.edit_from = None;
            self.ask(question);
        }
    }

    /// After an answer: back to where it was asked from, else on.
    pub(super) fn answered(&mut self, question: Question<'a>) {
        if let Some(item) = question.item {
            return self.next_field(item, question.input);
        }
        let complete = self.next_missing().is_none();
        if complete && self.draft.edit_from == Some(Origin::Options) {
            self.draft.edit_from = None;
            self.step(Step::Options);
        } else {
            self.go_on();
        }
    }

    /// One step back.
    fn back(&mut self) {
        if let Some(question) = Question::at(self.model, &self.draft.step)
            && question.item.is_some()
        {
            return self.back_within(question);
        }
        match (&self.draft.step, self.draft.edit_from.take()) {
            (Step::Ask { .. }, Some(Origin::Options)) => self.step(Step::Options),
            (Step::Ask { .. }, Some(Origin::Review)) => self.go_on(),
            (Step::Ask { input, .. }, None) => {
                let asked = self.asked();
                match asked.iter().position(|one| one.name == *input) {
                    Some(at) => self.go_to(at.checked_sub(1).map(|at| asked[at])),
                    // An optional input that a rule asked for: all of them are there.
                    None => self.step(Step::Options),
                }
            }
            (Step::Options, _) if self.model.check(&self.draft.inputs).is_ok() => self.go_on(),
            (Step::Short { .. }, _) => self.go_on(),
            _ => {
                let last = self.asked().pop();
                self.go_to(last);
            }
        }
    }

    /// The inputs that are asked for one by one.
    fn asked(&self) -> Vec<&'a Input> {
        let model = self.model;
        required(model, &self.draft.inputs).filter_map(|input| model.input(&input.name)).collect()
    }

    fn go_to(&mut self, input: Option<&'a Input>) {
        match input {
            Some(input) => self.ask(Question::about(input)),
            None => self.talk.view = self.card(),
        }
    }

    /// Where the draft began.
    fn card(&self) -> View {
        let model = self.model.id.clone();
        if self.draft.trial { View::Desk(DeskView::Model { model }) } else { View::Model { model } }
    }

    /// Shows a question, at the page on which its value stands.
    pub(super) fn ask(&mut self, question: Question<'a>) {
        let page = page_of_value(self.model, &question, &self.draft.inputs);
        self.step(Question { page, ..question }.step());
    }

    pub(super) fn step(&mut self, to: Step) {
        self.draft.step = to;
        self.touch();
    }

    /// What a user sees has changed: older buttons only redraw from now on.
    pub(super) fn touch(&mut self) {
        self.draft.revision = self.draft.revision.saturating_add(1).min(DRAFT_REVISION_MAX);
    }

    pub(super) fn set(&mut self, question: &Question<'a>, value: Value) {
        question.set(&mut self.draft.inputs, value);
        self.touch();
    }

    /// What the user could spend.
    pub(super) fn available(&self) -> Money {
        Money::from_kopecks(self.context.money.available())
    }

    /// What a draft of an older catalog holds for inputs that the model has no more would be refused for ever.
    fn forget_unknown(&mut self) {
        let model = self.model;
        let is_known = |name: &str| model.input(name).is_some_and(|input| is_question(&input.kind));
        let known = self.draft.inputs.iter().filter(|(name, _)| is_known(name));
        self.draft.inputs = known.map(|(name, value)| (name.to_owned(), value.clone())).collect();
    }
}
