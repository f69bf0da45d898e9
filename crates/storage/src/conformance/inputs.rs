//! Input files: created once, settled, fetched by their ids.

use std::time::Duration;

use domain::clock::Timestamp;
use domain::ids::{GenerationId, InputId};
use domain::models::{Media, MediaFacts};
use domain::ports::{
    ChangeSet, Commit, InputChange, InputFault, InputFile, InputSource, InputState, Person, PersonChange, StoreError,
};

use super::World;

/// Every source and every state comes back as it was written.
pub async fn an_input_file_comes_back_in_every_state(world: &World) {
    let person = world.person().await;
    let sources = [
        InputSource::Telegram { file_id: "AgAC-\"1\"".to_owned() },
        InputSource::Link { url: "https://example.org/кот.png?a=1".to_owned() },
        InputSource::Result {
            generation: GenerationId::ordered(&world.clock, &world.ids),
            url: "https://tempfile.example.org/1.mp4".to_owned(),
            file_id: Some("BAAC-2".to_owned()),
        },
    ];
    for source in sources {
        let mut wanted = InputFile { source, ..file(world, &person) };
        world.committed(&creates(world, &wanted)).await;
        assert_eq!(found(world, &[wanted.id]).await, std::slice::from_ref(&wanted));
        for state in [ready(), InputState::Refused { reason: InputFault::BadLink }, InputState::Pending] {
            world.committed(&settles(world, wanted.id, &state)).await;
            wanted.state = state;
            assert_eq!(found(world, &[wanted.id]).await, std::slice::from_ref(&wanted));
        }
    }
}

/// The repeat of an update finds its file in place, however far it has come; another file under its name is a defect.
pub async fn an_input_file_is_created_once(world: &World) {
    let person = world.person().await;
    let first = file(world, &person);
    world.committed(&creates(world, &first)).await;
    world.committed(&settles(world, first.id, &ready())).await;
    world.committed(&creates(world, &first)).await;
    let source = InputSource::Link { url: "https://example.org/b".to_owned() };
    let other = InputFile { source, ..first.clone() };
    let mut change = creates(world, &other);
    change.operations.push(world.posting(world.top_up(person.user, 10)));
    let answer = world.store.commit(&change).await;
    assert!(matches!(answer, Err(StoreError::Defect(_))), "{answer:?}");
    assert_eq!(found(world, &[first.id]).await, [InputFile { state: ready(), ..first }]);
    assert_eq!(world.money(&person).await, (0, 0));
}

/// One round trip for a draft full of files, each told once; what is not there is left out.
pub async fn input_files_are_found_by_their_ids(world: &World) {
    let (person, other) = (world.person().await, world.person().await);
    let mut change = world.change();
    let mut files: Vec<_> = (0..12).map(|_| file(world, &person)).collect();
    files.push(file(world, &other));
    change.inputs = files.iter().cloned().map(InputChange::Create).collect();
    world.committed(&change).await;
    let mut ids: Vec<_> = files.iter().rev().map(|file| file.id).collect();
    ids.extend([InputId::ordered(&world.clock, &world.ids), files[3].id]);
    files.sort_by_key(|file| file.id);
    assert_eq!(found(world, &ids).await, files);
    assert_eq!(found(world, &ids[2..3]).await.len(), 1);
    assert_eq!(found(world, &[]).await, []);
}

/// A worker that comes back when the user was forgotten, or the file purged: nothing happens, and no harm.
pub async fn settling_an_unknown_input_file_changes_nothing(world: &World) {
    let person = world.person().await;
    let unknown = InputId::ordered(&world.clock, &world.ids);
    let mut change = settles(world, unknown, &ready());
    change.operations.push(world.posting(world.top_up(person.user, 10)));
    world.committed(&change).await;
    assert_eq!(found(world, &[unknown]).await, []);
    assert_eq!(world.money(&person).await, (10, 0));
}

/// A file may come with the person who sent it, and never without one.
pub async fn an_input_file_belongs_to_a_person(world: &World) {
    let stranger = world.stranger();
    let first = file(world, &stranger);
    let mut change = creates(world, &first);
    change.operations.push(world.posting(world.top_up(stranger.user, 10)));
    assert_eq!(world.commit(&change).await, Commit::VersionConflict);
    assert_eq!((found(world, &[first.id]).await, world.money(&stranger).await), (Vec::new(), (0, 0)));
    change.person = Some(PersonChange::Create(stranger));
    world.committed(&change).await;
    assert_eq!(found(world, &[first.id]).await, [first]);
}

/// Those that came before the moment of the dead updates go, and are counted.
pub async fn purge_removes_old_input_files(world: &World) {
    let person = world.person().await;
    let old = file(world, &person);
    world.committed(&creates(world, &old)).await;
    world.clock.advance(Duration::from_secs(1));
    let young = file(world, &person);
    world.committed(&creates(world, &young)).await;
    let purge = async |before| world.store.purge(old.at, before).await.expect("the store answers");
    assert_eq!((purge(old.at).await, purge(young.at).await, purge(young.at).await), (0, 1, 0));
    assert_eq!(found(world, &[old.id, young.id]).await, [young]);
}

/// A picture that was just sent.
pub(super) fn file(world: &World, person: &Person) -> InputFile {
    world.clock.advance(Duration::from_millis(1));
    let id = InputId::ordered(&world.clock, &world.ids);
    let source = InputSource::Telegram { file_id: format!("AgAC-{}", world.number()) };
    InputFile { id, user: person.user, source, state: InputState::Pending, at: world.now() }
}

pub(super) fn creates(world: &World, file: &InputFile) -> ChangeSet {
    let mut change = world.change();
    change.inputs.push(InputChange::Create(file.clone()));
    change
}

pub(super) fn settles(world: &World, id: InputId, state: &InputState) -> ChangeSet {
    let mut change = world.change();
    change.inputs.push(InputChange::Settle { id, state: state.clone() });
    change
}

fn ready() -> InputState {
    let facts = MediaFacts { bytes: Some(1 << 40), width: Some(7), ..MediaFacts::unknown(Media::Image) };
    let second = Duration::from_micros(1_000_000);
    InputState::Ready {
        facts,
        url: "https://kie.example.org/1".to_owned(),
        uploaded_at: Timestamp::from_seconds(1_790_000_000) + second,
    }
}

/// By id, since a store may tell them in any order.
pub(super) async fn found(world: &World, ids: &[InputId]) -> Vec<InputFile> {
    let mut files = world.store.inputs(ids).await.expect("the store answers");
    files.sort_by_key(|file| file.id);
    files
}
