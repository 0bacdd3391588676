//! Somebody's browser: headless Chromium, driven by WebDriver.

use std::{
    env,
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Ctrl and Enter together, as WebDriver writes keys.
pub(crate) const CTRL_ENTER: &str = "\u{e009}\u{e007}";
/// The key of a reference to an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// It runs as root on build servers, and must not call anybody by itself.
const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A browser that nobody has used before.
pub(crate) struct Browser {
    http: reqwest::Client,
    session: String,
    /// Ends the browser with the test.
    _driver: Driver,
}

impl Browser {
    /// Starts one; nothing if it is not installed, which one line says.
    ///
    /// # Panics
    /// If it is not installed, and `SUTRA_REQUIRE_CHROMIUM` is `1`.
    pub(crate) async fn start() -> Option<Self> {
        let Some(driver) = Driver::start() else {
            report_missing();
            return None;
        };
        let (http, address) = (reqwest::Client::new(), format!("http://127.0.0.1:{}/session", driver.port));
        let profile = format!("--user-data-dir={}", driver.profile.path().display());
        let flags: Vec<_> = FLAGS.into_iter().chain([profile.as_str(), "--window-size=1400,900"]).collect();
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": flags },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
            // How long to look for an element that is not there yet.
            "timeouts": { "implicit": 20_000 },
        } } });
        let answer: Value = http.post(&address).json(&wanted).send().await.unwrap().json().await.unwrap();
        let id = answer["value"]["sessionId"].as_str().unwrap_or_else(|| panic!("no browser: {answer}"));
        Some(Self { http, session: format!("{address}/{id}"), _driver: driver })
    }

    pub(crate) async fn open(&self, url: &str) {
        self.tell("url", json!({ "url": url })).await;
    }

    pub(crate) async fn reload(&self) {
        self.tell("refresh", json!({})).await;
    }

    /// Waits until the page has this, in XPath.
    pub(crate) async fn wait_for(&self, what: &str) -> String {
        let found = self.tell("element", json!({ "using": "xpath", "value": what })).await;
        found[ELEMENT].as_str().unwrap().to_owned()
    }

    pub(crate) async fn click(&self, what: &str) {
        let element = self.wait_for(what).await;
        self.tell(&format!("element/{element}/click"), json!({})).await;
    }

    /// Types in place of what is there.
    pub(crate) async fn write(&self, what: &str, text: &str) {
        let element = self.wait_for(what).await;
        self.tell(&format!("element/{element}/clear"), json!({})).await;
        self.press(what, text).await;
    }

    pub(crate) async fn press(&self, what: &str, keys: &str) {
        let element = self.wait_for(what).await;
        self.tell(&format!("element/{element}/value"), json!({ "text": keys })).await;
    }

    /// What this expression of the page's own language is worth.
    pub(crate) async fn value(&self, expression: &str) -> Value {
        self.tell("execute/sync", json!({ "script": format!("return {expression}"), "args": [] })).await
    }

    /// Runs this in the page.
    pub(crate) async fn run(&self, script: &str) {
        self.tell("execute/sync", json!({ "script": script, "args": [] })).await;
    }

    /// What a promise of the page's own language is kept with.
    pub(crate) async fn resolved(&self, promise: &str) -> Value {
        let script =
            format!("const done = arguments[0]; ({promise}).then(done, error => done(String(error)))");
        self.tell("execute/async", json!({ "script": script, "args": [] })).await
    }

    /// Plugs an authenticator in that makes passkeys by itself, and verifies its user or does not.
    pub(crate) async fn plug_in(&self, verifies: bool) -> String {
        let wanted = json!({
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserConsenting": true,
            "isUserVerified": verifies,
        });
        self.tell("webauthn/authenticator", wanted).await.as_str().unwrap().to_owned()
    }

    /// What an authenticator has.
    pub(crate) async fn passkeys(&self, authenticator: &str) -> Vec<Value> {
        let url = format!("{}/webauthn/authenticator/{authenticator}/credentials", self.session);
        let mut answer: Value = self.http.get(url).send().await.unwrap().json().await.unwrap();
        let Value::Array(passkeys) = answer["value"].take() else { panic!("no list: {answer}") };
        passkeys
    }

    /// Gives an authenticator a passkey of another.
    pub(crate) async fn copy(&self, passkey: &Value, authenticator: &str) {
        self.tell(&format!("webauthn/authenticator/{authenticator}/credential"), passkey.clone()).await;
    }

    /// Says from now on whether an authenticator's user was verified.
    pub(crate) async fn verify(&self, authenticator: &str, verifies: bool) {
        let command = format!("webauthn/authenticator/{authenticator}/uv");
        self.tell(&command, json!({ "isUserVerified": verifies })).await;
    }

    pub(crate) async fn unplug(&self, authenticator: &str) {
        let url = format!("{}/webauthn/authenticator/{authenticator}", self.session);
        assert!(self.http.delete(url).send().await.unwrap().status().is_success());
    }

    /// What the console says.
    pub(crate) async fn console(&self) -> Vec<String> {
        self.log("browser").await.into_iter().map(|line| line["message"].to_string()).collect()
    }

    /// The addresses that were asked by pages, other than the browser's own.
    pub(crate) async fn requests(&self) -> Vec<String> {
        let lines = self.log("performance").await;
        let events = lines.iter().map(|line| {
            let mut event: Value = serde_json::from_str(line["message"].as_str().unwrap()).unwrap();
            event["message"].take()
        });
        let asked = events.filter(|event| event["method"] == "Network.requestWillBeSent");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        asked
            .filter(|event| !text(&event["params"]["documentURL"]).starts_with("chrome:"))
            .map(|event| text(&event["params"]["request"]["url"]))
            .collect()
    }

    async fn log(&self, kind: &str) -> Vec<Value> {
        let Value::Array(lines) = self.tell("se/log", json!({ "type": kind })).await else {
            panic!("no log `{kind}`")
        };
        lines
    }

    async fn tell(&self, command: &str, parameters: Value) -> Value {
        let url = format!("{}/{command}", self.session);
        let mut answer: Value =
            self.http.post(url).json(&parameters).send().await.unwrap().json().await.unwrap();
        assert_eq!(
            answer["value"]["error"],
            Value::Null,
            "{command} {parameters}: {}",
            answer["value"]["message"]
        );
        answer["value"].take()
    }
}

