//! The owner's desk: staff, settings, approvals, blocks, and the log of who did what.

use domain::ids::ChatId;
use domain::money::Money;
use domain::ports::{
    ApprovalChange, AuditLogQuery, BlockChange, ChangeSet, Commit, PersonChange, SettingChange, StaffChange,
};
use domain::staff::{Actor, Approval, ApprovalEnd, AuditEntry, Deed, Role, Setting, StaffMember, Standing};

use super::World;
use super::world::{refusal, short};

const BOSS: Actor = Actor { chat: ChatId(900), role: Role::Owner, standing: Standing::Configured };
const HAND: Actor = Actor { chat: ChatId(901), role: Role::Manager, standing: Standing::Appointed };

/// The last role counts; who is dismissed is gone, and can be dismissed once.
pub async fn staff_is_appointed_and_dismissed(world: &World) {
    let office = world.office();
    assert_eq!(office.staff().await.expect("an answer"), []);
    for (chat, role) in [(7, Role::Support), (5, Role::Owner), (7, Role::Manager)] {
        world.committed(&staff(world, StaffChange::Appoint { chat: ChatId(chat), role })).await;
    }
    let of = |member: &StaffMember| (member.chat.0, member.role);
    let known = office.staff().await.expect("an answer");
    assert_eq!(known.iter().map(of).collect::<Vec<_>>(), [(5, Role::Owner), (7, Role::Manager)]);
    world.committed(&staff(world, StaffChange::Dismiss(ChatId(5)))).await;
    assert_eq!(world.commit(&staff(world, StaffChange::Dismiss(ChatId(5)))).await, Commit::VersionConflict);
    assert_eq!(office.staff().await.expect("an answer").len(), 1);
}

/// Who was dismissed, or has another role by now, does nothing more, whatever they saw on their screen.
pub async fn a_dismissed_actor_does_nothing(world: &World) {
    let person = world.person().await;
    let act = |actor: Actor| {
        let mut change = world.change();
        change.blocks.push(BlockChange { user: person.user, on: true });
        change.audit_log.push(entry(world, actor, Deed::Block, "somebody"));
        change
    };
    assert_eq!(world.commit(&act(HAND)).await, Commit::VersionConflict, "nobody appointed them");
    world.committed(&staff(world, StaffChange::Appoint { chat: HAND.chat, role: Role::Support })).await;
    assert_eq!(world.commit(&act(HAND)).await, Commit::VersionConflict, "their role is another one");
    world.committed(&staff(world, StaffChange::Appoint { chat: HAND.chat, role: Role::Manager })).await;
    world.committed(&staff(world, StaffChange::Dismiss(HAND.chat))).await;
    assert_eq!(world.commit(&act(HAND)).await, Commit::VersionConflict, "they were dismissed");
    assert_eq!(world.office().audit_log(all()).await.expect("an answer"), []);
    assert!(!world.session(&person).await.person.blocked);
    world.committed(&act(BOSS)).await;
    assert!(world.session(&person).await.person.blocked);
}

/// Newest first, by page, by subject, by actor; whole, and the same entry once.
pub async fn the_audit_log_says_who_did_what(world: &World) {
    world.committed(&staff(world, StaffChange::Appoint { chat: HAND.chat, role: Role::Manager })).await;
    let mut written = Vec::new();
    for (actor, deed, subject) in [
        (BOSS, Deed::StopModel, "a model"),
        (HAND, Deed::SellModel, "a model"),
        (BOSS, Deed::Set, "markup"),
        (HAND, Deed::StopModel, "another model"),
    ] {
        let mut change = world.change();
        let whole = AuditEntry {
            before: Some("old".to_owned()),
            after: (deed != Deed::Set).then(|| "новое".to_owned()),
            reason: Some("because".to_owned()),
            at: change.at,
            ..entry(world, actor, deed, subject)
        };
        change.audit_log.push(whole.clone());
        world.committed(&change).await;
        world.committed(&change).await;
        written.insert(0, whole);
    }
    let office = world.office();
    let read = async |query| office.audit_log(query).await.expect("an answer");
    assert_eq!(read(all()).await, written);
    assert_eq!(read(AuditLogQuery { skip: 1, limit: 2, ..all() }).await, written[1..3]);
    let of_a_model = AuditLogQuery { subject: Some("a model".to_owned()), ..all() };
    assert_eq!(read(of_a_model).await, written[2..]);
    let by_hand = read(AuditLogQuery { by: Some(HAND.chat), ..all() }).await;
    assert_eq!(by_hand, [written[0].clone(), written[2].clone()]);
}

/// Nobody rewrites what was done: the database itself refuses.
pub async fn the_audit_log_is_immutable(world: &World) {
    let mut change = world.change();
    change.audit_log.push(entry(world, BOSS, Deed::Set, "markup"));
    world.committed(&change).await;
    for sql in ["UPDATE audit_log SET actor = 1", "DELETE FROM audit_log"] {
        let Some(words) = world.refusal_of_raw(sql).await else { return };
        assert!(words.contains("immutable"), "{sql}: {words}");
    }
}

