//! Bytes to text.
//!
//! In order: a byte order mark; UTF-8 that is valid (a page declared as windows-1251 that is valid UTF-8
//! with letters beyond ASCII is UTF-8: the odds against are astronomical); the transport's charset; the
//! page's own `<meta>`; detection. A declaration that the bytes contradict is not believed. Mixed pages
//! (UTF-8 with stray bytes of another encoding) are decoded piece by piece.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, WINDOWS_1252};
use std::borrow::Cow;

/// How far into a page a declaration is looked for, in bytes.
const SNIFF: usize = 8192;

/// Decodes a page. `content_type` is the transport's header, `is_html` allows `<meta>` to declare.
/// Never fails: bytes that mean nothing become U+FFFD. Returns none where the bytes are no text at all.
pub fn decode<'b>(bytes: &'b [u8], content_type: Option<&str>, is_html: bool) -> Option<Cow<'b, str>> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return Some(encoding.decode_without_bom_handling(&bytes[length..]).0);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return Some(encoding.decode_without_bom_handling(bytes).0);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (!is_binary(bytes)).then_some(Cow::Borrowed(text));
    }
    if is_binary(bytes) {
        return None;
    }
    if utf8_share(bytes) > 0.9 {
        return Some(Cow::Owned(decode_mixed(bytes)));
    }
    let declared = content_type
        .and_then(charset_of)
        .into_iter()
        .chain(is_html.then(|| declared_in(&bytes[..bytes.len().min(SNIFF)])).flatten())
        .filter_map(|label| Encoding::for_label(label.as_bytes()))
        .find(|encoding| *encoding != UTF_8 && *encoding != UTF_16LE && *encoding != UTF_16BE);
    let detected = || {
        let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
        detector.feed(&bytes[..bytes.len().min(1 << 16)], true);
        detector.guess(Some(b"kz"), chardetng::Utf8Detection::Deny)
    };
    let encoding = match declared {
        // "latin1" and windows-1252 are what a careless server says of anything.
        Some(encoding) if encoding != WINDOWS_1252 && encoding.is_ascii_compatible() && reads_well(encoding, bytes) => {
            encoding
        }
        Some(_) | None => detected(),
    };
    Some(encoding.decode_without_bom_handling(bytes).0)
}

/// Whether a declared single-byte Cyrillic encoding gives readable text: more small letters than capitals.
/// KOI8-R read as windows-1251 (and the reverse) swaps the case of every letter.
fn reads_well(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    let (text, _, had_errors) = encoding.decode(&bytes[..bytes.len().min(1 << 16)]);
    let (mut small, mut capital) = (0_usize, 0_usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        small += usize::from(c.is_lowercase());
        capital += usize::from(c.is_uppercase());
    }
    (!had_errors || encoding == WINDOWS_1251) && capital <= small.max(20)
}

/// The share of bytes beyond ASCII that are part of valid UTF-8 sequences.
fn utf8_share(bytes: &[u8]) -> f64 {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|b| !b.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    if good + bad == 0 { 0.0 } else { good as f64 / (good + bad) as f64 }
}

/// UTF-8 with stray runs of another encoding: a run that is windows-1251 letters is read so.
fn decode_mixed(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if chunk.invalid().iter().all(|&b| b >= 0xC0 || b == 0xA8 || b == 0xB8) && !chunk.invalid().is_empty() {
            text.push_str(&WINDOWS_1251.decode_without_bom_handling(chunk.invalid()).0);
        } else if !chunk.invalid().is_empty() {
            text.push('\u{FFFD}');
        }
    }
    text
}

/// Zero bytes in every second place: UTF-16 that lost its mark.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(512) & !1];
    if head.len() < 16 {
        return None;
    }
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|&&b| b == 0).count() * 2;
    let common = |odd: usize| zeros(odd) * 10 > head.len() * 4 && zeros(1 - odd) * 20 < head.len();
    if common(1) {
        Some(UTF_16LE)
    } else if common(0) {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Whether the bytes are no text: known magic numbers, or control bytes that text does not have.
fn is_binary(bytes: &[u8]) -> bool {
    const MAGIC: [&[u8]; 8] =
        [b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"\x1F\x8B", b"\x7FELF", b"Rar!"];
    if MAGIC.iter().any(|magic| bytes.starts_with(magic)) {
        return true;
    }
    let head = &bytes[..bytes.len().min(SNIFF)];
    let controls = head.iter().filter(|&&b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B)).count();
    controls * 50 > head.len()
}

