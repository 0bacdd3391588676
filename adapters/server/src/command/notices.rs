//! `sutra notices`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use sutra_identity::{Address, EmailAddress, Message, Notice, NotifyError, PhoneNumber};
use sutra_kernel::{Clock, TaskId};

use crate::{
    clock::SystemClock,
    config::{Config, Flags},
    entropy::SystemEntropy,
    failure::Failure,
    log,
    notify::Post,
    terminal::say,
};

/// What can be done about notices.
#[derive(Subcommand)]
pub(crate) enum Notices {
    /// Send a notice that says nothing, to see whether it arrives
    Test(Test),
}

/// The flags of `sutra notices test`.
#[derive(Args)]
pub(crate) struct Test {
    #[command(flatten)]
    flags: Flags,
    #[command(flatten)]
    to: To,
}

/// To whom a notice is sent to see whether it arrives.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct To {
    /// The mailbox it is sent to
    #[arg(long, value_name = "ADDRESS")]
    to: Option<EmailAddress>,
    /// The telephone it is sent to
    #[arg(long, value_name = "NUMBER")]
    sms: Option<PhoneNumber>,
}

impl Test {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        let config = Config::load(&self.flags)?;
        log::start(&config.log)?;
        let to = self.to.address().ok_or_else(|| Failure::new("name somebody by `--to` or `--sms`"))?;
        let post = Post::open(&config)?;
        let (carrier, told) = (post.carrier_to(&to), trial(to));
        let whom = match &told.to {
            Address::Mail(address) => address.to_string(),
            Address::Sms(number) => number.to_string(),
        };
        post.hand_on(&told).await.map_err(|error| refused(&carrier, &error))?;
        say(format_args!("A notice for {whom} was taken by {carrier}."));
        Ok(ExitCode::SUCCESS)
    }
}

impl To {
    fn address(self) -> Option<Address> {
        self.to.map(Address::Mail).or(self.sms.map(Address::Sms))
    }
}

fn trial(to: Address) -> Message {
    let written_at = SystemClock.now();
    Message {
        id: TaskId::generate(written_at, &SystemEntropy),
        workspace: "main".to_owned(),
        workspace_name: "Sutra".to_owned(),
        to,
        name: String::new(),
        notice: Notice::Trial,
        written_at,
    }
}

fn refused(carrier: &str, error: &NotifyError) -> Failure {
    let hope = match error {
        NotifyError::Temporary(_) => "trying again later may help",
        NotifyError::Permanent(_) => "trying again will not help",
    };
    Failure::new(format!("the notice was not taken by {carrier}: {error}; {hope}"))
}
