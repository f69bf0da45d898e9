//! The tables behind the owner's desk: who works there, what is set, written, watched and counted.

diesel::table! {
    kept_counts (name) {
        name -> Text,
        figures -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    report_days (begins_at, ends_at) {
        begins_at -> BigInt,
        ends_at -> BigInt,
        new_users -> BigInt,
        paid_in -> BigInt,
        paid_back -> BigInt,
        given -> BigInt,
    }
}

diesel::table! {
    report_models (begins_at, ends_at, model) {
        begins_at -> BigInt,
        ends_at -> BigInt,
        model -> Text,
        ordered -> BigInt,
        succeeded -> BigInt,
        failed -> BigInt,
        cancelled -> BigInt,
        captured -> BigInt,
        refunded -> BigInt,
        cost -> BigInt,
        costless -> BigInt,
        waits -> Text,
    }
}

diesel::table! {
    settings (key) {
        key -> Text,
        value -> Text,
        at -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    staff (chat_id) {
        chat_id -> BigInt,
        role -> Text,
        since -> BigInt,
    }
}

diesel::table! {
    audit_log (id) {
        id -> Binary,
        actor -> BigInt,
        role -> Text,
        standing -> Text,
        deed -> Text,
        subject -> Text,
        before -> Nullable<Text>,
        after -> Nullable<Text>,
        reason -> Nullable<Text>,
        at -> BigInt,
    }
}

diesel::table! {
    approvals (id) {
        id -> Binary,
        asked_by -> BigInt,
        user_id -> Binary,
        amount -> BigInt,
        reason -> Text,
        at -> BigInt,
        granted -> Nullable<Bool>,
        decided_by -> Nullable<BigInt>,
        decided_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    broadcasts (id) {
        id -> Binary,
        text -> Text,
        photo -> Nullable<Text>,
        segment -> Text,
        audience -> BigInt,
        state -> Text,
        cursor_user -> Nullable<Binary>,
        taken -> BigInt,
        sent -> BigInt,
        blocked -> BigInt,
        failed -> BigInt,
        unknown -> BigInt,
        created_at -> BigInt,
        started_at -> Nullable<BigInt>,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    broadcast_targets (broadcast_id, user_id) {
        broadcast_id -> Binary,
        user_id -> Binary,
        outcome -> Nullable<Text>,
    }
}

diesel::table! {
    campaigns (name) {
        name -> Text,
        note -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    audits (at) {
        at -> BigInt,
        took_ms -> BigInt,
        checked -> BigInt,
        findings -> Text,
    }
}

diesel::table! {
    alerts (kind, subject) {
        kind -> Text,
        subject -> Text,
        level -> Text,
        first_at -> BigInt,
        last_at -> BigInt,
        told_at -> Nullable<BigInt>,
        muted_until -> Nullable<BigInt>,
        open -> Bool,
        version -> BigInt,
    }
}

diesel::table! {
    pauses (name) {
        name -> Text,
        reason -> Text,
        since -> BigInt,
        until -> BigInt,
        tries -> BigInt,
        ended_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    rests (model) {
        model -> Text,
        at -> BigInt,
        until -> BigInt,
        repeats -> BigInt,
        failed -> BigInt,
        looked_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    events (id) {
        id -> Binary,
        at -> BigInt,
        level -> SmallInt,
        target -> Text,
        message -> Text,
        fields -> Text,
        correlation -> Nullable<Text>,
        user_id -> Nullable<Text>,
        generation_id -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(broadcasts, broadcast_targets);
