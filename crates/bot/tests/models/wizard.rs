//! Answers to the wizard's questions, for any schema: what is asked is read from the stored draft and must stand on the screen; the answer
//! goes through the chat, as words, a file or a press, and is noted apart from what the app makes of it.
//!
//! Asked questions come first; then the settings, one by one, as far as the model takes them beside what is answered already.

use std::collections::BTreeSet;

use app::conversation::Step;
use domain::models::{Input, InputKind, Inputs, Model, ObjectsRule, TaskRef, Value};

use crate::answers::{Answer, Deed, answer_to, seed};
use crate::files::SentFile;
use crate::person::Person;

/// The longest form has some thirty questions, of two steps each; more means that some question comes back for ever.
const STEPS_MAX: usize = 150;
/// Lists get two entries where they may: one would hide a mistake in their order.
pub(crate) const ENTRIES: usize = 2;
/// Pages of settings.
const PAGES_MAX: usize = 6;
/// So much of a setting's title surely stands on its button.
const TITLE_SHOWN: usize = 30;

/// An own earlier result.
#[derive(Clone, Debug)]
pub(crate) struct OwnWork {
    /// What goes into the form.
    pub(crate) task: TaskRef,
    /// The title of what made it.
    pub(crate) title: String,
}

/// What was answered.
#[derive(Debug, Default)]
pub(crate) struct Form {
    /// By the input's name.
    pub(crate) inputs: Inputs,
    /// Every file that was sent, in order.
    pub(crate) files: Vec<SentFile>,
}

/// Answers every question until the order is shown and no setting is left.
pub(crate) async fn fill_in(person: &Person<'_>, model: &Model, own: &[OwnWork]) -> Result<Form, String> {
    let mut wizard = Wizard { person, model, own, form: Form::default(), tried: BTreeSet::new() };
    for _ in 0..STEPS_MAX {
        let draft = person.draft().await?;
        if draft.model != model.id {
            return Err(format!("the draft is of `{}`", draft.model));
        }
        match draft.step {
            Step::Review { .. } => match wizard.next_setting() {
                Some(_) => person.press_words("button-options").await.map(drop)?,
                None => return Ok(wizard.form),
            },
            Step::Options => wizard.open_setting().await?,
            Step::Ask { input, .. } => {
                let input = model.input(&input).ok_or_else(|| format!("`{input}` is asked for"))?;
                wizard.ask(input).await?;
            }
            Step::Item { input: list, index, field, .. } => {
                let list = model.input(&list).ok_or_else(|| format!("`{list}` is asked for"))?;
                wizard.ask_field(list, usize::from(index), &field).await?;
            }
            step => return Err(format!("the wizard stands at {step:?} after {:?}", wizard.form.inputs)),
        }
    }
    Err(format!("the questions do not end after {:?}", wizard.form.inputs))
}

struct Wizard<'a> {
    person: &'a Person<'a>,
    model: &'a Model,
    own: &'a [OwnWork],
    form: Form,
    /// Settings that were opened.
    tried: BTreeSet<String>,
}

