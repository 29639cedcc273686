//! robots.txt (RFC 9309): what a host lets us ask, and how fast.

use std::time::Duration;
use texting_robots::Robot;

/// The product token under which a robots.txt may name us.
pub const TOKEN: &str = "dalel";

/// No crawl delay above this is kept; whoever asks for more wants no crawler, and gets this.
const LONGEST: Duration = Duration::from_mins(5);

/// What a host's robots.txt says.
#[derive(Debug)]
pub enum Rules {
    /// There is none (status 4xx): everything is allowed.
    All,
    /// It could not be had (5xx, no answer): nothing is, for now.
    Nothing,
    /// Its name leads to no public address, so it is not asked for anything.
    Inside,
    /// Its rules for us.
    Some(Box<Robot>),
}

impl Rules {
    /// The rules of an answer. Of a body longer than 500 KiB the rest is ignored, as the RFC allows.
    pub fn of(status: u16, body: &[u8]) -> Self {
        match status {
            200..=299 => {
                let body = &body[..body.len().min(500 << 10)];
                let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
                Robot::new(TOKEN, body).map_or(Self::All, |robot| Self::Some(Box::new(robot)))
            }
            400..=499 if status != 429 => Self::All,
            _ => Self::Nothing,
        }
    }

    /// Whether an address may be asked.
    pub fn allows(&self, url: &str) -> bool {
        match self {
            Self::All => true,
            Self::Nothing | Self::Inside => false,
            Self::Some(robot) => robot.allowed(url),
        }
    }

    /// The time between two requests that it asks for.
    pub fn delay(&self) -> Option<Duration> {
        let Self::Some(robot) = self else { return None };
        let seconds = robot.delay.filter(|s| s.is_finite() && *s > 0.0)?;
        Some(Duration::from_secs_f32(seconds.min(LONGEST.as_secs_f32())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_become_rules() {
        let check = |status: u16, body: &str, url: &str, expected: bool| {
            assert_eq!(Rules::of(status, body.as_bytes()).allows(url), expected, "{status} {body}");
        };
        let closed = "User-agent: *\nDisallow: /admin\nDisallow: /*?print";
        check(200, closed, "https://a.kz/news", true);
        check(200, closed, "https://a.kz/admin/x", false);
        check(200, closed, "https://a.kz/x?print=1", false);
        check(200, "User-agent: dalel\nDisallow: /\n\nUser-agent: *\nAllow: /", "https://a.kz/", false);
        check(200, "\u{feff}User-agent: *\nDisallow: /", "https://a.kz/x", false);
        check(200, "<html>not found</html>", "https://a.kz/x", true);
        check(404, closed, "https://a.kz/admin", true);
        check(403, closed, "https://a.kz/admin", true);
        check(429, "", "https://a.kz/", false);
        check(503, "", "https://a.kz/", false);
    }

    #[test]
    fn delays() {
        let check = |body: &str, expected: Option<u64>| {
            let delay = Rules::of(200, body.as_bytes()).delay();
            assert_eq!(delay.map(|d| d.as_secs()), expected, "{body}");
        };
        check("User-agent: *\nCrawl-delay: 10", Some(10));
        check("User-agent: *\nCrawl-delay: 86400", Some(300));
        check("User-agent: *\nCrawl-delay: 0", None);
        check("User-agent: *\nDisallow:", None);
    }
}
