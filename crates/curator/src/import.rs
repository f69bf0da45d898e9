//! Drafts of catalog entries from what others have written down.