/// A setting is changed by whoever saw its last version; it can go back to the configuration's.
pub async fn a_setting_has_versions(world: &World) {
    let set = |expected, value: Option<&str>| {
        let mut change = world.change();
        let value = value.map(str::to_owned);
        change.settings.push(SettingChange { name: "markup".to_owned(), expected, value });
        change
    };
    assert_eq!(world.commit(&set(1, Some("2"))).await, Commit::VersionConflict, "it was never set");
    world.committed(&set(0, Some("\"2.5\""))).await;
    assert_eq!(world.commit(&set(0, Some("3"))).await, Commit::VersionConflict, "somebody was quicker");
    world.committed(&set(1, Some("\"3\""))).await;
    world.committed(&set(2, None)).await;
    let change = set(3, Some("\"4\""));
    world.committed(&change).await;
    let wanted = Setting { name: "markup".to_owned(), value: Some("\"4\"".to_owned()), version: 4, at: change.at };
    assert_eq!(world.office().settings().await.expect("an answer"), [wanted]);
    world.committed(&set(4, None)).await;
    assert_eq!(world.office().settings().await.expect("an answer")[0].value, None);
}

/// Of many who saw the same version one sets it.
pub async fn one_of_parallel_settings_wins(world: &World) {
    let changes: Vec<ChangeSet> = (0..10)
        .map(|number| {
            let mut change = world.change();
            let value = Some(number.to_string());
            change.settings.push(SettingChange { name: "markup".to_owned(), expected: 0, value });
            change
        })
        .collect();
    let commits = world.parallel(changes).await;
    let won = commits.iter().filter(|commit| **commit == Commit::Committed).count();
    assert_eq!(won, 1, "{commits:?}");
    assert_eq!(world.office().settings().await.expect("an answer")[0].version, 1);
}

/// Another owner decides, once; who asked never does.
pub async fn a_large_credit_waits_for_another_owner(world: &World) {
    let person = world.person().await;
    let mut ask = world.change();
    let approval = Approval {
        id: world.action(),
        by: BOSS.chat,
        user: person.user,
        amount: Money::from_kopecks(5_000_000),
        reason: "a prize".to_owned(),
        at: ask.at,
        end: None,
    };
    ask.approvals.push(ApprovalChange::Ask(approval.clone()));
    world.committed(&ask).await;
    let office = world.office();
    assert_eq!(office.waiting_approvals(ask.at, 9).await.expect("an answer"), std::slice::from_ref(&approval));
    let later = ask.at + std::time::Duration::from_micros(1);
    assert_eq!(office.waiting_approvals(later, 9).await.expect("an answer"), [], "too old by then");
    let decide = |by: i64, granted| {
        let mut change = world.change();
        change.approvals.push(ApprovalChange::Decide { id: approval.id, granted, by: ChatId(by) });
        change
    };
    assert_eq!(world.commit(&decide(BOSS.chat.0, true)).await, Commit::VersionConflict, "their own wish");
    let decision = decide(5, false);
    world.committed(&decision).await;
    assert_eq!(world.commit(&decide(6, true)).await, Commit::VersionConflict, "it is decided");
    let end = Some(ApprovalEnd { granted: false, by: ChatId(5), at: decision.at });
    assert_eq!(office.approval(approval.id).await.expect("an answer"), Some(Approval { end, ..approval }));
    assert_eq!(office.waiting_approvals(ask.at, 9).await.expect("an answer"), []);
    let unknown = world.action();
    assert_eq!(office.approval(unknown).await.expect("an answer"), None);
}

/// What a person's own update tells never lets them in again.
pub async fn a_block_outlives_the_persons_own_updates(world: &World) {
    let person = world.person().await;
    let block = |on| {
        let mut change = world.change();
        change.blocks.push(BlockChange { user: person.user, on });
        change
    };
    assert_eq!(world.commit(&block(false)).await, Commit::VersionConflict, "they are not shut out");
    world.committed(&block(true)).await;
    assert_eq!(world.commit(&block(true)).await, Commit::VersionConflict, "they are already");
    let mut update = world.change();
    update.person =
        Some(PersonChange::Update(domain::ports::Person { first_name: "New".to_owned(), ..person.clone() }));
    world.committed(&update).await;
    let session = world.session(&person).await;
    assert_eq!((session.person.first_name.as_str(), session.person.blocked), ("New", true));
    world.committed(&block(false)).await;
    assert!(!world.session(&person).await.person.blocked);
}

/// The ledger's refusal takes everything of the desk with it.
pub async fn a_refused_change_set_leaves_the_desk_alone(world: &World) {
    let person = world.person().await;
    let mut change = world.change();
    change.staff.push(StaffChange::Appoint { chat: HAND.chat, role: Role::Owner });
    change.settings.push(SettingChange { name: "markup".to_owned(), expected: 0, value: Some("1".to_owned()) });
    change.blocks.push(BlockChange { user: person.user, on: true });
    change.audit_log.push(entry(world, BOSS, Deed::Appoint, "901"));
    change.operations = vec![world.order(&person, 1).reserve];
    assert_eq!(world.commit(&change).await, refusal(short(0, 1)));
    let office = world.office();
    assert_eq!(office.staff().await.expect("an answer"), []);
    assert_eq!(office.settings().await.expect("an answer"), []);
    assert_eq!(office.audit_log(all()).await.expect("an answer"), []);
    assert!(!world.session(&person).await.person.blocked);
}

fn staff(world: &World, change: StaffChange) -> ChangeSet {
    ChangeSet { staff: vec![change], ..world.change() }
}

fn all() -> AuditLogQuery {
    AuditLogQuery { limit: 100, ..AuditLogQuery::default() }
}

fn entry(world: &World, by: Actor, deed: Deed, subject: &str) -> AuditEntry {
    let id = world.action();
    let subject = subject.to_owned();
    AuditEntry { id, by, deed, subject, before: None, after: None, reason: None, at: world.now() }
}
