//! Whose Host header it is: a page of another name must not reach a receiver on loopback (DNS rebinding).

use std::net::{IpAddr, SocketAddr};

/// Splits a Host header into name and port.
fn split(host: &str) -> (&str, Option<&str>) {
    match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((name, rest)) => (name, rest.strip_prefix(':')),
        None => host.rsplit_once(':').map_or((host, None), |(name, port)| (name, Some(port))),
    }
}

/// Whether `host` names this receiver: loopback or the address that it is bound to, whatever the port.
pub(super) fn is_own(host: &str, addr: SocketAddr) -> bool {
    let (name, _) = split(host);
    if name.eq_ignore_ascii_case("localhost") {
        return true;
    }
    match name.parse::<IpAddr>() {
        // An address that is bound to everything is reached by any address, but never by a foreign name.
        Ok(ip) => ip.is_loopback() || ip == addr.ip() || addr.ip().is_unspecified(),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_own_names() {
        let addr: SocketAddr = "127.0.0.1:8001".parse().unwrap();
        for own in ["127.0.0.1:8001", "localhost", "LOCALHOST:1", "[::1]:8001"] {
            assert!(is_own(own, addr), "{own}");
        }
        for foreign in ["", "evil.example", "127.0.0.1.evil.example:8001", "192.0.2.1", "localhost.evil:8001"]
        {
            assert!(!is_own(foreign, addr), "{foreign}");
        }
        assert!(is_own("192.0.2.1:8001", "0.0.0.0:8001".parse().unwrap()));
    }
}
