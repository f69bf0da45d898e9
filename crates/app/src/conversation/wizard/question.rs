//! What a question asks for, where its answer goes, and which answers get a button.

use domain::generation::Generation;
use domain::models::{
    Catalog, Input, InputKind, InputProblem, Inputs, Media, MediaFacts, MediaRule, Model, ObjectsRule, Output, Refusal,
    TaskRef, TaskRule, Value,
};
use domain::screen::Key;

use crate::conversation::{Draft, Step};

/// More buttons than this are shown page by page.
pub(crate) const CHOICES_PAGED: usize = 16;
/// So many choices or items stand on one page: a phone shows them without scrolling twice.
pub(crate) const CHOICES_PAGE: usize = 8;

/// Whether the wizard can ask for everything that the model needs.
pub fn askable(model: &Model) -> bool {
    model.inputs().iter().filter(|input| input.must_be_asked()).all(|input| is_question(&input.kind))
}

/// Whether an input of this kind can be asked for. An earlier generation can't stand within a list: nothing offers it there.
pub(crate) fn is_question(kind: &InputKind) -> bool {
    match kind {
        InputKind::Fixed(_) => false,
        InputKind::Objects(rule) => rule
            .fields
            .iter()
            .filter(|field| field.must_be_asked())
            .all(|field| is_question(&field.kind) && !matches!(field.kind, InputKind::Task(_))),
        _ => true,
    }
}

/// The inputs that are asked for one by one.
pub(crate) fn required<'a>(model: &'a Model, inputs: &'a Inputs) -> impl Iterator<Item = &'a Input> {
    model.open_inputs(inputs).filter(|input| input.must_be_asked())
}

/// The optional inputs that the options screen offers.
pub(crate) fn options<'a>(model: &'a Model, inputs: &'a Inputs) -> impl Iterator<Item = &'a Input> {
    model.open_inputs(inputs).filter(|input| !input.must_be_asked() && is_question(&input.kind))
}

/// The fields of a list's items, in the order in which they are asked.
pub(crate) fn fields(rule: &ObjectsRule) -> impl Iterator<Item = &Input> {
    rule.fields.iter().filter(|field| is_question(&field.kind) && !matches!(field.kind, InputKind::Task(_)))
}

/// What is asked for: an input, or one field of one item of a list of objects.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    /// What is asked for.
    pub(crate) input: &'a Input,
    /// The item that it is a field of.
    pub(crate) item: Option<Item<'a>>,
    /// Which of its many choices or items are shown, from 0.
    pub(crate) page: u16,
}

/// One item of a list of objects.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'a> {
    /// The list.
    pub(crate) list: &'a Input,
    /// From 0.
    pub(crate) index: u16,
}

impl<'a> Question<'a> {
    /// The question about an input.
    pub(crate) const fn about(input: &'a Input) -> Self {
        Self { input, item: None, page: 0 }
    }

    /// The question about a field of an item.
    pub(crate) const fn within(list: &'a Input, index: u16, field: &'a Input) -> Self {
        Self { input: field, item: Some(Item { list, index }), page: 0 }
    }

    /// The question that a step asks, if the model still has it.
    pub(crate) fn at(model: &'a Model, step: &Step) -> Option<Self> {
        match step {
            Step::Ask { input, page } => {
                let input = model.input(input).filter(|input| is_question(&input.kind))?;
                Some(Self { page: *page, ..Self::about(input) })
            }
            Step::Item { input, index, field, page } => {
                let list = model.input(input)?;
                let InputKind::Objects(rule) = &list.kind else { return None };
                let field = fields(rule).find(|one| one.name == *field)?;
                Some(Self { page: *page, ..Self::within(list, *index, field) })
            }
            _ => None,
        }
    }

    /// The step that asks it.
    pub(crate) fn step(&self) -> Step {
        let (input, page) = (self.input.name.clone(), self.page);
        match self.item {
            None => Step::Ask { input, page },
            Some(Item { list, index }) => Step::Item { input: list.name.clone(), index, field: input, page },
        }
    }

    /// What files must be like, if files answer it.
    pub(crate) const fn media(&self) -> Option<&'a MediaRule> {
        match &self.input.kind {
            InputKind::Media(rule) => Some(rule),
            _ => None,
        }
    }

    /// Whether both ask for the same.
    pub(crate) fn is_same(&self, other: &Question<'_>) -> bool {
        Question { page: 0, ..*self }.step() == Question { page: 0, ..*other }.step()
    }

    /// Whether the item that it is a field of exists.
    pub(crate) fn exists(&self, inputs: &Inputs) -> bool {
        self.item.is_none_or(|item| objects(inputs, item.list).len() > usize::from(item.index))
    }

    /// What was answered.
    pub(crate) fn given<'d>(&self, inputs: &'d Inputs) -> Option<&'d Value>
    where
        'a: 'd,
    {
        match self.item {
            None => inputs.get(&self.input.name),
            Some(item) => objects(inputs, item.list).get(usize::from(item.index))?.get(&self.input.name),
        }
    }

    /// What holds: the answer, else the default.
    pub(crate) fn value<'d>(&self, inputs: &'d Inputs) -> Option<&'d Value>
    where
        'a: 'd,
    {
        self.given(inputs).or(self.input.default.as_ref())
    }

    /// Puts an answer in. One to an item that is gone is lost.
    pub(super) fn set(&self, inputs: &mut Inputs, value: Value) {
        match self.item {
            None => inputs.set(self.input.name.clone(), value),
            Some(item) => change_object(inputs, item, |object| object.set(self.input.name.clone(), value)),
        }
    }

    /// Takes the answer out.
    pub(super) fn remove(&self, inputs: &mut Inputs) {
        match self.item {
            None => drop(inputs.remove(&self.input.name)),
            Some(item) => change_object(inputs, item, |object| drop(object.remove(&self.input.name))),
        }
    }

    /// What is wrong with an answer by itself.
    pub(super) fn problems(&self, model: &Model, value: &Value) -> Vec<InputProblem> {
        let Some(item) = self.item else {
            return model.check_value(&self.input.name, value).err().unwrap_or_default();
        };
        let alone = Inputs::new().with(self.input.name.clone(), value.clone());
        let problems = model.check_value(&item.list.name, &Value::Objects(vec![alone])).err().unwrap_or_default();
        let of_field = |problem: InputProblem| match problem.refusal {
            Refusal::InEntry { problem, .. } if problem.input == self.input.name => Some(*problem),
            _ => None,
        };
        problems.into_iter().filter_map(of_field).collect()
    }
}

