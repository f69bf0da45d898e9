//! Counts over all people: of few they are exact, of very many they are what was counted last.

use std::sync::Arc;

use domain::broadcast::Segment;
use domain::campaign::{Campaign, origin};
use domain::ports::{Outreach, Person, PersonChange};
use storage::conformance::{Backend, World};
use storage::on_both_databases;
use storage::testing::TestDatabase;

on_both_databases! {
    of_few_people_counts_are_exact_whatever_is_kept
    of_very_many_people_counts_are_those_that_are_kept
}

/// Three people, one of them by a campaign.
async fn with_people(database: &Arc<TestDatabase>) -> World {
    let backend: Arc<dyn Backend> = Arc::<TestDatabase>::clone(database);
    let world = World::new(backend);
    let mut change = world.change();
    change.campaigns.push(Campaign { name: "autumn".to_owned(), note: None, created_at: world.now() });
    world.committed(&change).await;
    for by in [Some(origin("autumn")), None, None] {
        join(&world, by).await;
    }
    world
}

async fn join(world: &World, origin: Option<String>) {
    let mut change = world.change();
    change.person = Some(PersonChange::Create(Person { origin, ..world.stranger() }));
    world.committed(&change).await;
}

async fn counts(database: &TestDatabase, world: &World) -> (u64, u64) {
    let store = database.store();
    let everybody = store.audience(Segment::Everybody, world.now()).await.expect("the store answers");
    let campaign = store.campaign("autumn").await.expect("the store answers").expect("it is there");
    (everybody, campaign.came)
}

async fn of_few_people_counts_are_exact_whatever_is_kept(database: Arc<TestDatabase>) {
    let world = with_people(&database).await;
    database.store().recount(world.now()).await.expect("the store answers");
    assert_eq!(counts(&database, &world).await, (3, 1));
    join(&world, Some(origin("autumn"))).await;
    assert_eq!(counts(&database, &world).await, (4, 2));
}

async fn of_very_many_people_counts_are_those_that_are_kept(database: Arc<TestDatabase>) {
    let world = with_people(&database).await;
    database.store().recount(world.now()).await.expect("the store answers");
    let many = r#"UPDATE kept_counts SET figures = '{"people":50000}' WHERE name = 'segment/everybody'"#;
    database.execute(many).await;
    let kept = r#"UPDATE kept_counts SET figures = '{"people":700,"ordered":5,"paid":2,"income":900}' WHERE name = 'campaign/autumn'"#;
    database.execute(kept).await;
    assert_eq!(counts(&database, &world).await, (50_000, 700));
    // Who is counted anew is known at once; a campaign of which nothing is kept is counted.
    let mut change = world.change();
    change.campaigns.push(Campaign { name: "winter".to_owned(), note: None, created_at: world.now() });
    world.committed(&change).await;
    join(&world, Some(origin("winter"))).await;
    let page = database.store().campaigns(0, 10).await.expect("the store answers");
    let came: Vec<_> = page.iter().map(|figures| (figures.campaign.name.as_str(), figures.came)).collect();
    assert_eq!(came.len(), 2);
    assert!(came.contains(&("winter", 1)) && came.contains(&("autumn", 700)), "{came:?}");
    database.store().recount(world.now()).await.expect("the store answers");
    assert_eq!(counts(&database, &world).await, (4, 1));
}