/// The program between the test and its browsers, which end with it.
struct Driver {
    child: Child,
    port: u16,
    profile: TempDir,
}

impl Driver {
    fn start() -> Option<Self> {
        let exists = |program: &&str| {
            env::var_os("PATH")
                .is_some_and(|path| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
        };
        if !["chromium", "chromedriver"].iter().all(exists) {
            return None;
        }
        let profile = tempfile::tempdir().unwrap();
        let mut command = Command::new("chromedriver");
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| {
            line.unwrap().split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok()
        });
        Some(Self { child, port: port.unwrap(), profile })
    }

    /// Ends the browsers, and then itself.
    fn shut_down(&self) -> io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        stream.write_all(b"GET /shutdown HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        stream.read_to_end(&mut Vec::new()).map(|_| ())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if self.shut_down().is_err() {
            let _ended_before = self.child.kill();
        }
        let _status = self.child.wait();
    }
}

fn report_missing() {
    let required = env::var("SUTRA_REQUIRE_CHROMIUM").is_ok_and(|value| value == "1");
    assert!(!required, "Chromium is required, and `chromium` or `chromedriver` was not found");
    // Not by `eprintln!`, whose output is captured and lost with a test that passes.
    let line = b"`chromium` or `chromedriver` was not found: the query page was not tried in a browser\n";
    let _written = io::stderr().write_all(line);
}
