//! Broadcasts: who is taken, once, and what became of them.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use domain::broadcast::{
    ACTIVE_WITHIN, Broadcast, BroadcastEvent, BroadcastState, Content, Figures, Outcome, Segment, Target,
};
use domain::ids::{BroadcastId, UserId};
use domain::ports::{BlockChange, BroadcastChange, ChangeSet, Commit, Person, PersonChange, Trace};
use domain::screen::Language;

use super::World;
use super::world::{commit_through, count, refusal, short};

/// Every field comes back, the last written first; absence is no error.
pub async fn a_broadcast_comes_back_in_every_state(world: &World) {
    let outreach = world.outreach();
    assert_eq!(outreach.broadcasts(0, 9).await.expect("an answer"), []);
    let first = written(world, Some("file")).await;
    assert_eq!(found(world, first.id).await, first);
    let aim = BroadcastChange::Aim { id: first.id, segment: Segment::Language(Language::En), audience: 7 };
    world.committed(&of(world, aim.clone())).await;
    let aimed = Broadcast { segment: Segment::Language(Language::En), audience: 7, ..first.clone() };
    assert_eq!(found(world, first.id).await, aimed);
    let second = written(world, None).await;
    assert_eq!(outreach.broadcasts(0, 9).await.expect("an answer"), [second.clone(), aimed.clone()]);
    assert_eq!(outreach.broadcasts(1, 1).await.expect("an answer"), std::slice::from_ref(&aimed));
    let start = step(world, first.id, BroadcastEvent::Start);
    world.committed(&start).await;
    assert_eq!(world.commit(&of(world, aim)).await, Commit::VersionConflict, "it is no draft any more");
    let sending = Broadcast { state: BroadcastState::Sending, started_at: Some(start.at), ..aimed };
    assert_eq!(found(world, first.id).await, sending);
    let end = step(world, first.id, BroadcastEvent::Cancel);
    world.committed(&end).await;
    let ended = Broadcast { state: BroadcastState::Cancelled, ended_at: Some(end.at), ..sending };
    assert_eq!(found(world, first.id).await, ended);
    let unknown = BroadcastId::ordered(&world.clock, &world.ids);
    assert_eq!(outreach.broadcast(unknown).await.expect("an answer"), None);
    assert_eq!(world.commit(&step(world, unknown, BroadcastEvent::Start)).await, Commit::VersionConflict);
    let again = BroadcastChange::Create(second);
    assert_eq!(world.commit(&of(world, again)).await, Commit::VersionConflict, "the id is taken");
}

/// What the state machine refuses is a conflict.
pub async fn each_step_needs_its_state(world: &World) {
    for state in BroadcastState::ALL {
        for event in BroadcastEvent::ALL {
            let id = written(world, None).await.id;
            let way: &[BroadcastEvent] = match state {
                BroadcastState::Draft => &[],
                BroadcastState::Sending => &[BroadcastEvent::Start],
                BroadcastState::Paused => &[BroadcastEvent::Start, BroadcastEvent::Pause],
                BroadcastState::Done => &[BroadcastEvent::Start, BroadcastEvent::Finish],
                BroadcastState::Cancelled => &[BroadcastEvent::Cancel],
            };
            for event in way {
                world.committed(&step(world, id, *event)).await;
            }
            assert_eq!(found(world, id).await.state, state);
            let answer = world.commit(&step(world, id, event)).await;
            match state.after(event) {
                Some(after) => {
                    assert_eq!(
                        (answer, found(world, id).await.state),
                        (Commit::Committed, after),
                        "{state:?} {event:?}"
                    );
                }
                None => assert_eq!(answer, Commit::VersionConflict, "{state:?} {event:?}"),
            }
            if !found(world, id).await.state.is_over() {
                world.committed(&step(world, id, BroadcastEvent::Cancel)).await;
            }
        }
    }
}

/// Two at once would break the pace: of parallel starts one wins, and a pause lets the next one begin.
pub async fn one_broadcast_is_sent_at_a_time(world: &World) {
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(written(world, None).await.id);
    }
    let starts = ids.iter().map(|id| step(world, *id, BroadcastEvent::Start)).collect();
    let answers = world.parallel(starts).await;
    assert_eq!((count(&answers, &Commit::Committed), count(&answers, &Commit::VersionConflict)), (1, 4));
    let winner = ids[answers.iter().position(|answer| *answer == Commit::Committed).expect("one won")];
    let other = *ids.iter().find(|id| **id != winner).expect("there are others");
    let outreach = world.outreach();
    assert_eq!(outreach.sending().await.expect("an answer"), Some(winner));
    world.committed(&step(world, winner, BroadcastEvent::Pause)).await;
    assert_eq!(outreach.sending().await.expect("an answer"), None);
    world.committed(&step(world, other, BroadcastEvent::Start)).await;
    assert_eq!(world.commit(&step(world, winner, BroadcastEvent::Resume)).await, Commit::VersionConflict);
}

