//! Campaigns and what came of them; promo codes as the desk lists them.

use domain::campaign::{Campaign, CampaignFigures};
use domain::ids::UserId;
use domain::ledger::{Amount, Operation, Provider};
use domain::money::Money;
use domain::ports::{ChangeSet, Commit, Person, PersonChange, PromoChange, PromoFigures};
use domain::promo::PromoCode;

use super::World;
use super::world::count;

/// The last made first; a name is taken once, also by parallel makers.
pub async fn a_campaign_is_made_once(world: &World) {
    let outreach = world.outreach();
    assert_eq!(outreach.campaigns(0, 9).await.expect("an answer"), []);
    let blog = made(world, "blog", Some("обзор")).await;
    let ads = made(world, "ads", None).await;
    let rows = async |skip, limit| {
        let rows = outreach.campaigns(skip, limit).await.expect("an answer");
        rows.into_iter().map(|row| row.campaign).collect::<Vec<_>>()
    };
    assert_eq!(rows(0, 9).await, [ads.clone(), blog.clone()]);
    assert_eq!(rows(1, 1).await, std::slice::from_ref(&blog));
    let again = ChangeSet { campaigns: vec![Campaign { note: None, ..blog.clone() }], ..world.change() };
    assert_eq!(world.commit(&again).await, Commit::VersionConflict);
    let found = outreach.campaign("blog").await.expect("an answer").expect("it was made");
    assert_eq!(found, CampaignFigures { campaign: blog, came: 0, ordered: 0, paid: 0, income: Money::ZERO });
    assert_eq!(outreach.campaign("nobody").await.expect("an answer"), None);
    let parallel = |_| {
        let change = world.change();
        let new = Campaign { name: "new".to_owned(), note: None, created_at: change.at };
        ChangeSet { campaigns: vec![new], ..change }
    };
    let answers = world.parallel((0..5).map(parallel).collect()).await;
    assert_eq!((count(&answers, &Commit::Committed), count(&answers, &Commit::VersionConflict)), (1, 4));
}

/// Who came, who ordered, who paid and how much; what was paid back counts no more, nor who came by another link.
pub async fn a_campaign_counts_whom_it_brought(world: &World) {
    let blog = made(world, "blog", None).await;
    made(world, "ads", None).await;
    let by = async |origin: Option<&str>| {
        let person = Person { origin: origin.map(str::to_owned), ..world.stranger() };
        let mut change = world.change();
        change.person = Some(PersonChange::Create(person.clone()));
        world.committed(&change).await;
        person
    };
    let pays = async |user: UserId, payment: &str, kopecks: i64| {
        world.applied(super::world::payment(user, payment, kopecks)).await;
    };
    let (looker, buyer, other) = (by(Some("c_blog")).await, by(Some("c_blog")).await, by(Some("c_ads")).await);
    let (friend, fickle) = (by(Some("r_blog")).await, by(Some("c_blog")).await);
    pays(buyer.user, "one", 10_000).await;
    pays(buyer.user, "two", 500).await;
    pays(other.user, "three", 7_000).await;
    pays(friend.user, "four", 1).await;
    pays(fickle.user, "five", 900).await;
    world.applied(paid_back("five")).await;
    world.ordered(&buyer, 5).await;
    world.ordered(&buyer, 6).await;
    let row = CampaignFigures { campaign: blog, came: 3, ordered: 1, paid: 1, income: Money::from_kopecks(10_500) };
    let outreach = world.outreach();
    assert_eq!(outreach.campaign("blog").await.expect("an answer"), Some(row.clone()));
    let rows = outreach.campaigns(0, 9).await.expect("an answer");
    assert_eq!(rows[1], row);
    assert_eq!((rows[0].came, rows[0].ordered, rows[0].paid, rows[0].income.kopecks()), (1, 0, 1, 7_000));
    let mut change = world.change();
    change.person = Some(PersonChange::Forget { user: looker.user, trace: domain::ports::Trace([1; 32]) });
    world.committed(&change).await;
    assert_eq!(outreach.campaign("blog").await.expect("an answer").map(|row| row.came), Some(2));
}

/// The last made first, with their redemptions.
pub async fn promo_codes_are_listed_with_their_uses(world: &World) {
    let person = world.person().await;
    let mut promos = Vec::new();
    for code in ["B", "A", "C"] {
        let change = world.change();
        let promo = PromoCode {
            code: code.to_owned(),
            gift: Amount::runs(2),
            total_max: 5,
            per_user_max: 2,
            expires_at: None,
            created_at: change.at,
        };
        world.committed(&ChangeSet { promos: vec![PromoChange::Create(promo.clone())], ..change }).await;
        promos.insert(0, PromoFigures { promo, used: 0 });
    }
    let mut change = world.change();
    change.promos.push(PromoChange::Redeem { code: "A".to_owned(), user: person.user, nth: 0 });
    let cause = domain::promo::cause("A", person.user, 0);
    let (user, amount) = (person.user, Amount::runs(2));
    let kind = domain::ledger::BonusKind::Promo;
    change.operations.push(world.posting(Operation::Bonus { user, kind, cause, amount }));
    world.committed(&change).await;
    promos[1].used = 1;
    let outreach = world.outreach();
    assert_eq!(outreach.promos(0, 9).await.expect("an answer"), promos);
    assert_eq!(outreach.promos(1, 1).await.expect("an answer"), promos[1..2]);
}

async fn made(world: &World, name: &str, note: Option<&str>) -> Campaign {
    let change = world.change();
    let campaign = Campaign { name: name.to_owned(), note: note.map(str::to_owned), created_at: change.at };
    world.committed(&ChangeSet { campaigns: vec![campaign.clone()], ..change }).await;
    campaign
}

fn paid_back(payment: &str) -> Operation {
    Operation::RefundPayment { provider: Provider::Stars, payment: payment.to_owned() }
}
