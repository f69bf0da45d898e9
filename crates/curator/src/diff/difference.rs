//! One finding: what it is and how bad it is. Its words, and what to do about it, stand in [`super::words`].

use domain::ids::ModelId;

use super::shape::Bound;

/// One difference between KIE and our catalog. Its text names the finding without the model; see [`Difference::remedy`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The model that it is about; none = about the catalogue as a whole.
    pub model: Option<ModelId>,
    /// What it is.
    pub what: What,
}

/// How bad a difference is; the worst is the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Requests of ours would be refused, or sold at a loss.
    Breaks,
    /// Somebody should look: we sell less, dearer or other than KIE does.
    Check,
    /// Good to know: nothing is wrong.
    Note,
}

/// What differs. Texts of KIE's are one line each and cut; figures and rows of ours are in the words of the catalog's files.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// KIE lists a model that the catalog does not know.
    New {
        /// KIE's name of it.
        title: String,
        /// Who made it, by KIE.
        provider: String,
        /// KIE's words for what it does.
        tasks: Vec<String>,
        /// What KIE says of its price, in prose.
        pricing: Option<String>,
    },
    /// A model that we sell is not listed any more.
    Gone,
    /// A model that we hide as withdrawn or undocumented is listed.
    ListedAgain {
        /// Why we hide it.
        reason: String,
    },
    /// A model that we hide as broken is still listed.
    StillListed {
        /// Why we hide it.
        reason: String,
    },
    /// A model that we hide for want of a sure price has rows on KIE's price page.
    PricedNow {
        /// Why we hide it.
        reason: String,
        /// KIE's rows.
        rows: Vec<String>,
    },
    /// KIE's document of the model could not be understood.
    Unreadable,
    /// KIE requires an input that we do not know.
    InputMissing {
        /// Its name on the wire.
        input: String,
    },
    /// KIE requires an input that our requests may leave out.
    NowRequired {
        /// Its name on the wire.
        input: String,
    },
    /// We ask for an input that KIE no longer insists on.
    NoLongerRequired {
        /// Its name on the wire.
        input: String,
    },
    /// KIE does not know an input that we send.
    InputUnknown {
        /// Its name on the wire.
        input: String,
    },
    /// KIE has optional inputs that we do not offer.
    NotOffered {
        /// Their names on the wire.
        inputs: Vec<String>,
    },
    /// The JSON type is another one.
    TypeDiffers {
        /// The input's name on the wire.
        input: String,
        /// What we send.
        ours: String,
        /// What KIE wants.
        theirs: String,
    },
    /// KIE does not take values that we send.
    ValuesGone {
        /// The input's name on the wire.
        input: String,
        /// Our values that KIE does not name, as JSON.
        values: Vec<String>,
    },
    /// KIE takes values that we do not offer.
    ValuesNew {
        /// The input's name on the wire.
        input: String,
        /// Those values, as JSON.
        values: Vec<String>,
    },
    /// KIE takes only certain texts where ours is free.
    NowChoices {
        /// The input's name on the wire.
        input: String,
        /// The values that KIE takes, as JSON.
        values: Vec<String>,
    },
    /// KIE's default is another one, and we leave it to KIE.
    DefaultDiffers {
        /// The input's name on the wire.
        input: String,
        /// What we show, as JSON.
        ours: String,
        /// What holds, as JSON.
        theirs: String,
    },
    /// KIE allows less than we do.
    Tighter {
        /// The input's name on the wire.
        input: String,
        /// Of what.
        bound: Bound,
        /// Our bound.
        ours: String,
        /// KIE's bound.
        theirs: String,
    },
    /// A price went up.
    PriceUp {
        /// Our row.
        ours: String,
        /// KIE's row.
        theirs: String,
    },
    /// A price went down.
    PriceDown {
        /// Our row.
        ours: String,
        /// KIE's row.
        theirs: String,
    },
    /// Prices of ours that KIE does not show.
    PriceGone {
        /// Our rows.
        rows: Vec<String>,
    },
    /// Prices of KIE's that we do not have.
    PriceNew {
        /// KIE's rows.
        rows: Vec<String>,
    },
    /// Price rows without a figure that could be read.
    PriceUnread {
        /// KIE's rows.
        rows: Vec<String>,
    },
    /// Models that we sell, and that no price row links to.
    Unpriced {
        /// Their ids.
        models: Vec<ModelId>,
    },
    /// Price rows that link to no model of ours.
    RowsAdrift {
        /// How many rows in all.
        rows: usize,
        /// The ids that they name; rows without any name none.
        models: Vec<ModelId>,
    },
    /// Listed models that only talk; this bot sells none.
    OnlyTalk {
        /// Their ids.
        models: Vec<ModelId>,
    },
}

impl Difference {
    /// How bad it is.
    pub const fn severity(&self) -> Severity {
        match self.what {
            What::Gone
            | What::InputMissing { .. }
            | What::NowRequired { .. }
            | What::TypeDiffers { .. }
            | What::ValuesGone { .. }
            | What::NowChoices { .. }
            | What::Tighter { .. }
            | What::PriceUp { .. } => Severity::Breaks,
            What::New { .. }
            | What::ListedAgain { .. }
            | What::PricedNow { .. }
            | What::Unreadable
            | What::InputUnknown { .. }
            | What::DefaultDiffers { .. }
            | What::PriceDown { .. }
            | What::PriceGone { .. }
            | What::PriceNew { .. } => Severity::Check,
            What::StillListed { .. }
            | What::NoLongerRequired { .. }
            | What::NotOffered { .. }
            | What::ValuesNew { .. }
            | What::PriceUnread { .. }
            | What::Unpriced { .. }
            | What::RowsAdrift { .. }
            | What::OnlyTalk { .. } => Severity::Note,
        }
    }
}
