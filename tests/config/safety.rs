//! What is refused: clear text, passwords in addresses, secrets that can't travel; and what is warned of.

use crm_bridge::error::{Failure, Kind};

use crate::place::{Place, URL};

fn demanded(place: &Place) -> Result<crm_bridge::config::Resolved, Failure> {
    place.found()?.demand()
}

#[test]
fn what_is_missing_is_named_with_variable_flag_and_key() {
    for (place, wanted) in [
        (
            Place::new(),
            ["COMERCIAL_WEBHOOK_URL", "COMERCIAL_WEBHOOK_TOKEN", "--url", "--token-file"].as_slice(),
        ),
        (Place::new().variable("COMERCIAL_WEBHOOK_TOKEN", "x"), &["COMERCIAL_WEBHOOK_URL", "--url", "`url`"]),
        (
            Place::new().variable("COMERCIAL_WEBHOOK_URL", URL),
            &["COMERCIAL_WEBHOOK_TOKEN", "CRM_WEBHOOK_TOKEN", "--token-file", "`token`"],
        ),
    ] {
        let failure = demanded(&place).expect_err("something is missing");
        assert_eq!(failure.kind, Kind::Usage);
        let hint = failure.hint.expect("a hint");
        for word in wanted {
            assert!(hint.en.contains(word), "{word} in {}", hint.en);
            assert!(hint.es.contains(word), "{word} in {}", hint.es);
        }
    }
}

#[test]
fn clear_text_beyond_this_machine_needs_a_flag() {
    let place = |url: &str| {
        Place::new().variable("COMERCIAL_WEBHOOK_TOKEN", "x").variable("COMERCIAL_WEBHOOK_URL", url)
    };
    for refused in ["http://comercial.example.pe/x/", "http://10.0.0.1/x/", "http://localhost.example.pe/"] {
        let failure = demanded(&place(refused)).expect_err("clear text");
        assert_eq!(failure.kind, Kind::Usage);
        assert!(failure.hint.expect("a hint").en.contains("--allow-http"));
        assert!(demanded(&place(refused).flag("allow_http", "true")).is_ok());
    }
    for fine in
        [URL, "http://127.0.0.1:8001/x/", "http://127.8.9.1/", "http://[::1]:8001/", "http://localhost:1/"]
    {
        assert!(demanded(&place(fine)).is_ok(), "{fine}");
    }
}

#[test]
fn a_proxy_beyond_this_machine_before_what_is_on_it_needs_a_flag() {
    let place = |proxy: &str| {
        Place::new()
            .variable("COMERCIAL_WEBHOOK_TOKEN", "x")
            .variable("COMERCIAL_WEBHOOK_URL", "http://127.0.0.1:8001/x/")
            .flag("proxy", proxy)
    };
    let failure = demanded(&place("http://ana:MARKED@10.0.0.1:3128")).expect_err("clear text");
    assert_eq!(failure.kind, Kind::Usage);
    assert!(failure.message.en.contains("10.0.0.1") && !failure.message.en.contains("MARKED"));
    let hint = failure.hint.expect("a hint");
    assert!(hint.en.contains("--proxy") && hint.es.contains("--allow-http"), "{hint}");
    let allowed = demanded(&place("http://10.0.0.1:3128").flag("allow_http", "true")).expect("settings");
    assert!(allowed.settings.proxy.is_some());
    assert!(demanded(&place("http://127.0.0.1:3128")).is_ok(), "a proxy on this machine");
}

/// What is only printed needs no way to the receiver.
#[test]
fn a_proxy_of_another_kind_stops_only_what_would_go_through_it() {
    let place = Place::new()
        .variable("COMERCIAL_WEBHOOK_TOKEN", "x")
        .variable("COMERCIAL_WEBHOOK_URL", URL)
        .variable("ALL_PROXY", "socks5://proxy.example.pe:1080");
    assert!(place.found().expect("settings").or_nowhere().is_ok());
    let hint = demanded(&place).expect_err("no such proxy").hint.expect("a hint");
    assert!(hint.en.contains("ALL_PROXY") && hint.es.contains("--proxy none"), "{hint}");
    assert!(demanded(&place.flag("proxy", "none")).is_ok());
}

#[test]
fn an_address_may_not_hold_a_password_nor_another_scheme() {
    for (url, wanted) in [
        ("https://ana:MARKED@comercial.example.pe/", "a user name or a password"),
        ("ftp://comercial.example.pe/", "begins with ftp:"),
        ("comercial.example.pe/api", "is no URL"),
    ] {
        let failure = Place::new().variable("COMERCIAL_WEBHOOK_URL", url).found().expect_err(url);
        assert!(failure.message.en.contains(wanted), "{}", failure.message.en);
        assert!(!failure.message.en.contains("MARKED"));
    }
}

