//! Stored HTTP messages: status, headers and the body as the page's author wrote it.

use super::bytes::Refusal;
use brotli_decompressor::BrotliDecoderParameter;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::borrow::Cow;
use std::io::{ErrorKind, Read};

const LARGE_WINDOW: BrotliDecoderParameter = BrotliDecoderParameter::BROTLI_DECODER_PARAM_LARGE_WINDOW;
/// How a frame of zstd begins.
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd";
/// Largest window of a zstd body, as a power of two: 8 MiB, to which RFC 9659 binds whoever sends one.
const WINDOW_LOG: u32 = 23;

/// The host of an address with `http` or `https`, without user and port; none for other addresses.
pub(super) fn host(uri: &str) -> Option<&str> {
    let (scheme, rest) = uri.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = if host.starts_with('[') { host } else { host.split(':').next()? };
    (!host.is_empty()).then_some(host)
}

/// An HTTP response.
#[derive(Debug)]
pub(crate) struct Message<'m> {
    pub status: u16,
    headers: Vec<(String, String)>,
    stored: &'m [u8],
}

impl<'m> Message<'m> {
    /// Takes a stored message apart.
    pub fn parse(block: &'m [u8]) -> Result<Self, Refusal> {
        let corrupt = || Refusal::new("corrupt_http", "the record holds no HTTP response");
        let mut rest = block;
        let mut lines = std::iter::from_fn(|| {
            let end = rest.iter().position(|b| *b == b'\n')?;
            let (line, after) = rest.split_at(end);
            rest = &after[1..];
            Some(String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)))
        });
        let status = lines.next().ok_or_else(corrupt)?;
        let mut words = status.split_ascii_whitespace();
        let http = words.next().is_some_and(|w| w.starts_with("HTTP/"));
        let status = words.next().and_then(|w| w.parse().ok()).filter(|_| http).ok_or_else(corrupt)?;
        let mut headers = Vec::new();
        for line in lines {
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':') {
                headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        Ok(Self { status, headers, stored: rest })
    }

    /// The first header of a name (in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The body, its transfer and content codings undone, of at most `limit` bytes.
    pub fn body(&self, limit: u64) -> Result<Vec<u8>, Refusal> {
        let too_large = || Refusal::new("too_large", format!("more than {limit} bytes"));
        let chunked = self.header("transfer-encoding").is_some_and(|v| v.eq_ignore_ascii_case("chunked"));
        // Many archives keep the header of a body that they have put together.
        let body = chunked.then(|| unchunk(self.stored)).flatten().map_or(Cow::Borrowed(self.stored), Cow::Owned);
        let coding = self.header("content-encoding").unwrap_or("identity").to_ascii_lowercase();
        let zlib = body.first().is_some_and(|b| b & 0x0f == 8);
        let mut decoder: Box<dyn Read + '_> = match coding.as_str() {
            "gzip" | "x-gzip" if body.starts_with(b"\x1f\x8b") => Box::new(MultiGzDecoder::new(&*body)),
            "deflate" if zlib => Box::new(ZlibDecoder::new(&*body)),
            "deflate" => Box::new(DeflateDecoder::new(&*body)),
            "zstd" if body.starts_with(ZSTD) => {
                let corrupt = |e| Refusal::new("corrupt_zstd", format!("the compressed body is broken: {e}"));
                let mut decoder = zstd::Decoder::with_buffer(&*body).map_err(corrupt)?;
                decoder.window_log_max(WINDOW_LOG).map_err(corrupt)?;
                Box::new(decoder)
            }
            // Brotli has no mark by which it is known; a body that was stored decoded begins as markup does.
            "br" if !body.trim_ascii_start().starts_with(b"<") => {
                let mut decoder = brotli_decompressor::Decompressor::new(&*body, 1 << 16);
                // Windows above 16 MiB are no brotli as RFC 7932 defines it.
                decoder.set_parameter(LARGE_WINDOW, 0);
                Box::new(decoder)
            }
            // Archives that store bodies decoded often keep the header.
            "gzip" | "x-gzip" | "br" | "zstd" | "identity" | "" => {
                return if body.len() as u64 > limit { Err(too_large()) } else { Ok(body.into_owned()) };
            }
            other => return Err(Refusal::new("unknown_coding", format!("the body is coded as {other}"))),
        };
        let mut decoded = Vec::new();
        match decoder.by_ref().take(limit + 1).read_to_end(&mut decoded) {
            Ok(_) if decoded.len() as u64 > limit => Err(too_large()),
            Ok(_) => Ok(decoded),
            Err(e) => {
                let [truncated, corrupt] = match coding.as_str() {
                    "br" => ["corrupt_brotli"; 2],
                    "zstd" => ["truncated_zstd", "corrupt_zstd"],
                    _ => ["truncated_gzip", "corrupt_gzip"],
                };
                Err(if e.kind() == ErrorKind::UnexpectedEof {
                    Refusal::new(truncated, "the compressed body ends too early")
                } else {
                    Refusal::new(corrupt, format!("the compressed body is broken: {e}"))
                })
            }
        }
    }
}

