//! The tables as diesel sees them, the same for both backends. What the columns mean stands in `migrations/`.

mod desk;

pub(crate) use desk::*;

diesel::table! {
    users (id) {
        id -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    people (chat_id) {
        chat_id -> BigInt,
        user_id -> Binary,
        first_name -> Text,
        username -> Nullable<Text>,
        language -> Text,
        gone -> Bool,
        created_at -> BigInt,
        silent -> Bool,
        news -> Bool,
        origin -> Nullable<Text>,
        blocked -> Bool,
        name_key -> Nullable<Text>,
        username_key -> Nullable<Text>,
    }
}

diesel::table! {
    conversations (user_id) {
        user_id -> Binary,
        version -> BigInt,
        body -> Text,
        window_message -> Nullable<BigInt>,
        seen_at -> BigInt,
    }
}

diesel::table! {
    input_files (id) {
        id -> Binary,
        user_id -> Binary,
        source -> Text,
        state -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    favourites (user_id, model) {
        user_id -> Binary,
        model -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    traces (hash) {
        hash -> Binary,
        at -> BigInt,
    }
}

diesel::table! {
    operations (id) {
        id -> Binary,
        cause_group -> Text,
        cause_key -> Text,
        hash -> Binary,
        name -> Text,
        user_id -> Nullable<Binary>,
        unit -> Text,
        posted -> BigInt,
        reserved -> BigInt,
        reason -> Nullable<Text>,
        actor -> Nullable<Text>,
        place -> BigInt,
        at -> BigInt,
        generation_id -> Nullable<Binary>,
    }
}

diesel::table! {
    transfers (id) {
        id -> Binary,
        operation_id -> Binary,
        debit -> Text,
        credit -> Text,
        unit -> Text,
        amount -> BigInt,
        phase -> Text,
        resolves -> Nullable<Binary>,
        at -> BigInt,
    }
}

diesel::table! {
    holds (id) {
        id -> Binary,
        user_id -> Binary,
        unit -> Text,
        amount -> BigInt,
        purpose -> Text,
        generation_id -> Nullable<Binary>,
        provider -> Nullable<Text>,
        payment -> Nullable<Text>,
        state -> Text,
        captured -> BigInt,
        refunded -> BigInt,
    }
}

diesel::table! {
    payments (provider, payment) {
        provider -> Text,
        payment -> Text,
        user_id -> Binary,
        amount -> BigInt,
        native_amount -> BigInt,
        native_currency -> Text,
        at -> BigInt,
        refunded -> Bool,
    }
}

diesel::table! {
    receivables (user_id) {
        user_id -> Binary,
        amount -> BigInt,
    }
}

diesel::table! {
    wallets (user_id, unit) {
        user_id -> Binary,
        unit -> Text,
        posted -> BigInt,
        reserved -> BigInt,
    }
}

diesel::table! {
    generations (id) {
        id -> Binary,
        user_id -> Binary,
        chat_id -> BigInt,
        model -> Text,
        inputs -> Text,
        quote -> Text,
        price -> BigInt,
        hold_id -> Binary,
        token -> Text,
        state -> Text,
        facts -> Text,
        since -> BigInt,
        created_at -> BigInt,
        relinked -> Bool,
        progress_message -> Nullable<BigInt>,
        task_id -> Nullable<Text>,
        made_from -> Nullable<Binary>,
        family -> Text,
        paid_by -> Text,
        free_day -> Nullable<BigInt>,
        free_hour -> Nullable<BigInt>,
        trial -> Bool,
    }
}

diesel::table! {
    free_uses (user_id, kind, begins_at, model) {
        user_id -> Binary,
        kind -> Text,
        begins_at -> BigInt,
        model -> Text,
        uses -> BigInt,
    }
}

diesel::table! {
    promo_codes (code) {
        code -> Text,
        gift_unit -> Text,
        gift -> BigInt,
        total_max -> BigInt,
        per_user_max -> BigInt,
        expires_at -> Nullable<BigInt>,
        created_at -> BigInt,
        used -> BigInt,
    }
}

diesel::table! {
    promo_uses (code, user_id) {
        code -> Text,
        user_id -> Binary,
        uses -> BigInt,
    }
}

diesel::table! {
    referrals (invited) {
        invited -> Binary,
        inviter -> Binary,
        at -> BigInt,
        rewarded_at -> Nullable<BigInt>,
        reward_day -> Nullable<BigInt>,
    }
}

diesel::table! {
    referral_days (inviter, day) {
        inviter -> Binary,
        day -> BigInt,
        rewards -> BigInt,
    }
}

diesel::table! {
    successes (generation_id) {
        generation_id -> Binary,
        model -> Text,
        metered -> Bool,
        cost_credits -> Nullable<BigInt>,
        took_ms -> BigInt,
        at -> BigInt,
        quoted_credits -> Nullable<BigInt>,
        earned -> Nullable<BigInt>,
        cost -> Nullable<BigInt>,
    }
}

diesel::table! {
    stops (model) {
        model -> Text,
        reason -> Text,
        at -> BigInt,
        resumed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    invoices (id) {
        id -> Binary,
        user_id -> Binary,
        provider -> Text,
        amount -> BigInt,
        native_amount -> BigInt,
        native_currency -> Text,
        state -> Text,
        facts -> Text,
        external -> Nullable<Text>,
        receipt_hash -> Nullable<Text>,
        payment -> Nullable<Text>,
        credited -> Nullable<BigInt>,
        since -> BigInt,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    paybacks (action) {
        action -> Binary,
        provider -> Text,
        payment -> Text,
        hold_id -> Binary,
        reason -> Text,
        actor -> Text,
        at -> BigInt,
        ended -> Nullable<Text>,
        detail -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    provider_records (provider, payment, is_refund) {
        provider -> Text,
        payment -> Text,
        is_refund -> Bool,
        native_amount -> BigInt,
        native_currency -> Text,
        payer -> Nullable<BigInt>,
        payload -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    reconciliations (provider) {
        provider -> Text,
        asked_at -> BigInt,
    }
}

diesel::table! {
    exchange_rates (place) {
        place -> Text,
        rate -> BigInt,
        date -> Text,
        read_at -> BigInt,
    }
}

diesel::table! {
    first_steps (user_id, step) {
        user_id -> Binary,
        step -> Text,
        came_at -> BigInt,
    }
}

diesel::table! {
    orphans (generation_id) {
        generation_id -> Binary,
        task_id -> Nullable<Text>,
        late_results -> Nullable<Text>,
        reason -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    jobs (kind, subject) {
        kind -> Text,
        subject -> Binary,
        run_at -> BigInt,
        again_at -> Nullable<BigInt>,
        lease_owner -> Nullable<Text>,
        lease_until -> Nullable<BigInt>,
        fence -> BigInt,
        revision -> BigInt,
        attempts -> BigInt,
        turn_at -> BigInt,
        again_turn_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    receptions (bot) {
        bot -> BigInt,
        address -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    singletons (name) {
        name -> Text,
        owner -> Text,
        until -> BigInt,
    }
}

diesel::table! {
    message_numbers (user_id) {
        user_id -> Binary,
        last -> BigInt,
    }
}

diesel::table! {
    messages (id) {
        id -> Binary,
        user_id -> Binary,
        number -> BigInt,
        generation_id -> Nullable<Binary>,
        body -> Text,
        at -> BigInt,
        ended -> Nullable<Text>,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    message_parts (message_id, part) {
        message_id -> Binary,
        part -> BigInt,
        message_ids -> Nullable<Text>,
        files -> Nullable<Text>,
        refused_reason -> Nullable<Text>,
        at -> BigInt,
    }
}

diesel::table! {
    updates (bot, update_id) {
        bot -> BigInt,
        update_id -> BigInt,
        tries -> BigInt,
        at -> BigInt,
    }
}

diesel::table! {
    dead_updates (bot, digest) {
        bot -> BigInt,
        digest -> Binary,
        update_id -> Nullable<BigInt>,
        body -> Binary,
        reason -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    keepsakes (name) {
        name -> Text,
        value -> Binary,
    }
}

diesel::allow_tables_to_appear_in_same_query!(people, conversations, wallets);
diesel::allow_tables_to_appear_in_same_query!(messages, message_parts, people);
diesel::allow_tables_to_appear_in_same_query!(updates, dead_updates);
diesel::allow_tables_to_appear_in_same_query!(generations, jobs);
diesel::allow_tables_to_appear_in_same_query!(provider_records, payments);
diesel::allow_tables_to_appear_in_same_query!(provider_records, people);
diesel::allow_tables_to_appear_in_same_query!(provider_records, reconciliations);
diesel::allow_tables_to_appear_in_same_query!(successes, stops);
diesel::allow_tables_to_appear_in_same_query!(promo_codes, promo_uses);
diesel::allow_tables_to_appear_in_same_query!(people, broadcast_targets);
diesel::allow_tables_to_appear_in_same_query!(people, generations);
diesel::allow_tables_to_appear_in_same_query!(people, payments);
