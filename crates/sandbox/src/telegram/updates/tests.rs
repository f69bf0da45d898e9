//! The queue without a network.

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

fn ids(updates: &[Value]) -> Vec<i64> {
    updates.iter().filter_map(|update| update["update_id"].as_i64()).collect()
}

#[test]
fn polling_confirms_by_offset_and_counts_from_the_end_below_zero() {
    let mut updates = Updates::default();
    let pushed: Vec<i64> = (0..5).map(|_| updates.push(7, "message", json!({}), NOW)).collect();
    let poll = updates.begin_poll().expect("no webhook");
    assert_eq!(ids(&updates.poll(poll, 0, 2, NOW).expect("polls")), pushed[..2]);
    assert_eq!(ids(&updates.poll(poll, pushed[2], 100, NOW).expect("polls")), pushed[2..]);
    assert_eq!(updates.pending_count(), 3);
    assert_eq!(ids(&updates.poll(poll, -1, 100, NOW).expect("polls")), pushed[4..]);
    assert_eq!(updates.view(pushed[3]).map(|view| view.state), Some(UpdateState::Delivered));
    let other = updates.begin_poll().expect("no webhook");
    assert_eq!(updates.poll(poll, 0, 1, NOW).map_err(|refusal| refusal.code), Err(409));
    assert!(updates.poll(other, 0, 1, NOW).is_ok());
}

#[test]
fn updates_die_at_the_age_of_their_kind() {
    for (kind, seconds) in
        [("message", 86_400), ("callback_query", 150), ("pre_checkout_query", 150), ("inline_query", 30)]
    {
        let mut updates = Updates::default();
        let id = updates.push(7, kind, json!({}), NOW);
        let poll = updates.begin_poll().expect("no webhook");
        assert_eq!(updates.poll(poll, 0, 9, NOW + Duration::from_secs(seconds)).expect("polls").len(), 1, "{kind}");
        assert_eq!(updates.poll(poll, 0, 9, NOW + Duration::from_secs(seconds + 1)).expect("polls").len(), 0, "{kind}");
        assert_eq!(updates.view(id).map(|view| view.state), Some(UpdateState::Expired));
    }
}

#[test]
fn a_lane_is_claimed_once_and_given_back_when_the_webhook_changes() {
    let mut updates = Updates::default();
    let webhook =
        || Some(Webhook { url: "u".to_owned(), secret: None, max_connections: 1, slots: Arc::new(Semaphore::new(1)) });
    updates.set_webhook(webhook());
    let first = updates.push(7, "message", json!({}), NOW);
    let second = updates.push(7, "message", json!({}), NOW);
    updates.push(8, "message", json!({}), NOW);
    let claimed = updates.claim_ready();
    assert_eq!(claimed.len(), 2);
    assert_eq!(updates.claim_ready(), []);
    let (lane, generation) = claimed.into_iter().find(|(lane, _)| lane.0 == 7).expect("lane of 7");
    let (job, _) = updates.next_job(&lane, generation, NOW).expect("a job");
    assert_eq!(job.update_id, first);
    updates.attempted(first, Err("500".to_owned()), NOW);
    assert_eq!(
        updates.next_job(&lane, generation, NOW).map(|(job, _)| (job.update_id, job.failures)),
        Some((first, 1))
    );
    updates.attempted(first, Ok(()), NOW);
    updates.set_webhook(webhook());
    assert!(updates.next_job(&lane, generation, NOW).is_none());
    let claimed = updates.claim_ready();
    assert_eq!(claimed.len(), 1);
    assert_eq!(updates.next_job(&claimed[0].0, claimed[0].1, NOW).map(|(job, _)| job.update_id), Some(second));
}

#[test]
fn unwanted_and_lost_kinds_are_never_queued() {
    let mut updates = Updates::default();
    let state = |updates: &Updates, id| updates.view(id).map(|view| view.state);
    let id = updates.push(7, "chat_member", json!({}), NOW);
    assert_eq!(state(&updates, id), Some(UpdateState::NotAllowed));
    updates.allow(Some(vec!["message".to_owned()]));
    updates.allow(None);
    let id = updates.push(7, "callback_query", json!({}), NOW);
    assert_eq!(state(&updates, id), Some(UpdateState::NotAllowed));
    updates.lose_next("message", 1);
    let id = updates.push(7, "message", json!({}), NOW);
    assert_eq!(state(&updates, id), Some(UpdateState::Lost));
    assert!(updates.again(id, NOW));
    assert!(!updates.again(id, NOW));
    assert_eq!(state(&updates, id), Some(UpdateState::Pending));
}

#[test]
fn a_number_that_comes_again_waits_once() {
    let mut updates = Updates::default();
    updates.push_raw(json!({"update_id": 5, "message": {"chat": {"id": 7}}}), NOW);
    updates.push_raw(json!({"update_id": 5, "callback_query": {"from": {"id": 7}}}), NOW);
    assert_eq!(updates.pending_count(), 1);
    assert_eq!(updates.lanes.len(), 1);
    let poll = updates.begin_poll().expect("no webhook");
    let waiting = updates.poll(poll, 0, 9, NOW).expect("polls");
    assert_eq!((waiting.len(), waiting[0].get("message")), (1, None));
}
