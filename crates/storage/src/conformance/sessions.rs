//! Persons, conversations, windows.

use domain::ledger::Wallet;
use domain::ports::{
    Agenda, ChangeSet, Commit, Conversation, ConversationChange, GenerationChange, JobKey, Person, PersonChange,
    Schedule, Session, UpdateKey,
};
use domain::screen::Language;

use super::World;
use super::world::count;

/// Absence is no error: by chat and by id.
pub async fn a_stranger_has_no_session(world: &World) {
    let stranger = world.stranger();
    assert_eq!(world.store.session(stranger.chat).await.expect("the store answers"), None);
    assert_eq!(world.store.session_of(stranger.user).await.expect("the store answers"), None);
    assert_eq!(world.money(&stranger).await, (0, 0));
}

/// Every field comes back, beside a conversation that was never written and empty wallets.
pub async fn a_created_person_has_a_session(world: &World) {
    let bare = Person { username: None, language: Language::En, first_name: String::new(), ..world.stranger() };
    for person in [world.stranger(), bare] {
        let mut change = world.change();
        change.person = Some(PersonChange::Create(person.clone()));
        world.committed(&change).await;
        let session = Session {
            person: person.clone(),
            conversation: Conversation { version: 0, body: String::new(), window: None },
            money: Wallet::default(),
            runs: Wallet::default(),
        };
        assert_eq!(world.store.session(person.chat).await.expect("the store answers"), Some(session.clone()));
        assert_eq!(world.store.session_of(person.user).await.expect("the store answers"), Some(session));
    }
}

/// Twenty first updates of one chat at once make one user.
pub async fn one_of_parallel_creations_of_a_chat_wins(world: &World) {
    let chat = world.stranger().chat;
    let people: Vec<_> = (0..20).map(|_| Person { chat, ..world.stranger() }).collect();
    let changes = people.iter().map(|person| {
        let mut change = world.change();
        change.person = Some(PersonChange::Create(person.clone()));
        change.conversation = Some(first_words(person));
        change
    });
    let answers = world.parallel(changes.collect()).await;
    assert_eq!((count(&answers, &Commit::Committed), count(&answers, &Commit::VersionConflict)), (1, 19));
    let session = world.store.session(chat).await.expect("the store answers").expect("one of them is there");
    for (person, answer) in people.iter().zip(answers) {
        let found = world.store.session_of(person.user).await.expect("the store answers");
        assert_eq!(found, (answer == Commit::Committed).then(|| session.clone()));
    }
}

/// Name, username, language and `gone` are overwritten; chat and first visit stay.
pub async fn an_update_overwrites_what_telegram_shows(world: &World) {
    let old = world.person().await;
    let new = Person {
        first_name: "Anna 🐈".to_owned(),
        username: None,
        language: Language::En,
        gone: true,
        created_at: world.now(),
        ..old.clone()
    };
    let mut change = world.change();
    change.person = Some(PersonChange::Update(new.clone()));
    world.committed(&change).await;
    assert_eq!(world.session(&old).await.person, Person { created_at: old.created_at, ..new });
}

/// What a person switches is kept; what brought them is written once, and may be nothing.
pub async fn preferences_are_switched_and_the_origin_stays(world: &World) {
    let person = world.person().await;
    assert!(person.origin.is_some() && !person.silent && person.news, "{person:?}");
    let mut wanted = person.clone();
    for (silent, news) in [(true, true), (true, false), (false, false), (false, true)] {
        (wanted.silent, wanted.news) = (silent, news);
        let mut change = world.change();
        change.person = Some(PersonChange::Update(Person { origin: Some("r_other".to_owned()), ..wanted.clone() }));
        world.committed(&change).await;
        assert_eq!(world.session(&person).await.person, wanted);
    }
    let by_chance = Person { origin: None, silent: true, news: false, ..world.stranger() };
    let mut change = world.change();
    change.person = Some(PersonChange::Create(by_chance.clone()));
    world.committed(&change).await;
    assert_eq!(world.session(&by_chance).await.person, by_chance);
}

/// Somebody who is not there (any more) can't be updated: load again, decide again.
pub async fn an_update_of_an_unknown_person_is_a_conflict(world: &World) {
    let stranger = world.stranger();
    let mut change = world.change();
    change.person = Some(PersonChange::Update(stranger.clone()));
    assert_eq!(world.commit(&change).await, Commit::VersionConflict);
    assert_eq!(world.store.session(stranger.chat).await.expect("the store answers"), None);
}