impl<'a> Wizard<'a> {
    /// The next setting that the model takes beside what is answered.
    fn next_setting(&self) -> Option<&'a Input> {
        let (model, inputs) = (self.model, &self.form.inputs);
        let is_next = |input: &&Input| {
            let is_new = inputs.get(&input.name).is_none() && !self.tried.contains(&input.name);
            let fits = |value: Value| {
                let inputs = inputs.clone().with(input.name.as_str(), value);
                model.check(&inputs).is_ok() && model.credits(&inputs).is_ok()
            };
            is_new && !input.must_be_asked() && self.would_be(input).is_some_and(fits)
        };
        let next = model.open_inputs(inputs).find(is_next)?;
        model.input(&next.name)
    }

    /// What an answer to a setting would be. A list that is filled in by itself is left alone, as is what takes an own work: each is asked for
    /// by some model that needs it.
    fn would_be(&self, input: &Input) -> Option<Value> {
        let InputKind::Objects(rule) = &input.kind else {
            return self.plan(input, seed(self.model, &input.name)).map(|answer| answer.value);
        };
        let sent = self.form.files.len();
        let value = |index: usize, field: &Input| {
            let answer = self.plan_of(field, sent + index, seed(self.model, &field.name) + index)?;
            Some((field.name.clone(), answer.value))
        };
        let entry = |index| rule.fields.iter().filter_map(|field| value(index, field)).collect();
        input.default.is_none().then(|| Value::Objects((0..entries_of(rule)).map(entry).collect()))
    }

    /// Opens the next setting from the list of them, or goes back to the order.
    async fn open_setting(&mut self) -> Result<(), String> {
        let Some(input) = self.next_setting() else { return self.person.press_words("button-review").await.map(drop) };
        self.tried.insert(input.name.clone());
        let begins: String = input.title.en.chars().take(TITLE_SHOWN).collect();
        for _ in 0..PAGES_MAX {
            let labels = self.person.buttons()?;
            if labels.iter().any(|button| button.label.starts_with(&begins)) {
                return self.person.press(&begins, |label| label.starts_with(&begins)).await.map(drop);
            }
            let is_last = labels.iter().all(|button| button.label != crate::person::words("button-next"));
            // The list opens where it was left: the way goes to its first page then.
            self.person.press_words(if is_last { "button-previous" } else { "button-next" }).await?;
        }
        Err(format!("no setting `{begins}`"))
    }

    /// One input.
    async fn ask(&mut self, input: &Input) -> Result<(), String> {
        self.sees_title(input)?;
        if self.form.inputs.get(&input.name).is_some() && !matches!(input.kind, InputKind::Objects(_)) {
            return Err(format!("`{}` is asked for again after {:?}", input.name, self.form.inputs));
        }
        let value = match &input.kind {
            InputKind::Objects(rule) => return self.edit_list(input, rule).await,
            InputKind::Task(_) => self.pick_own_work(input).await?,
            _ => self.answer(input, seed(self.model, &input.name)).await?,
        };
        self.form.inputs.set(input.name.as_str(), value);
        Ok(())
    }

    /// One field of one entry of a list of objects.
    async fn ask_field(&mut self, list: &Input, index: usize, field: &str) -> Result<(), String> {
        let InputKind::Objects(rule) = &list.kind else { return Err(format!("`{}` is no list", list.name)) };
        let field =
            rule.fields.iter().find(|one| one.name == field).ok_or_else(|| format!("`{field}` is asked for"))?;
        self.sees_title(field)?;
        let value = self.answer(field, seed(self.model, &field.name) + index).await?;
        let mut entries = self.entries(list);
        if entries.len() <= index {
            entries.resize_with(index + 1, Inputs::new);
        }
        entries[index].set(field.name.as_str(), value);
        self.form.inputs.set(list.name.as_str(), Value::Objects(entries));
        Ok(())
    }

    /// The editor of a list of objects: one more entry, or done.
    async fn edit_list(&self, list: &Input, rule: &ObjectsRule) -> Result<(), String> {
        let key = if self.entries(list).len() < entries_of(rule) { "button-item-add" } else { "button-items-done" };
        self.person.press_words(key).await.map(drop)
    }

    fn entries(&self, list: &Input) -> Vec<Inputs> {
        match self.form.inputs.get(&list.name) {
            Some(Value::Objects(entries)) => entries.clone(),
            _ => Vec::new(),
        }
    }

    /// What will be answered.
    fn plan(&self, input: &Input, seed: usize) -> Option<Answer> {
        self.plan_of(input, self.form.files.len(), seed)
    }

    fn plan_of(&self, input: &Input, sent: usize, seed: usize) -> Option<Answer> {
        let offered: Vec<_> = match self.model.input(&input.name) {
            Some(own) if std::ptr::eq(own, input) => self.model.choices(&self.form.inputs, &input.name).collect(),
            // The field of a list.
            _ => input.choices().iter().collect(),
        };
        answer_to(input, &offered, sent, seed)
    }

    /// An answer by the input's kind alone.
    async fn answer(&mut self, input: &Input, seed: usize) -> Result<Value, String> {
        let answer = self.plan(input, seed).ok_or_else(|| format!("`{}` is asked for alone", input.name))?;
        match answer.deed {
            Deed::Say(text) => self.person.say(&text).await?,
            Deed::Pick(name) => self.press_or_say(&name).await?,
            Deed::PressWords(key) => self.person.press_words(key).await.map(drop)?,
            Deed::Send { files, more_fit } => {
                for (media, file) in files {
                    self.form.files.push(file);
                    self.person.send(media).await?;
                }
                // A list that is full goes on by itself.
                if more_fit {
                    self.person.press_words("button-files-done").await?;
                }
            }
        }
        Ok(answer.value)
    }

    /// A value by its button, or by its name where it stands on a further page.
    async fn press_or_say(&self, name: &str) -> Result<(), String> {
        // A price may stand behind the name; what is too long is cut.
        let fits = |label: &str| {
            let shown = label.split(" · ").next().unwrap_or(label);
            label == name || shown == name || shown.strip_suffix('…').is_some_and(|shown| name.starts_with(shown))
        };
        if self.person.buttons()?.iter().any(|button| fits(&button.label)) {
            return self.person.press(&format!("`{name}`"), fits).await.map(drop);
        }
        self.person.say(name).await
    }

    /// The newest own result that fits.
    async fn pick_own_work(&self, input: &Input) -> Result<Value, String> {
        let InputKind::Task(rule) = &input.kind else { return Err(format!("`{}` takes no work", input.name)) };
        let work = self.own.iter().find(|work| rule.of.contains(&work.task.model));
        let work = work.ok_or_else(|| format!("`{}` wants a work of {:?}", input.name, rule.of))?;
        let begins: String = work.title.chars().take(20).collect();
        self.person.press(&format!("of a work of `{begins}`"), |label| label.starts_with(&begins)).await?;
        Ok(Value::Task(work.task.clone()))
    }

    /// The question is on the screen.
    fn sees_title(&self, input: &Input) -> Result<(), String> {
        let shown = self.person.window()?.text;
        let title = &input.title.en;
        if shown.contains(title.as_str()) { Ok(()) } else { Err(format!("`{title}` is asked for, shown is {shown:?}")) }
    }
}

/// How many entries a list of objects gets.
fn entries_of(rule: &ObjectsRule) -> usize {
    rule.min_items.max(ENTRIES.min(rule.max_items))
}
