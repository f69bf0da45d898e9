//! What is wrong with a catalog file, said so that the reader can put it right.

use std::fmt;

use super::kind::named;

/// One finding: where, which rule, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file's name as given to the loader.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The rule that is broken.
    pub rule: Rule,
    /// What was found.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}; {}", self.file, self.line, self.rule, self.message, self.remedy)
    }
}

named! {
    /// The rules of a catalog file.
    Rule {
        /// The file is TOML.
        Syntax = "syntax",
        /// Only known keys.
        UnknownKey = "unknown-key",
        /// Every needed key.
        MissingKey = "missing-key",
        /// Every value of the right type and form.
        WrongType = "wrong-type",
        /// A name that is not among the known ones.
        UnknownName = "unknown-name",
        /// Every model id once.
        DuplicateModel = "duplicate-model",
        /// Every input name once per model.
        DuplicateInput = "duplicate-input",
        /// Every choice once per input.
        DuplicateChoice = "duplicate-choice",
        /// A choice's key fits a button.
        LongKey = "long-key",
        /// All choices of an input have one wire type.
        MixedWireTypes = "mixed-wire-types",
        /// A default is something that could be chosen.
        DefaultNotOffered = "default-not-offered",
        /// Bounds leave room, and the default lies within.
        BadBounds = "bad-bounds",
        /// A condition or quantity speaks of an input that exists and can answer.
        BadReference = "bad-reference",
        /// Both languages.
        MissingLanguage = "missing-language",
        /// No empty text.
        EmptyText = "empty-text",
        /// No two choices of an input read the same.
        DuplicateLabel = "duplicate-label",
        /// A label says more than the wire value.
        LabelIsWireValue = "label-is-wire-value",
        /// One vendor's slug and name go together in every file.
        VendorName = "vendor-name",
        /// No title or summary twice.
        DuplicateText = "duplicate-text",
        /// The kind can come back in this form.
        NoDelivery = "no-delivery",
        /// What is sold has inputs and a price.
        NotSellable = "not-sellable",
        /// Every offered combination has a price.
        NoPrice = "no-price",
        /// Every price row can match.
        UnreachableRow = "unreachable-row",
        /// A price within reason.
        PriceOutOfBand = "price-out-of-band",
        /// A price that is measured has an upper bound.
        UnboundedPrice = "unbounded-price",
        /// What the price hangs on is required or has a default.
        OpenPriceInput = "open-price-input",
        /// Few enough combinations to prove the rest.
        TooManyCombinations = "too-many-combinations",
    }
}