/// Only people who want news, are there, and are not shut out; by what they did.
pub async fn segments_hold_whom_they_say(world: &World) {
    let old = world.person().await;
    let ordered = world.funded(100).await;
    let english = Person { language: Language::En, ..world.stranger() };
    create(world, &english).await;
    for person in [Person { gone: true, ..world.stranger() }, Person { news: false, ..world.stranger() }] {
        create(world, &person).await;
    }
    let shut_out = world.person().await;
    let mut block = world.change();
    block.blocks.push(BlockChange { user: shut_out.user, on: true });
    world.committed(&block).await;
    world.clock.advance(ACTIVE_WITHIN + Duration::from_secs(60));
    world.ordered(&ordered, 1).await;
    let young = world.person().await;
    let payer = world.funded(100).await;
    let of = |people: &[&Person]| people.iter().map(|person| person.user).collect::<BTreeSet<_>>();
    let table = [
        (Segment::Everybody, of(&[&old, &ordered, &english, &young, &payer])),
        (Segment::Active, of(&[&ordered, &young, &payer])),
        (Segment::Paid, of(&[&ordered, &payer])),
        (Segment::NeverPaid, of(&[&old, &english, &young])),
        (Segment::Language(Language::Ru), of(&[&old, &ordered, &young, &payer])),
        (Segment::Language(Language::En), of(&[&english])),
    ];
    for (segment, wanted) in table {
        let id = written(world, None).await.id;
        let mut start = step(world, id, BroadcastEvent::Start);
        start.broadcasts.insert(0, BroadcastChange::Aim { id, segment, audience: 0 });
        world.committed(&start).await;
        let counted = world.outreach().audience(segment, start.at).await.expect("an answer");
        assert_eq!(counted, u64::try_from(wanted.len()).expect("a few"), "{segment:?}");
        let next: Vec<UserId> = next(world, id, 99).await.iter().map(|target| target.user).collect();
        assert!(next.is_sorted(), "{segment:?}");
        assert_eq!(next.into_iter().collect::<BTreeSet<_>>(), wanted, "{segment:?}");
        world.committed(&step(world, id, BroadcastEvent::Cancel)).await;
    }
    let target = |person: &Person| Target {
        user: person.user,
        chat: person.chat,
        language: person.language,
        silent: person.silent,
    };
    let id = written(world, None).await.id;
    assert_eq!(next(world, id, 9).await, [], "it has not started");
    let mut start = step(world, id, BroadcastEvent::Start);
    start.broadcasts.insert(0, BroadcastChange::Aim { id, segment: Segment::Language(Language::En), audience: 1 });
    world.committed(&start).await;
    assert_eq!(next(world, id, 9).await, [target(&english)]);
}

/// Taking moves the cursor and counts; whoever looked at another cursor, or takes somebody again, takes nobody.
pub async fn somebody_is_taken_once(world: &World) {
    let id = crowd(world, 5).await;
    let all = next(world, id, 9).await;
    let take = |after: Option<UserId>, from: usize, to: usize| {
        let users = all[from..to].iter().map(|target| target.user).collect();
        of(world, BroadcastChange::Take { id, after, users })
    };
    let second = Some(all[1].user);
    assert_eq!(world.commit(&take(second, 2, 3)).await, Commit::VersionConflict, "the cursor is not there yet");
    world.committed(&take(None, 0, 2)).await;
    assert_eq!(world.commit(&take(None, 0, 2)).await, Commit::VersionConflict, "the cursor has moved");
    assert_eq!(world.commit(&take(second, 1, 3)).await, Commit::VersionConflict, "one of them was taken");
    let now = found(world, id).await;
    assert_eq!((now.cursor, now.figures), (second, Figures { taken: 2, ..Figures::default() }));
    assert_eq!(next(world, id, 2).await, all[2..4]);
    world.committed(&step(world, id, BroadcastEvent::Pause)).await;
    assert_eq!(world.commit(&take(second, 2, 3)).await, Commit::VersionConflict, "it stands still");
    world.committed(&step(world, id, BroadcastEvent::Resume)).await;
    world.committed(&take(second, 2, 5)).await;
    assert_eq!(next(world, id, 9).await, []);
}

