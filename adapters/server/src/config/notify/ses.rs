//! Mail by Amazon SES.

use std::path::PathBuf;

use serde::Deserialize;
use url::Url;

use crate::config::{
    ConfigError,
    value::{self, Secret},
};

/// `notify.ses.*`: mail goes by Amazon SES.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ses {
    /// `notify.ses.region`: the region of AWS, such as `eu-central-1`.
    #[serde(deserialize_with = "value::word")]
    pub(crate) region: String,
    /// `notify.ses.access_key_id`: the access key of a user who may `ses:SendEmail` and `ses:SendRawEmail`.
    #[serde(deserialize_with = "value::word")]
    pub(crate) access_key_id: String,
    /// `notify.ses.secret_access_key_file`: a file that holds the secret of that key and nothing else.
    secret_access_key_file: PathBuf,
    /// `notify.ses.endpoint`: the address that is called. Default: that of the region.
    #[serde(default, deserialize_with = "value::public_url")]
    endpoint: Option<Url>,
}

impl Ses {
    /// The secret of the access key.
    ///
    /// # Errors
    /// If its file cannot be read.
    pub(crate) fn secret(&self) -> Result<Secret, ConfigError> {
        Secret::read("notify.ses.secret_access_key_file", &self.secret_access_key_file)
    }

    /// The address that is called.
    ///
    /// # Errors
    /// If there is no such region.
    pub(crate) fn endpoint(&self) -> Result<Url, ConfigError> {
        let usual = || Url::parse(&format!("https://email.{}.amazonaws.com", self.region));
        let endpoint = self.endpoint.clone().map_or_else(usual, Ok);
        let must = "must be a region of AWS, such as `eu-central-1`";
        endpoint.map_err(|_| ConfigError::key("notify.ses.region", must))
    }
}
