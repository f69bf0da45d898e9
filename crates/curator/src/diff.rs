//! What changed at KIE against the catalog.
