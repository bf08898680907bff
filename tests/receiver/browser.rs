//! What the inspector's tests do in a browser.

use std::time::Duration;

use fantoccini::Locator;

pub(crate) use super::chromium::Browser;

/// The window, in pixels.
pub(crate) const SIZE: &str = "1360,860";

impl Browser {
    /// Waits until a script returns true.
    pub(crate) async fn until(&self, script: &str) {
        for _ in 0..600 {
            if self.run(script).await == true {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("never true: {script}\n{}", self.run("return document.body.innerText").await);
    }

    pub(crate) async fn press(&self, keys: &str) {
        self.page.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    pub(crate) async fn click(&self, css: &str) {
        self.page.wait().for_element(Locator::Css(css)).await.unwrap().click().await.unwrap();
    }

    pub(crate) async fn close(self) {
        self.page.clone().close().await.ok();
    }
}