/// Without any claim between them: four race for the same people, and each person is taken by one of them.
pub async fn parallel_takers_never_take_the_same_person(world: &World) {
    let id = crowd(world, 40).await;
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (store, outreach, at) = (Arc::clone(&world.store), world.outreach(), world.now());
            tokio::spawn(async move {
                let mut taken = Vec::new();
                loop {
                    let broadcast = outreach.broadcast(id).await.expect("an answer").expect("it stands");
                    let targets = outreach.next_targets(&broadcast, 3).await.expect("an answer");
                    let users: Vec<UserId> = targets.iter().map(|target| target.user).collect();
                    if users.is_empty() {
                        return taken;
                    }
                    let mut change = ChangeSet::new(at);
                    let after = broadcast.cursor;
                    change.broadcasts.push(BroadcastChange::Take { id, after, users: users.clone() });
                    match commit_through(store.as_ref(), &change).await {
                        Commit::Committed => taken.extend(users),
                        Commit::VersionConflict => {}
                        other => panic!("{other:?}"),
                    }
                }
            })
        })
        .collect();
    let mut taken = Vec::new();
    for worker in workers {
        taken.extend(worker.await.expect("it does not panic"));
    }
    let each: BTreeSet<_> = taken.iter().collect();
    assert_eq!((taken.len(), each.len(), found(world, id).await.figures.taken), (40, 40, 40));
}

/// Outcomes are counted once; who blocked the bot is gone; who has an outcome keeps it.
pub async fn outcomes_are_noted_once(world: &World) {
    let id = crowd(world, 5).await;
    let users = taken(world, id).await;
    let outcomes: Vec<_> = users.iter().copied().zip(Outcome::ALL).collect();
    let note = of(world, BroadcastChange::Note { id, outcomes });
    world.committed(&note).await;
    world.committed(&note).await;
    let figures = Figures { taken: 5, sent: 1, blocked: 1, failed: 1, unknown: 1 };
    assert_eq!(found(world, id).await.figures, figures);
    for (user, gone) in users.iter().zip([false, true, false, false, false]) {
        let session = world.store.session_of(*user).await.expect("an answer").expect("they are there");
        assert_eq!(session.person.gone, gone);
    }
    world.committed(&of(world, BroadcastChange::Lose(id))).await;
    world.committed(&of(world, BroadcastChange::Lose(id))).await;
    let lost = Figures { unknown: 2, ..figures };
    assert_eq!(found(world, id).await.figures, lost);
    let late = BroadcastChange::Note { id, outcomes: vec![(users[4], Outcome::Sent)] };
    world.committed(&of(world, late)).await;
    assert_eq!(found(world, id).await.figures, lost, "who was lost stays so");
    assert_eq!(next(world, id, 9).await, [], "and is not next again");
}

/// Who was surely not sent to is next again, and nobody else.
pub async fn who_was_not_tried_is_next_again(world: &World) {
    let id = crowd(world, 4).await;
    let users = taken(world, id).await;
    let mut change =
        of(world, BroadcastChange::Note { id, outcomes: vec![(users[0], Outcome::Sent), (users[2], Outcome::Sent)] });
    change.broadcasts.push(BroadcastChange::Return { id, users: users[1..].to_vec(), after: None });
    world.committed(&change).await;
    let figures = Figures { taken: 2, sent: 2, ..Figures::default() };
    let now = found(world, id).await;
    assert_eq!((now.figures, now.cursor), (figures, None));
    let again: Vec<UserId> = next(world, id, 9).await.iter().map(|target| target.user).collect();
    assert_eq!(again, [users[1], users[3]]);
    let take = BroadcastChange::Take { id, after: None, users: again };
    world.committed(&of(world, take)).await;
    assert_eq!(found(world, id).await.figures, Figures { taken: 4, sent: 2, ..Figures::default() });
}

