//! A headless Chromium, driven through chromedriver.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};

/// Starts of chromedriver: on a busy machine one that is to choose its port now and then ends without having one.
const STARTS: usize = 5;

pub(crate) struct Browser {
    pub(crate) page: Client,
    driver: Child,
    // Last, so that the profile goes after the browser.
    _profile: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.driver.kill().ok();
        self.driver.wait().ok();
    }
}

impl Browser {
    /// Opens a window of this size, as `1100,900`, with `further` flags; none where there is no browser.
    pub(crate) async fn open(size: &str, further: &[&str]) -> Option<Self> {
        let mut programs = ["chromedriver", "chromium"].into_iter();
        if let Some(program) =
            programs.find(|program| Command::new(program).arg("--version").output().is_err())
        {
            skipped(program);
            return None;
        }
        let (driver, port) = (0..STARTS).find_map(|_| drive()).expect("a chromedriver that says its port");
        let profile = tempfile::tempdir().unwrap();
        let (data, size) =
            (format!("--user-data-dir={}", profile.path().display()), format!("--window-size={size}"));
        let mut flags = vec![
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=en",
            &size,
            &data,
        ];
        flags.extend(further);
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".to_owned(), json!({ "args": flags }));
        capabilities.insert("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" }));
        let page = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("a session");
        Some(Self { page, driver, _profile: profile })
    }

    /// Runs a script and returns what it returns.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.page.execute(script, Vec::new()).await.expect("a script that runs")
    }

    pub(crate) async fn text(&self, css: &str) -> String {
        self.page.wait().for_element(Locator::Css(css)).await.unwrap().text().await.unwrap()
    }

    /// Saves a picture for a person to look at, where a folder for them is named.
    pub(crate) async fn picture(&self, name: &str) {
        if let Some(folder) = std::env::var_os("CRM_BRIDGE_PICTURES") {
            let picture = self.page.screenshot().await.unwrap();
            std::fs::write(std::path::Path::new(&folder).join(format!("{name}.png")), picture).unwrap();
        }
    }
}

#[expect(clippy::print_stdout, reason = "what is skipped is said aloud")]
fn skipped(program: &str) {
    println!("SKIPPED: no {program}, install with apt-get install chromium chromium-driver");
    assert!(std::env::var_os("CRM_BRIDGE_REQUIRE_ALL").is_none(), "{program} is required here");
}

/// Starts a chromedriver; none where it ends without saying its port.
fn drive() -> Option<(Child, String)> {
    let mut driver = Command::new("chromedriver")
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver");
    let mut lines = BufReader::new(driver.stdout.take().expect("a pipe")).lines();
    let port = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| Some(line.rsplit_once("successfully on port ")?.1.trim_end_matches('.').to_owned()));
    let Some(port) = port else {
        driver.wait().ok();
        return None;
    };
    // Keeps the pipe open: chromedriver would stumble over a closed one.
    std::thread::spawn(move || lines.for_each(drop));
    Some((driver, port))
}
