//! KIE's client, as the configuration says.

use kie_client::{BuildError, KieClient, Options};

use crate::config::kie::Access;

/// Builds it; nothing is sent.
///
/// # Errors
/// See [`BuildError`].
pub(crate) fn client(access: &Access) -> Result<KieClient, BuildError> {
    KieClient::new(Options {
        api_url: access.api_url.clone(),
        upload_url: access.upload_url.clone(),
        ..Options::new(access.key.clone())
    })
}