/// The items of a list: the given ones, else those of its default.
pub(crate) fn objects<'d>(inputs: &'d Inputs, list: &'d Input) -> &'d [Inputs] {
    match inputs.get(&list.name).or(list.default.as_ref()) {
        Some(Value::Objects(objects)) => objects,
        _ => &[],
    }
}

fn change_object(inputs: &mut Inputs, item: Item<'_>, change: impl FnOnce(&mut Inputs)) {
    let mut objects = objects(inputs, item.list).to_vec();
    if let Some(object) = objects.get_mut(usize::from(item.index)) {
        change(object);
        inputs.set(item.list.name.clone(), Value::Objects(objects));
    }
}

/// The values that get a button, with their keys; own generations apart, see [`results`].
pub(crate) fn candidates(model: &Model, question: &Question<'_>, inputs: &Inputs) -> Vec<(Key, Value)> {
    let input = question.input;
    let choice = |choice: &domain::models::Choice| (Key::of(choice.key.as_str()), Value::Choice(choice.key.clone()));
    match &input.kind {
        InputKind::Choice(choices) if question.item.is_some() => choices.iter().map(choice).collect(),
        InputKind::Choice(_) => model.choices(inputs, &input.name).map(choice).collect(),
        InputKind::Integer(rule) => {
            rule.usual.iter().map(|number| (Key::of(&number.to_string()), Value::Integer(*number))).collect()
        }
        InputKind::Number(rule) => {
            rule.usual.iter().map(|number| (Key::of(&number.to_string()), Value::Decimal(*number))).collect()
        }
        InputKind::Bool => [true, false]
            .into_iter()
            .map(|flag| (Key::of(if flag { "true" } else { "false" }), Value::Bool(flag)))
            .collect(),
        _ => Vec::new(),
    }
}

/// The page of a question on which its current value stands.
pub(super) fn page_of_value(model: &Model, question: &Question<'_>, inputs: &Inputs) -> u16 {
    let candidates = candidates(model, question, inputs);
    if candidates.len() <= CHOICES_PAGED {
        return 0;
    }
    let value = question.value(inputs);
    let at = candidates.iter().position(|(_, candidate)| Some(candidate) == value).unwrap_or(0);
    u16::try_from(at / CHOICES_PAGE).unwrap_or(0)
}

/// The own generations that answer such a question, with their buttons' keys.
pub(crate) fn results<'g>(
    catalog: &Catalog,
    rule: &TaskRule,
    own: &'g [Generation],
) -> Vec<(Key, TaskRef, &'g Generation)> {
    let result = |generation: &'g Generation| {
        let success = generation.state.success()?;
        let output = catalog.model(&generation.model).map(|model| model.output);
        let media = match output {
            Some(Output::Image) => Media::Image,
            Some(Output::Audio) => Media::Audio,
            Some(Output::Text) => Media::Document,
            _ => Media::Video,
        };
        let millis = success.results.files.first().and_then(|file| u64::try_from(file.duration_ms?).ok());
        let facts = MediaFacts { millis, ..MediaFacts::unknown(media) };
        let task = TaskRef { task: success.task.clone(), model: generation.model.clone(), facts };
        Some((Key::of(&generation.id.to_string()), task, generation))
    };
    own.iter().filter(|generation| rule.of.contains(&generation.model)).filter_map(result).collect()
}

/// The other inputs of the rule that is broken where this question was asked: changing one of them mends it too.
pub(crate) fn mends<'a>(model: &'a Model, draft: &Draft, input: &Input) -> Vec<&'a Input> {
    let Err(problems) = model.check(&draft.inputs) else { return Vec::new() };
    let names = problems.into_iter().find_map(|problem| match problem.refusal {
        Refusal::NoneOf(names) | Refusal::Together(names) | Refusal::Combination(names)
            if names.contains(&input.name) =>
        {
            Some(names)
        }
        _ => None,
    });
    let open: Vec<&str> = model.open_inputs(&draft.inputs).map(|input| input.name.as_str()).collect();
    let others = names.unwrap_or_default().into_iter().filter(|name| *name != input.name);
    let mut mends: Vec<&Input> = Vec::new();
    for other in others.filter_map(|name| model.input(&name)) {
        let is_new = !mends.iter().any(|known| known.name == other.name);
        if is_new && is_question(&other.kind) && open.contains(&other.name.as_str()) {
            mends.push(other);
        }
    }
    mends
}
