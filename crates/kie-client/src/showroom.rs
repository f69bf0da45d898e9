//! KIE's own catalogue, schemas and prices.