/// Each commit adds one; the window stays unless it is to be forgotten.
pub async fn a_conversation_grows_by_one_version(world: &World) {
    let person = world.person().await;
    for version in 0..3 {
        world.committed(&says(world, &person, version, &format!("{{\"step\": {version}}}"))).await;
        let conversation = world.session(&person).await.conversation;
        assert_eq!((conversation.version, conversation.body), (version + 1, format!("{{\"step\": {version}}}")));
    }
    world.store.note_window(person.user, 3, 77).await.expect("the store answers");
    world.committed(&says(world, &person, 3, "{}")).await;
    assert_eq!(world.session(&person).await.conversation.window, Some(77));
    let mut change = says(world, &person, 4, "{}");
    change.conversation.iter_mut().for_each(|conversation| conversation.forget_window = true);
    world.committed(&change).await;
    assert_eq!(
        world.session(&person).await.conversation,
        Conversation { version: 5, body: "{}".to_owned(), window: None }
    );
}

/// A first update: the person and what they said, at once.
pub async fn a_person_and_the_first_conversation_are_one_change_set(world: &World) {
    let person = world.stranger();
    let mut change = world.change();
    change.person = Some(PersonChange::Create(person.clone()));
    change.conversation = Some(first_words(&person));
    world.committed(&change).await;
    let conversation = world.session(&person).await.conversation;
    assert_eq!((conversation.version, conversation.body.as_str()), (1, "{\"said\": \"/start\"}"));
}

/// Neither mark nor person, generation, money, message or work of a change set is written when its version is stale.
pub async fn a_version_conflict_writes_nothing(world: &World) {
    let person = world.funded(1000).await;
    world.committed(&says(world, &person, 0, "{}")).await;
    let order = world.order(&person, 100);
    for stale in [0, 2, -1] {
        let mark = world.update();
        let mut change = says(world, &person, stale, "{\"stale\": true}");
        change.mark = Some(mark);
        change.person = Some(PersonChange::Update(Person { first_name: "x".to_owned(), ..person.clone() }));
        change.generations.push(GenerationChange::Create(Box::new(order.generation.clone())));
        change.operations.push(order.reserve.clone());
        change.messages.push(world.message(&person));
        change.schedule.push(Schedule::new(JobKey::messages(person.user), world.now()));
        assert_eq!(world.commit(&change).await, Commit::VersionConflict, "version {stale}");
        assert_untouched(world, &person, mark).await;
        assert_eq!(world.store.generation(order.generation.id).await.expect("the store answers"), None);
    }
}

async fn assert_untouched(world: &World, person: &Person, mark: UpdateKey) {
    let session = world.session(person).await;
    assert_eq!((session.conversation.version, session.conversation.body.as_str()), (1, "{}"));
    assert_eq!(session.person, *person);
    assert_eq!(world.money(person).await, (1000, 0));
    assert_eq!(world.lines(person).await, 1);
    assert!(!world.store.is_done(mark).await.expect("the store answers"));
    assert_eq!(world.store.next_message(person.user).await.expect("the store answers"), None);
    assert_eq!(world.agenda(world.now()).await, Agenda::default());
}

/// Two devices, twenty taps: of all that were decided on one version, one counts.
pub async fn one_of_parallel_commits_of_a_version_wins(world: &World) {
    let person = world.person().await;
    let changes = (0..20).map(|tap| {
        let mut change = says(world, &person, 0, &format!("{{\"tap\": {tap}}}"));
        change.mark = Some(world.update());
        change.operations.push(world.posting(world.top_up(person.user, 10)));
        change
    });
    let answers = world.parallel(changes.collect()).await;
    assert_eq!((count(&answers, &Commit::Committed), count(&answers, &Commit::VersionConflict)), (1, 19));
    assert_eq!(world.session(&person).await.conversation.version, 1);
    assert_eq!(world.money(&person).await, (10, 0));
}

/// A note for a version that has passed is ignored, as is one for a stranger.
pub async fn a_window_is_noted_for_its_version_only(world: &World) {
    let person = world.person().await;
    world.committed(&says(world, &person, 0, "{}")).await;
    for (version, message) in [(0, 10), (1, 11), (2, 12)] {
        world.store.note_window(person.user, version, message).await.expect("the store answers");
    }
    assert_eq!(world.session(&person).await.conversation.window, Some(11));
    assert_eq!(world.session(&person).await.conversation.version, 1);
    world.store.note_window(world.stranger().user, 0, 13).await.expect("the store answers");
}

fn first_words(person: &Person) -> ConversationChange {
    let body = "{\"said\": \"/start\"}".to_owned();
    ConversationChange { user: person.user, expected: 0, body, forget_window: false }
}

/// A change set that only moves the conversation on.
pub(super) fn says(world: &World, person: &Person, expected: i64, body: &str) -> ChangeSet {
    let mut change = world.change();
    let body = body.to_owned();
    change.conversation = Some(ConversationChange { user: person.user, expected, body, forget_window: false });
    change
}