#[test]
fn a_secret_that_no_header_can_carry_is_refused_without_showing_it() {
    for secret in ["MARKED\nsecond line", "MARKED-ñ"] {
        let place = Place::new().file("token", secret);
        let path = place.path("token").to_string_lossy().into_owned();
        let failure = place.flag("token_file", &path).found().expect_err("not a header");
        assert!(!format!("{failure:?}").contains("MARKED"));
    }
}

#[test]
fn a_missing_or_empty_token_file_is_an_error() {
    let place = Place::new().file("empty", " \n");
    for name in ["empty", "missing"] {
        let path = place.path(name).to_string_lossy().into_owned();
        let failure = Place::new().flag("token_file", &path).found().expect_err(name);
        assert!(failure.hint.expect("a hint").en.contains("--token-file"));
    }
}

#[cfg(unix)]
#[test]
fn files_with_secrets_that_others_can_read_are_warned_of() {
    let place = Place::new()
        .file("crm-bridge.toml", "token = \"abc\"")
        .file(".env", "CRM_API_TOKEN=abc")
        .file("home/crm-bridge/config.toml", "retries = 1");
    assert_eq!(place.found().expect("settings").warnings, []);
    let place =
        place.mode("crm-bridge.toml", 0o640).mode(".env", 0o604).mode("home/crm-bridge/config.toml", 0o644);
    let warnings = place.found().expect("settings").warnings;
    assert_eq!(warnings.len(), 2, "the file without a secret may be read: {warnings:?}");
    assert!(warnings.iter().all(|warning| warning.en.contains("chmod 600")));
}

#[test]
fn a_queue_that_no_client_can_connect_to_is_refused_with_the_settings() {
    let place =
        || Place::new().variable("COMERCIAL_WEBHOOK_URL", URL).variable("COMERCIAL_WEBHOOK_TOKEN", "x");
    let queue = |address| demanded(&place().flag("queue", address));
    for refused in
        ["ws://queue:4222", "wss://queue:443", "http://queue:4222", "nats://one:4222,nats://two:4222"]
    {
        let failure = queue(refused).expect_err(refused);
        assert!(failure.kind == Kind::Usage && failure.message.en.contains("queue"), "{failure:?}");
    }
    for taken in ["nats://queue:4222", "tls://queue:4222"] {
        assert!(queue(taken).is_ok(), "{taken}");
    }
}

#[test]
fn debug_shows_no_secret() {
    let place = Place::new()
        .variable("COMERCIAL_WEBHOOK_URL", URL)
        .variable("COMERCIAL_WEBHOOK_TOKEN", "MARKED-1")
        .variable("COMERCIAL_SIGNING_SECRET", "whsec_MARKED2,whsec_MARKED3")
        .variable("CRM_BRIDGE_QUEUE", "nats://ana:MARKED4@queue:4222")
        .variable("CRM_BRIDGE_PROXY", "http://ana:MARKED5@proxy:3128");
    let found = place.found().expect("settings");
    let all = format!("{found:?} {:?}", found.clone().demand());
    assert!(!all.contains("MARKED"), "{all}");
    assert_eq!(found.demand().expect("settings").settings.signing_secrets.len(), 2);
}

#[test]
fn two_tokens_in_one_place_and_a_variable_that_is_no_text_are_warned_of() {
    let file = "COMERCIAL_WEBHOOK_TOKEN_FILE";
    let both = Place::new().variable("COMERCIAL_WEBHOOK_TOKEN", "abc").variable(file, "x");
    let dotenv = Place::new().file(".env", &format!("COMERCIAL_WEBHOOK_TOKEN=abc\n{file}=x\n"));
    for place in [both, dotenv] {
        let found = place.found().expect("settings");
        assert_eq!(found.token.expect("a token").expose(), "abc");
        assert_eq!(found.warnings.len(), 1, "{:?}", found.warnings);
        assert!(found.warnings[0].en.contains("the file is not used"), "{:?}", found.warnings);
    }
    let found = Place::new().garbled("COMERCIAL_WEBHOOK_TOKEN").found().expect("settings");
    assert!(found.token.is_none());
    assert!(found.warnings[0].en.contains("COMERCIAL_WEBHOOK_TOKEN is not UTF-8"), "{:?}", found.warnings);
}
