//! Which place wins.

use std::time::Duration;

use crm_bridge::config::{Jobs, Origin};

use crate::place::{Place, URL};

/// Every place sets the same setting; the places are then taken away one by one, strongest first.
#[test]
fn flags_then_environment_then_dotenv_then_project_then_user() {
    let user = Place::new().file("home/crm-bridge/config.toml", "timeout = \"5s\"");
    assert_eq!(timeout(&user), 5);
    let project = user.file("crm-bridge.toml", "# first line\ntimeout = \"4s\"");
    assert_eq!(timeout(&project), 4);
    let origin = project.found().expect("settings").origins.of("timeout").clone();
    assert_eq!(origin, Origin::File { path: project.path("crm-bridge.toml"), line: 2, profile: None });
    let dotenv = project.file(".env", "CRM_BRIDGE_TIMEOUT=3s\nDJANGO_SECRET=x");
    assert_eq!(timeout(&dotenv), 3);
    let environment = dotenv.variable("CRM_BRIDGE_TIMEOUT", "2s");
    assert_eq!(timeout(&environment), 2);
    let flags = environment.flag("timeout", "1s");
    assert_eq!(timeout(&flags), 1);
    assert_eq!(flags.found().expect("settings").origins.of("timeout"), &Origin::Flag("--timeout"));
}

fn timeout(place: &Place) -> u64 {
    let found = place.found().expect("settings");
    let settings =
        found.with_receiver(URL.parse().expect("a URL"), crm_bridge::config::Token::new("x")).settings;
    settings.timeout.as_secs()
}

#[test]
fn a_profile_goes_before_plain_keys_of_both_files() {
    let place = Place::new()
        .file("crm-bridge.toml", "jobs = 2\nretries = 1")
        .file("home/crm-bridge/config.toml", "[profiles.dev]\njobs = 7")
        .profile("dev");
    let settings = place
        .found()
        .expect("settings")
        .with_receiver(URL.parse().expect("a URL"), crm_bridge::config::Token::new("x"))
        .settings;
    assert_eq!(settings.jobs, Jobs::Fixed(7));
    assert_eq!(settings.retries, 1);
}

#[test]
fn a_file_may_choose_its_profile_and_the_flag_outranks_it() {
    let text = "profile = \"dev\"\n[profiles.dev]\njobs = 2\n[profiles.prod]\njobs = 3";
    let place = Place::new().file("crm-bridge.toml", text);
    assert_eq!(
        place.layers().expect("layers").text("jobs").map(|(text, _)| text.to_owned()),
        Some("2".into())
    );
    let place = place.profile("prod");
    assert_eq!(
        place.layers().expect("layers").text("jobs").map(|(text, _)| text.to_owned()),
        Some("3".into())
    );
}

#[test]
fn a_profile_whose_url_is_not_used_is_said() {
    let place = Place::new()
        .file("crm-bridge.toml", "[profiles.prod]\nurl = \"https://prod.example.pe/x/\"")
        .variable("COMERCIAL_WEBHOOK_URL", URL)
        .profile("prod");
    let found = place.found().expect("settings");
    assert_eq!(found.url.map(String::from), Some(URL.to_owned()));
    assert_eq!(found.warnings.len(), 1, "{:?}", found.warnings);
    assert!(found.warnings[0].en.contains("environment COMERCIAL_WEBHOOK_URL is stronger"));
}

#[test]
fn the_config_flag_replaces_both_files() {
    let place = Place::new()
        .file("crm-bridge.toml", "retries = 1")
        .file("home/crm-bridge/config.toml", "timeout = \"9s\"")
        .file("other.toml", "connect_timeout = \"2s\"")
        .config("other.toml");
    let settings = place
        .found()
        .expect("settings")
        .with_receiver(URL.parse().expect("a URL"), crm_bridge::config::Token::new("x"))
        .settings;
    assert_eq!(
        (settings.retries, settings.timeout, settings.connect_timeout),
        (4, Duration::from_secs(30), Duration::from_secs(2)),
    );
}

#[test]
fn a_token_file_of_a_stronger_place_outranks_a_token() {
    let place = Place::new()
        .file("token.txt", "\u{feff}from-the-file\n")
        .file("crm-bridge.toml", "token = \"from-the-config\"");
    let path = place.path("token.txt");
    assert_eq!(token(&place), "from-the-config");
    let place = place.variable("COMERCIAL_WEBHOOK_TOKEN_FILE", &path.to_string_lossy());
    assert_eq!(token(&place), "from-the-file");
    let place = place.variable("COMERCIAL_WEBHOOK_TOKEN", "from-the-environment");
    assert_eq!(token(&place), "from-the-environment");
    let place = place.flag("token_file", &path.to_string_lossy());
    assert_eq!(token(&place), "from-the-file");
}

