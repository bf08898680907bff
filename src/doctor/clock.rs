//! `clock`: how far this machine's clock is from the receiver's. Pure.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::check::Check;
use super::probe::Answer;
use crate::said;

/// From here on it is said; answers carry whole seconds and take some time themselves.
const NOTICEABLE: Duration = Duration::from_secs(60);

/// Receivers of signed webhooks refuse a timestamp further away than this.
const TOLERATED: Duration = Duration::from_secs(5 * 60);

/// Compares the `Date` of an answer that arrived at `now`.
pub(super) fn clock(answer: &Answer, now: SystemTime, signs: bool) -> Check {
    let Some(theirs) = answer.headers.get("date").and_then(|value| value.to_str().ok()).and_then(parse)
    else {
        return Check::skip("clock", said!(en: "the answer has no date", es: "la respuesta no tiene fecha"));
    };
    let skew = now.duration_since(theirs).unwrap_or_else(|error| error.duration());
    let seconds = skew.as_secs();
    if skew < NOTICEABLE {
        return Check::ok("clock", said!(en: "{seconds} s apart", es: "{seconds} s de diferencia"));
    }
    let (en, es) = if now > theirs { ("ahead of", "adelantado") } else { ("behind", "atrasado") };
    let detail = said!(
        en: "this machine's clock is {seconds} s {en} the receiver's",
        es: "el reloj de esta máquina está {seconds} s {es} respecto al del receptor",
    );
    let hint = said!(
        en: "set the clock by the network (`timedatectl set-ntp true`)",
        es: "ajuste el reloj por la red (`timedatectl set-ntp true`)",
    );
    if signs && skew > TOLERATED {
        Check::wrong("clock", detail, hint)
    } else {
        Check::warn("clock", detail, hint)
    }
}

/// An HTTP date; the obsolete two forms of it no server sends any more.
fn parse(text: &str) -> Option<SystemTime> {
    let time = chrono::NaiveDateTime::parse_from_str(text, "%a, %d %b %Y %H:%M:%S GMT").ok()?;
    let seconds = u64::try_from(time.and_utc().timestamp()).ok()?;
    Some(UNIX_EPOCH + Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue, StatusCode};

    use super::*;
    use crate::report::event::CheckStatus;

    fn at(date: &'static str, now: u64, signs: bool) -> CheckStatus {
        let mut headers = HeaderMap::new();
        headers.insert("date", HeaderValue::from_static(date));
        let answer =
            Answer { status: StatusCode::OK, headers, body: Bytes::new(), first_byte: Duration::ZERO };
        clock(&answer, UNIX_EPOCH + Duration::from_secs(now), signs).note.status
    }

    #[test]
    fn skew_is_judged_in_both_directions() {
        let date = "Thu, 01 Jan 1970 01:00:00 GMT";
        assert_eq!(at(date, 3600, false), CheckStatus::Ok);
        assert_eq!(at(date, 3600 + 59, false), CheckStatus::Ok);
        assert_eq!(at(date, 3600 - 61, false), CheckStatus::Warn);
        assert_eq!(at(date, 3600 + 400, false), CheckStatus::Warn);
        assert_eq!(at(date, 3600 + 400, true), CheckStatus::Fail);
        assert_eq!(at("yesterday", 3600, false), CheckStatus::Skip);
    }
}
