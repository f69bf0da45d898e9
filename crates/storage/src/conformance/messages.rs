//! Durable messages: their order, their parts, their end.

use std::collections::BTreeMap;

use domain::ids::MessageId;
use domain::ports::{Commit, MediaKind, Message, MessageEnd, NewMessage, PartMark, PartOutcome, Person, SentFile};

use super::World;
use super::world::count;

/// Numbers are taken in the order of the change set; the first that has not ended is next, with all its fields.
pub async fn messages_come_in_the_order_of_their_change_set(world: &World) {
    let person = world.funded(100).await;
    let order = world.ordered(&person, 10).await;
    assert_eq!(next(world, &person).await, None);
    let mut change = world.change();
    let result = NewMessage { generation: Some(order.generation.id), ..world.message(&person) };
    change.messages = vec![world.message(&person), result, world.message(&person)];
    world.committed(&change).await;
    let mut later = world.change();
    later.messages.push(world.message(&person));
    world.committed(&later).await;
    for (number, (new, at)) in
        (1..).zip(change.messages.iter().map(|new| (new, change.at)).chain([(&later.messages[0], later.at)]))
    {
        let wanted = Message {
            id: new.id,
            number,
            user: person.user,
            chat: person.chat,
            generation: new.generation,
            body: new.body.clone(),
            parts: Vec::new(),
            at,
        };
        assert_eq!(next(world, &person).await, Some(wanted));
        end(world, new.id, MessageEnd::Sent).await;
    }
    assert_eq!(next(world, &person).await, None);
}

/// Twenty commits at once: twenty numbers, none twice, none left out.
pub async fn numbers_grow_without_gaps_under_parallel_commits(world: &World) {
    let person = world.person().await;
    let changes = (0..20).map(|_| {
        let mut change = world.change();
        change.messages = vec![world.message(&person), world.message(&person)];
        change
    });
    let changes: Vec<_> = changes.collect();
    let pairs: Vec<_> = changes.iter().map(|change| [change.messages[0].id, change.messages[1].id]).collect();
    let answers = world.parallel(changes).await;
    assert_eq!(count(&answers, &Commit::Committed), 20);
    let mut numbers = BTreeMap::new();
    while let Some(message) = next(world, &person).await {
        assert_eq!(numbers.insert(message.id, message.number), None, "{message:?}");
        end(world, message.id, MessageEnd::Sent).await;
    }
    let mut all: Vec<_> = numbers.values().copied().collect();
    all.sort_unstable();
    assert_eq!(all, (1..=40).collect::<Vec<_>>());
    for [first, second] in pairs {
        assert!(numbers[&first] < numbers[&second], "a change set's own order");
    }
}

/// One user's messages do not wait for another's.
pub async fn every_user_counts_from_one(world: &World) {
    let people = [world.person().await, world.person().await];
    let mut change = world.change();
    change.messages = vec![world.message(&people[0]), world.message(&people[1])];
    world.committed(&change).await;
    for (person, new) in people.iter().zip(&change.messages) {
        let message = next(world, person).await.expect("there is one");
        assert_eq!((message.id, message.number, message.chat), (new.id, 1, person.chat));
    }
}

/// Outcomes come back whole, in the order of the parts; the same mark again changes nothing.
pub async fn parts_keep_their_outcomes(world: &World) {
    let person = world.person().await;
    let mut change = world.change();
    change.messages = vec![world.message(&person), world.message(&person)];
    world.committed(&change).await;
    let id = change.messages[0].id;
    let marks = [sent(0, &[10, 11]), refused(1), sent(2, &[])];
    for (at, mark) in [(2, &marks[2]), (0, &marks[0]), (0, &marks[0]), (1, &marks[1])] {
        let mut change = world.change();
        change.parts.push((id, mark.clone()));
        world.committed(&change).await;
        let found = next(world, &person).await.expect("it has not ended").parts;
        assert!(found.contains(&marks[at]), "{found:?}");
    }
    assert_eq!(next(world, &person).await.expect("it has not ended").parts, marks);
    end(world, id, MessageEnd::Sent).await;
    assert_eq!(next(world, &person).await.expect("the second one").parts, []);
}

/// Sent or refused for good: the next one is not blocked, and an end twice is one end.
pub async fn an_ended_message_makes_room_for_the_next(world: &World) {
    let person = world.person().await;
    let mut change = world.change();
    change.messages = (0..4).map(|_| world.message(&person)).collect();
    world.committed(&change).await;
    let ids: Vec<_> = change.messages.iter().map(|new| new.id).collect();
    end(world, ids[2], MessageEnd::Sent).await;
    end(world, ids[0], MessageEnd::Refused).await;
    end(world, ids[0], MessageEnd::Refused).await;
    assert_eq!(next(world, &person).await.map(|message| message.id), Some(ids[1]));
    end(world, ids[1], MessageEnd::Sent).await;
    assert_eq!(next(world, &person).await.map(|message| message.id), Some(ids[3]));
    // A last part and the end may come together.
    let mut change = world.change();
    change.parts.push((ids[3], refused(0)));
    change.ended.push((ids[3], MessageEnd::Refused));
    world.committed(&change).await;
    assert_eq!(next(world, &person).await, None);
}

/// `file_id`s are kept for ever: they are found by the generation long after its message has ended.
pub async fn parts_of_a_result_outlive_the_message(world: &World) {
    let person = world.funded(100).await;
    let (order, other) = (world.succeeded(&person, 10, 10).await, world.succeeded(&person, 10, 10).await);
    let parts = async |id| world.store.result_parts(id).await.expect("the store answers");
    assert_eq!(parts(order.generation.id).await, []);
    let message = NewMessage { generation: Some(order.generation.id), ..world.message(&person) };
    let mut change = world.change();
    change.messages = vec![world.message(&person), message.clone()];
    change.parts = vec![(message.id, sent(1, &[8])), (message.id, sent(0, &[7]))];
    change.ended.push((message.id, MessageEnd::Sent));
    world.committed(&change).await;
    assert_eq!(parts(order.generation.id).await, [sent(0, &[7]), sent(1, &[8])]);
    assert_eq!(parts(other.generation.id).await, []);
}

/// A result may be ready when its user is deleted already: it is kept, and goes to nobody.
pub async fn a_message_to_nobody_is_kept_and_not_sent(world: &World) {
    let nobody = world.stranger();
    let mut change = world.change();
    change.messages.push(world.message(&nobody));
    world.committed(&change).await;
    assert_eq!(next(world, &nobody).await, None);
    end(world, change.messages[0].id, MessageEnd::Refused).await;
}

fn sent(part: i64, message_ids: &[i64]) -> PartMark {
    let file = |id: &i64| SentFile { kind: MediaKind::Photo, file_id: format!("AgAC-\"{id}\"") };
    let files = message_ids.iter().map(file).collect();
    PartMark { part, outcome: PartOutcome::Sent { message_ids: message_ids.to_vec(), files } }
}

fn refused(part: i64) -> PartMark {
    PartMark { part, outcome: PartOutcome::Refused { reason: "Bad Request: wrong file".to_owned() } }
}

async fn next(world: &World, person: &Person) -> Option<Message> {
    world.store.next_message(person.user).await.expect("the store answers")
}

async fn end(world: &World, id: MessageId, end: MessageEnd) {
    let mut change = world.change();
    change.ended.push((id, end));
    world.committed(&change).await;
}