/// Newcomers get nothing of what began before them; who goes, or wants no news any more, is not taken, even by somebody who saw them before.
pub async fn people_may_come_and_go_meanwhile(world: &World) {
    let id = crowd(world, 6).await;
    let seen = next(world, id, 9).await;
    // Of a later moment than the start.
    world.clock.advance(Duration::from_millis(1));
    let late = world.person().await;
    let person = async |user| world.store.session_of(user).await.expect("an answer").expect("they are there").person;
    let mut change = world.change();
    change.person = Some(PersonChange::Update(Person { news: false, ..person(seen[0].user).await }));
    world.committed(&change).await;
    let mut change = world.change();
    change.person = Some(PersonChange::Forget { user: seen[1].user, trace: Trace([7; 32]) });
    world.committed(&change).await;
    let users = seen.iter().map(|target| target.user).collect();
    let take = BroadcastChange::Take { id, after: None, users };
    assert_eq!(world.commit(&of(world, take)).await, Commit::VersionConflict);
    assert_eq!(found(world, id).await.figures, Figures::default());
    assert_eq!(next(world, id, 9).await, seen[2..]);
    // Whoever returns is somebody new.
    let back = Person { user: UserId::random(&world.ids), created_at: world.now(), ..person(seen[2].user).await };
    let mut change = world.change();
    change.person = Some(PersonChange::Forget { user: seen[2].user, trace: Trace([8; 32]) });
    world.committed(&change).await;
    create(world, &back).await;
    let users = taken(world, id).await;
    assert_eq!(users, seen[3..].iter().map(|target| target.user).collect::<Vec<_>>());
    assert!(!users.contains(&late.user) && !users.contains(&back.user));
    // Who was taken may go before their outcome is noted.
    let mut change = world.change();
    change.person = Some(PersonChange::Forget { user: users[0], trace: Trace([9; 32]) });
    world.committed(&change).await;
    let outcomes = vec![(users[0], Outcome::Blocked), (users[1], Outcome::Sent)];
    world.committed(&of(world, BroadcastChange::Note { id, outcomes })).await;
    assert_eq!(found(world, id).await.figures, Figures { taken: 3, sent: 1, blocked: 1, ..Figures::default() });
}

/// Whom an old broadcast reached is forgotten; its figures stay.
pub async fn old_targets_are_purged(world: &World) {
    let id = crowd(world, 3).await;
    taken(world, id).await;
    world.committed(&of(world, BroadcastChange::Lose(id))).await;
    let purge = async |before| world.store.purge(before, before).await.expect("an answer");
    assert_eq!(purge(world.now() + Duration::from_secs(1)).await, 0, "it is not over");
    let end = step(world, id, BroadcastEvent::Finish);
    world.committed(&end).await;
    let before = found(world, id).await;
    assert_eq!((purge(end.at).await, purge(end.at + Duration::from_micros(1)).await), (0, 3));
    assert_eq!(purge(end.at + Duration::from_micros(1)).await, 0);
    assert_eq!(found(world, id).await, before);
}

/// The ledger's refusal takes everything of a broadcast with it.
pub async fn a_refused_change_set_takes_nobody(world: &World) {
    let id = crowd(world, 3).await;
    let person = world.person().await;
    let users = next(world, id, 9).await.iter().map(|target| target.user).collect();
    let mut change = of(world, BroadcastChange::Take { id, after: None, users });
    change.operations = vec![world.order(&person, 1).reserve];
    assert_eq!(world.commit(&change).await, refusal(short(0, 1)));
    let now = found(world, id).await;
    assert_eq!((now.cursor, now.figures), (None, Figures::default()));
}

/// A broadcast to these, started.
async fn crowd(world: &World, people: u8) -> BroadcastId {
    for _ in 0..people {
        world.person().await;
    }
    let id = written(world, None).await.id;
    world.committed(&step(world, id, BroadcastEvent::Start)).await;
    id
}

/// Takes everybody who is left.
async fn taken(world: &World, id: BroadcastId) -> Vec<UserId> {
    let after = found(world, id).await.cursor;
    let users: Vec<UserId> = next(world, id, 99).await.iter().map(|target| target.user).collect();
    world.committed(&of(world, BroadcastChange::Take { id, after, users: users.clone() })).await;
    users
}

async fn written(world: &World, photo: Option<&str>) -> Broadcast {
    let change = world.change();
    let id = BroadcastId::ordered(&world.clock, &world.ids);
    let content = Content::new("Новости, \"1936\"", photo.map(str::to_owned)).expect("it is short");
    let broadcast = Broadcast::draft(id, content, 3, change.at);
    world.committed(&ChangeSet { broadcasts: vec![BroadcastChange::Create(broadcast.clone())], ..change }).await;
    broadcast
}

async fn create(world: &World, person: &Person) {
    let mut change = world.change();
    change.person = Some(PersonChange::Create(person.clone()));
    world.committed(&change).await;
}

async fn found(world: &World, id: BroadcastId) -> Broadcast {
    world.outreach().broadcast(id).await.expect("an answer").expect("it was written")
}

async fn next(world: &World, id: BroadcastId, limit: u32) -> Vec<Target> {
    let broadcast = found(world, id).await;
    world.outreach().next_targets(&broadcast, limit).await.expect("an answer")
}

fn step(world: &World, id: BroadcastId, event: BroadcastEvent) -> ChangeSet {
    of(world, BroadcastChange::Step { id, event })
}

fn of(world: &World, change: BroadcastChange) -> ChangeSet {
    ChangeSet { broadcasts: vec![change], ..world.change() }
}
