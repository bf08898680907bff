//! The status page in a headless Chromium.

use super::chromium::Browser;
use super::port::Held;
use super::setting::{Setting, odd_receiver, webhook};
use crm_bridge::receiver::{FaultPlan, Receiver};

/// The window, in pixels.
const SIZE: &str = "1100,900";

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
    let Some(browser) = Browser::open(SIZE, &[]).await else { return };
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
        Browser::open(SIZE, &["--force-dark-mode", "--blink-settings=preferredColorScheme=0"]).await
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
