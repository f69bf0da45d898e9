//! The models that people keep.

use domain::ids::ModelId;
use domain::ports::{ChangeSet, Commit, FavouriteChange, Person, PersonChange};

use super::World;

/// What was kept last stands first, those of one moment by id; nobody else's.
pub async fn favourites_come_last_kept_first(world: &World) {
    let (person, other) = (world.person().await, world.person().await);
    assert_eq!(kept(world, &person).await, [""; 0]);
    for models in [&["b"][..], &["a"], &["c", "B", "d/1"]] {
        world.committed(&keeps(world, &person, models, true)).await;
    }
    world.committed(&keeps(world, &other, &["e"], true)).await;
    assert_eq!(kept(world, &person).await, ["B", "c", "d/1", "a", "b"]);
    assert_eq!(kept(world, &other).await, ["e"]);
    world.committed(&keeps(world, &person, &["a", "c"], false)).await;
    assert_eq!(kept(world, &person).await, ["B", "d/1", "b"]);
}

/// A second tap changes nothing; kept again after it was taken out it comes first.
pub async fn a_favourite_is_kept_once(world: &World) {
    let person = world.person().await;
    for model in ["a", "b", "a"] {
        world.committed(&keeps(world, &person, &[model], true)).await;
    }
    assert_eq!(kept(world, &person).await, ["b", "a"]);
    for _ in 0..2 {
        world.committed(&keeps(world, &person, &["a"], false)).await;
        assert_eq!(kept(world, &person).await, ["b"]);
    }
    world.committed(&keeps(world, &person, &["a"], true)).await;
    assert_eq!(kept(world, &person).await, ["a", "b"]);
    let mut change = keeps(world, &person, &["a"], false);
    change.favourites.extend(keeps(world, &person, &["a"], true).favourites);
    world.committed(&change).await;
    assert_eq!(kept(world, &person).await, ["a", "b"]);
}

/// Kept by somebody or not at all.
pub async fn a_favourite_belongs_to_a_person(world: &World) {
    let stranger = world.stranger();
    let mut change = keeps(world, &stranger, &["a"], true);
    change.operations.push(world.posting(world.top_up(stranger.user, 10)));
    assert_eq!(world.commit(&change).await, Commit::VersionConflict);
    assert_eq!(world.money(&stranger).await, (0, 0));
    world.committed(&keeps(world, &stranger, &["a"], false)).await;
    change.person = Some(PersonChange::Create(stranger.clone()));
    world.committed(&change).await;
    assert_eq!(kept(world, &stranger).await, ["a"]);
}

pub(super) fn keeps(world: &World, person: &Person, models: &[&str], on: bool) -> ChangeSet {
    let mut change = world.change();
    let favourite = |model: &&str| FavouriteChange { user: person.user, model: ModelId((*model).to_owned()), on };
    change.favourites = models.iter().map(favourite).collect();
    change
}

pub(super) async fn kept(world: &World, person: &Person) -> Vec<String> {
    let models = world.store.favourites(person.user).await.expect("the store answers");
    models.into_iter().map(|model| model.0).collect()
}