#[test]
fn of_a_token_and_a_token_file_the_origin_of_the_used_one_is_named() {
    let place = Place::new()
        .file("token.txt", "from-the-file")
        .variable("COMERCIAL_WEBHOOK_URL", URL)
        .variable("COMERCIAL_WEBHOOK_TOKEN", "from-the-environment");
    let path = place.path("token.txt").to_string_lossy().into_owned();
    let found = place.flag("token_file", &path).found().expect("settings");
    assert_eq!(found.origins.of("token_file"), &Origin::Flag("--token-file"));
    assert_eq!(found.origins.of("token"), &Origin::Default, "it is not used");
}

#[test]
fn a_token_file_of_a_profile_that_a_variable_overrides_is_warned_of() {
    let place = Place::new()
        .file("token.txt", "from-the-file")
        .file("crm-bridge.toml", "[profiles.prod]\ntoken_file = \"token.txt\"")
        .variable("COMERCIAL_WEBHOOK_TOKEN", "from-the-environment")
        .profile("prod");
    assert_eq!(token(&place), "from-the-environment");
    let warnings = place.found().expect("settings").warnings;
    let overridden =
        "`token_file` of the profile prod is not used: environment COMERCIAL_WEBHOOK_TOKEN is stronger";
    assert!(warnings.iter().any(|warning| warning.en == overridden), "{warnings:?}");
}

fn token(place: &Place) -> String {
    place.found().expect("settings").token.expect("a token").expose().to_owned()
}

#[test]
fn paths_in_a_file_are_relative_to_it() {
    let place =
        Place::new().file("secret/token", "abc").file("crm-bridge.toml", "token_file = \"secret/token\"");
    assert_eq!(token(&place), "abc");
}

#[test]
fn a_proxy_comes_from_the_variables_unless_the_host_is_excepted() {
    let place = Place::new()
        .variable("COMERCIAL_WEBHOOK_URL", URL)
        .variable("HTTPS_PROXY", "http://proxy.example.pe:3128")
        .variable("HTTP_PROXY", "http://wrong.example.pe:1");
    let found = place.found().expect("settings");
    assert_eq!(found.proxy().map(reqwest::Url::as_str), Some("http://proxy.example.pe:3128/"));
    assert_eq!(found.origins.of("proxy"), &Origin::Variable("HTTPS_PROXY"));
    let excepted = place.variable("NO_PROXY", ".example.pe");
    assert_eq!(excepted.found().expect("settings").proxy(), None);
}

#[test]
fn a_proxy_is_switched_off_by_name_and_never_used_for_this_machine() {
    let place = Place::new().variable("COMERCIAL_WEBHOOK_URL", URL).variable("ALL_PROXY", "proxy:3128");
    assert!(place.found().expect("settings").proxy().is_some());
    let off = place.flag("proxy", "none");
    assert_eq!(off.found().expect("settings").proxy(), None);
    let local = Place::new()
        .variable("COMERCIAL_WEBHOOK_URL", "http://127.0.0.1:8001/")
        .variable("ALL_PROXY", "proxy:3128");
    assert_eq!(local.found().expect("settings").proxy(), None);
}

/// A proxy for everything would carry the token off the machine, and in clear text.
#[test]
fn a_proxy_that_is_set_for_everything_is_not_used_for_this_machine() {
    let local = "http://127.0.0.1:8001/api/webhook-presencia-crm/";
    for place in [
        Place::new().variable("CRM_BRIDGE_PROXY", "http://proxy.example.pe:3128"),
        Place::new().file("crm-bridge.toml", "proxy = \"http://proxy.example.pe:3128\""),
    ] {
        let place = place.variable("COMERCIAL_WEBHOOK_TOKEN", "x").variable("COMERCIAL_WEBHOOK_URL", local);
        assert_eq!(place.found().expect("settings").demand().expect("settings").settings.proxy, None);
    }
}

#[test]
fn each_address_has_the_proxy_that_is_for_it() {
    let place = Place::new()
        .variable("COMERCIAL_WEBHOOK_URL", URL)
        .variable("HTTPS_PROXY", "http://proxy.example.pe:3128")
        .variable("NO_PROXY", "crm.example.pe");
    let found = place.found().expect("settings");
    let proxy = |url: &str| {
        let token = crm_bridge::config::Token::new("x");
        found.clone().with_receiver(url.parse().expect("a URL"), token).settings.proxy
    };
    assert!(proxy(URL).is_some());
    for without in ["https://crm.example.pe/", "http://other.example.pe/", "https://127.0.0.1:8001/"] {
        assert_eq!(proxy(without), None, "{without}");
    }
}
