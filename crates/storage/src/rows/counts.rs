//! What is kept of counts over all people.

use domain::broadcast::Segment;
use domain::campaign::{Campaign, CampaignFigures};
use domain::money::Money;
use serde::{Deserialize, Serialize};

/// The row's name of a segment.
pub(crate) fn of_segment(segment: Segment) -> String {
    format!("segment/{}", segment.code())
}

/// The row's name of a campaign.
pub(crate) fn of_campaign(name: &str) -> String {
    format!("campaign/{name}")
}

/// One count, as its row has it. Of a segment only the people count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    pub(crate) people: u64,
    #[serde(default)]
    ordered: u64,
    #[serde(default)]
    paid: u64,
    #[serde(default)]
    income: i64,
}

impl Counts {
    /// Of a segment.
    pub(crate) fn of_people(people: u64) -> Self {
        Self { people, ..Self::default() }
    }

    /// Of a campaign.
    pub(crate) fn of_campaign(figures: &CampaignFigures) -> Self {
        let CampaignFigures { came, ordered, paid, income, .. } = figures;
        Self { people: *came, ordered: *ordered, paid: *paid, income: income.kopecks() }
    }

    /// What they are of a campaign.
    pub(crate) fn into_figures(self, campaign: Campaign) -> CampaignFigures {
        let Self { people, ordered, paid, income } = self;
        CampaignFigures { campaign, came: people, ordered, paid, income: Money::from_kopecks(income) }
    }
}