/// Puts a chunked body together; none where it is not one.
fn unchunk(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::with_capacity(rest.len());
    loop {
        let end = rest.iter().position(|b| *b == b'\n')?;
        let size = std::str::from_utf8(&rest[..end]).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        rest = &rest[end + 1..];
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(..size)?);
        let after = rest.get(size..)?;
        rest = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n"))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use std::io::Write;

    #[test]
    fn hosts() {
        let check = |uri: &str, expected: Option<&str>| assert_eq!(host(uri), expected, "{uri}");
        check("https://a.kz", Some("a.kz"));
        check("HTTP://a.kz/x", Some("a.kz"));
        check("https://u:p@a.kz:80?x", Some("a.kz"));
        check("http://[::1]:80/", Some("[::1]:80"));
        check("ftp://a.kz/", None);
        check("http:///x", None);
        check("a.kz/x", None);
        check("", None);
    }

    #[test]
    fn codings_are_undone() {
        let text = "Задержано 5 человек. ".repeat(20);
        let gzip = |data: &[u8]| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(data).expect("memory");
            encoder.finish().expect("memory")
        };
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(text.as_bytes()).expect("memory");
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::fast());
        raw.write_all(text.as_bytes()).expect("memory");
        let check = |headers: &str, body: &[u8], limit: u64, expected: Result<&str, &str>| {
            let block = [format!("HTTP/1.1 200 OK\r\n{headers}\r\n").as_bytes(), body].concat();
            let got = Message::parse(&block).and_then(|m| m.body(limit));
            let got = got.as_deref().map(|b| std::str::from_utf8(b).unwrap_or("?"));
            assert_eq!(got.map_err(|r| r.reason), expected, "{headers}");
        };
        check("", text.as_bytes(), 10_000, Ok(&text));
        check("Content-Encoding: gzip\r\n", &gzip(text.as_bytes()), 10_000, Ok(&text));
        check("content-encoding: GZIP\r\n", text.as_bytes(), 10_000, Ok(&text));
        check("Content-Encoding: deflate\r\n", &zlib.finish().expect("memory"), 10_000, Ok(&text));
        check("Content-Encoding: deflate\r\n", &raw.finish().expect("memory"), 10_000, Ok(&text));
        let zstd = zstd::encode_all(text.as_bytes(), 3).expect("memory");
        check("Content-Encoding: zstd\r\n", &zstd, 10_000, Ok(&text));
        check("Content-Encoding: zstd\r\n", &zstd[..zstd.len() - 5], 10_000, Err("truncated_zstd"));
        check(
            "Content-Encoding: zstd\r\n",
            &zstd::encode_all(&*vec![b'a'; 5_000_000], 3).expect("memory"),
            100_000,
            Err("too_large"),
        );
        // A frame that asks for a window of 64 MiB: magic, descriptor, window of 2^26, an empty last block.
        check("Content-Encoding: zstd\r\n", b"\x28\xb5\x2f\xfd\x00\x80\x01\x00\x00", 100_000, Err("corrupt_zstd"));
        check("Content-Encoding: zstd\r\n", text.as_bytes(), 10_000, Ok(&text));
        // printf 'Detained 5, detained 5, detained 5' | brotli
        let brotli = b"\x1b!\x00\xf8\x1d\x07v3\xd7B|s\xa1\xd3\xf0Z\x83\x10\x85\x95I\xb24\xb7d\xa9\xa1\x8b\xa1b\x81\xf7\xeb\x11\x00";
        check("Content-Encoding: br\r\n", brotli, 10_000, Ok("Detained 5, detained 5, detained 5"));
        check("Content-Encoding: br\r\n", &brotli[..20], 10_000, Err("corrupt_brotli"));
        // Five million times the letter a.
        let bomb = b"\x9b?KL\xf8%\xc2\xe2\xb1@ _\x88\t";
        check("Content-Encoding: br\r\n", bomb, 100_000, Err("too_large"));
        check("Content-Encoding: br\r\n", &[0x11; 30], 10_000, Err("corrupt_brotli"));
        check("Content-Encoding: br\r\n", b"<p>put together</p>", 10_000, Ok("<p>put together</p>"));
        check("Content-Encoding: exi\r\n", b"x", 10_000, Err("unknown_coding"));
        check("Content-Encoding: gzip\r\n", &gzip(text.as_bytes())[..60], 10_000, Err("truncated_gzip"));
        check("Content-Encoding: gzip\r\n", &gzip(&vec![b'a'; 5_000_000]), 100_000, Err("too_large"));
        check("Transfer-Encoding: chunked\r\n", b"4\r\nabcd\r\n2;x\r\nef\r\n0\r\n\r\n", 100, Ok("abcdef"));
        check("Transfer-Encoding: chunked\r\n", b"<p>put together</p>", 100, Ok("<p>put together</p>"));
        check("Transfer-Encoding: chunked\r\n", b"ffffffffffffffff\r\nab", 100, Ok("ffffffffffffffff\r\nab"));
    }
}
