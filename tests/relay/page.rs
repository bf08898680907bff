//! The status page in a headless Chromium.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crm_bridge::receiver::{FaultPlan, Receiver};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};

use super::port::Held;
use super::setting::{Setting, odd_receiver, webhook};

struct Browser {
    page: Client,
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
    /// Opens a browser; none where there is none to open.
    async fn open(further: &[&str]) -> Option<Self> {
        for program in ["chromedriver", "chromium"] {
            if Command::new(program).arg("--version").output().is_err() {
                println!("SKIPPED: no {program}, install with apt-get install chromium chromium-driver");
                assert!(std::env::var_os("CRM_BRIDGE_REQUIRE_ALL").is_none(), "{program} is required here");
                return None;
            }
        }
        let profile = tempfile::tempdir().unwrap();
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                Some(line.split_once("started successfully on port ")?.1.trim_end_matches('.').to_owned())
            })
            .expect("chromedriver says its port");
        // Keeps the pipe open: chromedriver would stumble over a closed one.
        std::thread::spawn(move || lines.for_each(drop));
        let data = format!("--user-data-dir={}", profile.path().display());
        let mut flags = vec![
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1100,900",
            "--lang=en",
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

    async fn text(&self, css: &str) -> String {
        self.page.wait().for_element(Locator::Css(css)).await.unwrap().text().await.unwrap()
    }

    async fn run(&self, script: &str) -> Value {
        self.page.execute(script, Vec::new()).await.unwrap()
    }

    /// Saves a picture for a person to look at, where a folder for them is named.
    async fn picture(&self, name: &str) {
        if let Some(folder) = std::env::var_os("CRM_BRIDGE_PICTURES") {
            let picture = self.page.screenshot().await.unwrap();
            std::fs::write(std::path::Path::new(&folder).join(format!("{name}.png")), picture).unwrap();
        }
    }
}

/// A relay with 12 delivered, 2 dead letters, 4 waiting, and a receiver that fails.
async fn busy(receiver: &crm_bridge::receiver::Running) -> Setting {
    let setting = Setting::new(&receiver.url(), |_| {}).await;
    for number in 0..12 {
        setting.post(&webhook(100 + number)).await;
    }
    setting.until(|overview| overview.depth == 0).await;
    let mut wrong = webhook(200);
    wrong["cliente"]["telefono_principal"] = "no phone".into();
    setting.post(&wrong).await;
    wrong["id_presencia_crm"] = "<img src=x onerror=alert(1)>".into();
    setting.post(&wrong).await;
    receiver.set_faults(FaultPlan::new(vec!["503".parse().unwrap()]));
    for number in 0..4 {
        setting.post(&webhook(300 + number)).await;
    }
    setting.until(|overview| overview.causes.iter().any(|cause| cause.class == "server")).await;
    setting
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_tells_how_the_queue_stands_and_names_nobody() {
    let Some(browser) = Browser::open(&[]).await else { return };
    let receiver = Receiver::start(odd_receiver()).await.unwrap();
    let setting = busy(&receiver).await;
    let origin = setting.relay.origin();
    browser.page.goto(&format!("{origin}/")).await.unwrap();
    browser.picture("relay-light").await;
    assert_eq!(browser.text("#depth").await, "4");
    assert_eq!(browser.text("#delivered").await, "12");
    assert_eq!(browser.text("#dead").await, "2");
    assert_ne!(browser.text("#oldest").await, "—");
    let causes = browser.text("#causes").await;
    assert!(causes.contains("T01") && causes.contains("503"), "{causes}");
    let tallest = browser.run(
        "return Math.max(...[...document.querySelectorAll('rect.delivered')].map(bar => bar.getBBox().height))",
    );
    assert!(tallest.await.as_f64().unwrap() > 10.0, "no bar for what was delivered");
    let text = browser.run("return document.documentElement.outerHTML").await;
    for personal in ["Cliente Número", "90079", "Sala de ventas"] {
        assert!(!text.as_str().unwrap().contains(personal), "{personal} is shown");
    }
    assert_eq!(browser.run("return document.querySelectorAll('img, script').length").await, 0);
    // The stylesheet is in use, though nothing else than our own may be.
    assert_ne!(
        browser.run("return getComputedStyle(document.querySelector('.figures')).display").await,
        "block"
    );
    browser.page.goto(&format!("{origin}/?lang=es")).await.unwrap();
    assert!(browser.text("main").await.contains("Cartas muertas"));
    assert_eq!(browser.run("return document.documentElement.lang").await, "es");
    let reaches = "return new Promise(done => fetch('https://example.com/').then(() => done('reached'), () => done('refused')))";
    assert_eq!(browser.run(reaches).await, "refused");
    browser.page.clone().close().await.ok();
    setting.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_dark_where_the_person_wants_it_and_says_when_deliveries_pause() {
    let Some(browser) =
        Browser::open(&["--force-dark-mode", "--blink-settings=preferredColorScheme=0"]).await
    else {
        return;
    };
    let nobody = Held::new();
    let setting = Setting::new(&format!("http://{}/nobody/", nobody.addr), |_| {}).await;
    for number in 0..3 {
        setting.post(&webhook(100 + number)).await;
    }
    setting.until(|overview| !overview.causes.is_empty()).await;
    // The pause is noted a moment after its cause.
    setting.until_shown("/", "id=\"paused\"").await;
    browser.page.goto(&format!("{}/", setting.relay.origin())).await.unwrap();
    browser.picture("relay-dark").await;
    let paused = browser.text("#paused").await;
    assert!(paused.contains("no connection to the receiver"), "{paused}");
    let ground = browser.run("return getComputedStyle(document.body).backgroundColor").await;
    assert_eq!(ground, "rgb(16, 21, 27)");
    browser.page.clone().close().await.ok();
    setting.shut_down().await;
}
