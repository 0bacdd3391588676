//! `sutra serve`

use std::{future::Future, net::SocketAddr, pin::pin, process::ExitCode};

use clap::Args;
use sutra_engine::Upgraded;
use sutra_graphql::PersistedDocuments;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

use crate::{
    config::{Config, Flags, Http},
    demo::{self, Claim},
    failure::Failure,
    http::{self, Bound},
    log, task,
    terminal::say,
    wire::{self, House},
};

/// The workspace of an installation that is not a demo.
const MAIN: (&str, &str) = ("main", "Main");

/// The flags of `sutra serve`.
#[derive(Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    flags: Flags,
    /// The address and the port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Serve a demo company, in a directory of its own
    #[arg(long)]
    demo: bool,
    /// Let other machines reach the demo, whose users are no secret
    #[arg(long, requires = "demo")]
    demo_public: bool,
}

impl Serve {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        let flags = Flags { listen: self.listen.clone(), ..self.flags.clone() };
        let mut config = Config::load(&flags)?;
        log::start(&config.log)?;
        let documents = config.http.documents()?;
        let mut stop = pin!(asked_to_stop()?);
        let (bound, claim) = self.claim(&config).await?;
        let address = bound.address();
        // Whoever asks for any port learns which one it is.
        config.http.listen = address;
        let house = wire::open(&config).await?;
        upgrade(&house).await?;
        match claim {
            Some(claim) => tokio::select! {
                welcomed = welcome_to_demo(&house, &config, claim, address) => welcomed?,
                () = &mut stop => return Err(demo::cut_off(&config.data)),
            },
            None => welcome(&house, &config, address).await?,
        }
        serve(bound, house, &config, documents, stop).await?;
        Ok(ExitCode::SUCCESS)
    }

    /// Takes the port first, so that one that is taken leaves no half-made demo behind.
    async fn claim(&self, config: &Config) -> Result<(Bound, Option<Claim>), Failure> {
        self.refuse_exposure(&config.http)?;
        let listen = config.http.listen;
        let taken = Bound::take(listen).await;
        let bound = taken.map_err(|error| {
            Failure::new(format!("`http.listen` is `{listen}`, which cannot be had: {error}"))
        })?;
        if self.demo {
            return Ok((bound, Some(demo::claim(&config.data)?)));
        }
        demo::refuse_demo(&config.data)?;
        Ok((bound, None))
    }

    /// What other machines reach is encrypted on its way, and no demo unless somebody wants it so.
    fn refuse_exposure(&self, http: &Http) -> Result<(), Failure> {
        let listen = http.listen;
        if http.is_for_this_machine() || self.demo_public {
            return Ok(());
        }
        if self.demo {
            let why = match &http.public_url {
                Some(url) => format!("`http.public_url` is `{url}`"),
                None => format!("`http.listen` is `{listen}`"),
            };
            return Err(Failure::new(format!(
                "{why}, which other machines reach, and a demo's users are no secret: listen on `127.0.0.1:{}` \
                 without a public address, or add `--demo-public`",
                listen.port()
            )));
        }
        if http.public_url.is_none() {
            return Err(Failure::new(format!(
                "`http.listen` is `{listen}`, which other machines reach: put a proxy with TLS before it, and its \
                 https address into `http.public_url`"
            )));
        }
        Ok(())
    }
}

/// Workspaces that an earlier version has made get what this one knows more.
async fn upgrade(house: &House) -> Result<(), Failure> {
    let workspaces = house.engine.workspaces();
    for workspace in workspaces.list().await? {
        let Upgraded { objects, left_out } = workspaces.upgrade(workspace.id).await?;
        let slug = workspace.slug;
        if objects > 0 {
            tracing::info!(workspace = slug, objects, "standard objects were brought up to date");
        }
        for name in left_out {
            tracing::warn!(
                workspace = slug,
                name,
                "this workspace has no room or another use for a standard name"
            );
        }
    }
    Ok(())
}

async fn serve(
    bound: Bound,
    house: House,
    config: &Config,
    documents: PersistedDocuments,
    stop: impl Future<Output = ()>,
) -> Result<(), Failure> {
    let (serving, served) = oneshot::channel::<()>();
    let (working, worked) = oneshot::channel::<()>();
    let touches = task::flush_touches(house.engine.clone(), async {
        // The other end is dropped when the last answer is out.
        let _dropped = served.await;
    });
    let touches = tokio::spawn(touches);
    let work = tokio::spawn(task::do_due_work(house.engine.clone(), async {
        let _dropped = worked.await;
    }));
    let (sending, sent) = oneshot::channel::<()>();
    let notices = tokio::spawn(task::send_notices(house.engine.clone(), async {
        let _dropped = sent.await;
    }));
    tracing::info!(address = %bound.address(), "serving");
    let outcome = bound.serve(&house.engine, &config.http, documents, stop).await;
    drop((serving, working, sending));
    let _ended = (touches.await, work.await, notices.await);
    house.close().await;
    tracing::info!("stopped");
    outcome.map_err(|error| Failure::new(format!("the server's port was lost: {error}")))
}

/// Waits for what asks a process to end: a terminal's Ctrl-C, or a supervisor's SIGTERM.
fn asked_to_stop() -> Result<impl Future<Output = ()>, Failure> {
    let failed = |error: std::io::Error| Failure::new(format!("signals cannot be heard: {error}"));
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

async fn welcome_to_demo(
    house: &House,
    config: &Config,
    claim: Claim,
    address: SocketAddr,
) -> Result<(), Failure> {
    if claim == Claim::New {
        say("Making a demo company and the two years behind it: this takes some seconds.\n");
    }
    let introductions = demo::ensure(house, claim, config).await?;
    say_addresses("the demo company", &config.http.public_address(address));
    let file = demo::passwords_file(&config.data);
    match introductions {
        Some(introductions) => {
            say("\nSign in to the workspace `demo` as one of these:\n");
            say(introductions.trim_end());
            say(format_args!(
                "\nThese passwords, and those of their colleagues, are kept in {}",
                file.display()
            ));
        }
        None => {
            say(format_args!("\nSign in to the workspace `demo`; the passwords are in {}", file.display()));
        }
    }
    Ok(())
}

async fn welcome(house: &House, config: &Config, address: SocketAddr) -> Result<(), Failure> {
    let (slug, name) = MAIN;
    let workspace = house.engine.workspaces().ensure(slug, name).await?;
    let public = config.http.public_address(address);
    say_addresses(&format!("the workspace `{slug}`"), &public);
    if let Some(token) = house.engine.workspaces().offer_setup_link(workspace.id).await? {
        say("\nThere is no administrator yet. This link makes one; it works once, within 30 minutes:\n");
        say(http::setup_link(&public, slug, &token));
    }
    Ok(())
}

fn say_addresses(what: &str, public: &str) {
    say(format_args!("Sutra {} serves {what}:\n", env!("CARGO_PKG_VERSION")));
    say(format_args!("{public}/graphql        records"));
    say(format_args!("{public}/graphql/setup  sign-in, users, permissions, the ledger"));
    say(format_args!("{public}/query          a page to ask them with"));
    say(format_args!("{public}/livez, /readyz for whoever watches over it"));
}