/// The value of `charset` in a `Content-Type`.
fn charset_of(content_type: &str) -> Option<&str> {
    let at = content_type.to_ascii_lowercase().find("charset")?;
    let value = content_type.get(at + 7..)?.trim_start().strip_prefix('=')?;
    let value = value.trim_start_matches([' ', '"', '\'']);
    let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))).unwrap_or(value.len());
    (end > 0).then(|| &value[..end])
}

/// The charset that a page declares in `<meta>` or in an XML declaration.
fn declared_in(head: &[u8]) -> Option<&str> {
    let ascii_end = head.len();
    let lower = head[..ascii_end].to_ascii_lowercase();
    for name in [b"charset".as_slice(), b"encoding".as_slice()] {
        for at in memchr::memmem::find_iter(&lower, name) {
            let rest = &head[at + name.len()..];
            let skip = rest.iter().position(|b| !matches!(b, b' ' | b'=' | b'"' | b'\'')).unwrap_or(rest.len());
            let value = &rest[skip..];
            let end = value
                .iter()
                .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')))
                .unwrap_or(value.len());
            let label = std::str::from_utf8(&value[..end]).unwrap_or("");
            if skip > 0 && Encoding::for_label(label.as_bytes()).is_some() {
                return Some(label);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{KOI8_R, WINDOWS_1251};

    const TEXT: &str = "<p>Қостанайда полиция сообщила: в городе прошла проверка, подробности выясняются, следите.</p>";
    const RUSSIAN: &str = "<p>В Костанае полиция сообщила: в городе прошла проверка, подробности выясняются.</p>";

    fn check(bytes: &[u8], content_type: Option<&str>, expect: &str) {
        assert_eq!(decode(bytes, content_type, true).as_deref(), Some(expect), "{content_type:?}");
    }

    #[test]
    fn the_bytes_outweigh_what_is_said_of_them() {
        let windows = WINDOWS_1251.encode(RUSSIAN).0;
        let koi8 = KOI8_R.encode(RUSSIAN).0;
        for said in
            [None, Some("text/html"), Some("text/html; charset=utf-8"), Some("text/html; charset=\"windows-1251\"")]
        {
            check(&windows, said, RUSSIAN);
            check(TEXT.as_bytes(), said, TEXT);
        }
        check(&koi8, Some("text/html; charset=koi8-r"), RUSSIAN);
        check(&koi8, Some("text/html; charset=windows-1251"), RUSSIAN);
        check(&windows, Some("text/html; charset=koi8-r"), RUSSIAN);
        check(&windows, Some("text/html; charset=ISO-8859-1"), RUSSIAN);
        check(&koi8, None, RUSSIAN);
    }

    #[test]
    fn a_page_may_say_it_itself() {
        let page =
            format!("<html><head><meta http-equiv=Content-Type content='text/html; charset=koi8-r'></head>{RUSSIAN}");
        check(&KOI8_R.encode(&page).0, None, &page);
        let page = format!("<?xml version=\"1.0\" encoding=\"windows-1251\"?>{RUSSIAN}");
        check(&WINDOWS_1251.encode(&page).0, None, &page);
    }

    #[test]
    fn marks_and_wide_characters() {
        check(&[b"\xEF\xBB\xBF", TEXT.as_bytes()].concat(), Some("text/html; charset=windows-1251"), TEXT);
        let utf16: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        check(&[b"\xFF\xFE".as_slice(), &utf16].concat(), None, TEXT);
        let latin: Vec<u8> =
            "<html><body>plain text in UTF-16</body>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        check(&latin, None, "<html><body>plain text in UTF-16</body>");
    }

    #[test]
    fn a_mixed_page_keeps_both_parts() {
        let stray = WINDOWS_1251.encode("Новости").0;
        let page = [TEXT.as_bytes(), &stray, TEXT.as_bytes()].concat();
        check(&page, Some("text/html; charset=utf-8"), &format!("{TEXT}Новости{TEXT}"));
    }

    #[test]
    fn no_text_is_no_text() {
        for bytes in [
            b"%PDF-1.7 ...".as_slice(),
            b"\x89PNG\r\n\x1a\n",
            b"PK\x03\x04",
            &[0, 1, 2, 3, 0, 0, 9, 1],
            b"\x1F\x8B\x08\x00",
        ] {
            assert_eq!(decode(bytes, None, true), None);
        }
    }
}
