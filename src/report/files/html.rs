//! The page: one template, no outside asset, no script.

use minijinja::{AutoEscape, Environment, context};

use super::Document;
use crate::lang::Lang;
use crate::report::human::grouped;

const TEMPLATE: &str = include_str!("report.html");

pub(super) fn render(document: &Document<'_>, lang: Lang) -> Option<String> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_filter("grouped", grouped);
    environment.add_template("report.html", TEMPLATE).ok()?;
    let most =
        document.latency_ms.iter().flat_map(|l| l.buckets.iter().map(|(_, count)| *count)).max().unwrap_or(1);
    let spanish = lang == Lang::Es;
    let lang = lang.pick("en", "es");
    environment
        .get_template("report.html")
        .ok()?
        .render(context! { report => minijinja::value::Serde(document), most, spanish, lang })
        .ok()
}
