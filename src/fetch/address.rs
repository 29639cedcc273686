//! Addresses: their canonical form, and which of them may be asked at all.

use super::Failure;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

/// Query parameters that say where a reader came from, not what the page is.
const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "dclid",
    "gbraid",
    "wbraid",
    "yclid",
    "ysclid",
    "ymclid",
    "msclkid",
    "twclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "_openstat",
    "_ga",
    "_gl",
    "at_medium",
    "at_campaign",
    "cmpid",
    "spm",
    "share_from",
    "ref_src",
];

/// The form of an address under which a page is known: no fragment, default port, tracking parameters or empty
/// query; scheme and host in lower case. The order of the other parameters stays, since it may matter.
///
/// # Errors
/// `bad_url`: no address, none with http or https, or one with a user.
pub fn canonical(url: &str, drop: &[String]) -> Result<Url, Failure> {
    let mut url = Url::parse(url.trim()).map_err(|e| Failure::lasting("bad_url", format!("{url}: {e}")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(Failure::lasting("bad_url", format!("{url}: not http or https")));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Failure::lasting("bad_url", format!("{url}: an address with a user")));
    }
    url.set_fragment(None);
    if let Some(query) = url.query() {
        let kept: Vec<&str> = query
            .split('&')
            .filter(|pair| {
                let name = pair.split('=').next().unwrap_or_default();
                let lower = name.to_ascii_lowercase();
                !name.is_empty()
                    && !lower.starts_with("utm_")
                    && !TRACKING.contains(&lower.as_str())
                    && !drop.iter().any(|d| d == name)
            })
            .collect();
        let kept = kept.join("&");
        url.set_query((!kept.is_empty()).then_some(&kept));
    }
    Ok(url)
}

/// Whether an address belongs to the public internet: not to this machine, its network or a reserved range
/// (IANA special-purpose address registries), also when written as IPv6.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(a == 0
        || ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || a >= 224
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && (c == 0 || c == 2))
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b & 0xfe == 18 || (b == 51 && c == 100)))
        || (a == 203 && b == 0 && c == 113))
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(v4) = ip.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let inner = |high: u16, low: u16| {
        let ([first, second], [third, fourth]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(first, second, third, fourth))
    };
    match ip.segments() {
        // NAT64 and 6to4 lead to an IPv4 address.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => inner(high, low),
        // Teredo, benchmarking, documentation.
        [0x2001, 0 | 2 | 0xdb8, ..] => false,
        // Global unicast; all else is loopback, unique local, link local, multicast or unassigned.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

/// What may be asked outside the public internet: nothing, where neither is set.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Inside {
    /// Every host.
    pub all: bool,
    /// These hosts.
    pub hosts: Vec<String>,
}

impl Inside {
    fn allows(&self, host: &str) -> bool {
        self.all || self.hosts.iter().any(|h| h.eq_ignore_ascii_case(host))
    }
}

/// Refuses an address whose host is written as a number outside the public internet. Names are judged when they are
/// resolved, by [`Resolver`], so that a name that leads inside helps nobody.
///
/// # Errors
/// `blocked_address`; `bad_url` without a host.
pub fn check(url: &Url, inside: &Inside) -> Result<(), Failure> {
    let ip = match url.host() {
        Some(url::Host::Ipv4(ip)) => IpAddr::V4(ip),
        Some(url::Host::Ipv6(ip)) => IpAddr::V6(ip),
        Some(url::Host::Domain(_)) => return Ok(()),
        None => return Err(Failure::lasting("bad_url", format!("{url}: no host"))),
    };
    let host = url.host_str().unwrap_or_default();
    if is_public(ip) || inside.allows(host) { Ok(()) } else { Err(blocked(host)) }
}

pub(super) fn blocked(host: &str) -> Failure {
    Failure::lasting("blocked_address", format!("{host} is not on the public internet"))
}

/// Resolves names, and gives public addresses only unless told otherwise.
#[derive(Debug, Clone)]
pub struct Resolver {
    /// For which hosts private, loopback and link-local addresses are allowed.
    pub inside: Arc<Inside>,
}

/// A name that leads to no public address.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not on the public internet")]
pub struct Blocked(pub String);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let inside = self.inside.clone();
        Box::pin(async move {
            let name = name.as_str().trim_end_matches('.').to_ascii_lowercase();
            // RFC 6761: names under localhost are this machine, whatever a resolver says.
            let found: Vec<SocketAddr> = if name == "localhost" || name.ends_with(".localhost") {
                vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))]
            } else {
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect()
            };
            let any = !found.is_empty();
            let free = inside.allows(&name);
            let allowed: Vec<_> = found.into_iter().filter(|a| free || is_public(a.ip())).collect();
            if any && allowed.is_empty() {
                return Err(Blocked(name).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_forms() {
        let check = |url: &str, expected: Option<&str>| {
            let drop = vec!["from".to_owned()];
            assert_eq!(canonical(url, &drop).ok().as_ref().map(Url::as_str), expected, "{url}");
        };
        check("HTTPS://WWW.A.KZ:443/x?utm_source=tg&id=5&UTM_Medium=x#top", Some("https://www.a.kz/x?id=5"));
        check("https://a.kz/x?utm_source=tg", Some("https://a.kz/x"));
        check("https://a.kz/x?", Some("https://a.kz/x"));
        check("https://a.kz/x?b=1&a=2", Some("https://a.kz/x?b=1&a=2"));
        check("https://a.kz/x?from=main&fbclid=1", Some("https://a.kz/x"));
        check("https://a.kz/x?q=utm_source", Some("https://a.kz/x?q=utm_source"));
        check(" http://a.kz ", Some("http://a.kz/"));
        check("http://a.kz:8080/x", Some("http://a.kz:8080/x"));
        check("https://қазақ.kz/ә", Some("https://xn--80aau21bd.kz/%D3%99"));
        check("ftp://a.kz/", None);
        check("file:///etc/passwd", None);
        check("javascript:alert(1)", None);
        check("https://user:pass@a.kz/", None);
        check("/x", None);
    }

    #[test]
    fn only_the_public_internet() {
        let check = |ip: &str, expected: bool| assert_eq!(is_public(ip.parse().expect(ip)), expected, "{ip}");
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "::1",
            "::",
            "fc00::1",
            "fe80::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "::7f00:1",
        ] {
            check(inside, false);
        }
        for outside in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808"] {
            check(outside, true);
        }
    }

    #[test]
    fn numbers_as_hosts_are_judged() {
        let judge = |url: &str, all: bool| {
            let inside = Inside { all, hosts: vec!["10.0.0.7".into()] };
            check(&Url::parse(url).expect(url), &inside).map_err(|f| f.code)
        };
        assert_eq!(judge("http://10.0.0.7/", false), Ok(()));
        assert_eq!(judge("http://10.0.0.8/", false), Err("blocked_address"));
        assert_eq!(judge("http://127.0.0.1/", false), Err("blocked_address"));
        assert_eq!(judge("http://2130706433/", false), Err("blocked_address"));
        assert_eq!(judge("http://0x7f.1/", false), Err("blocked_address"));
        assert_eq!(judge("http://[::1]:80/", false), Err("blocked_address"));
        assert_eq!(judge("http://127.0.0.1/", true), Ok(()));
        assert_eq!(judge("http://8.8.8.8/", false), Ok(()));
    }
}
