//! How fast, and in how much memory, archives are read.
//!
//! ```text
//! cargo run --release --example read_warc -- make FILE.warc.gz 1000   # megabytes of content, like CC-NEWS
//! cargo run --release --example read_warc -- read FILE.warc.gz [HOST…]
//! ```
//!
//! `make` writes records like Common Crawl's: a response, its request and its metadata, a gzip member each, pages of
//! 5 to 150 KB of markup and text from 500 hosts. `read` prints the pages found, the decompressed bytes of all records
//! by processor second, and the largest memory held (Linux: `VmHWM`).
#![allow(clippy::disallowed_methods, reason = "a tool for developers")]

use dalel::read::{Filter, Limits, discover};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::{self, BufWriter, Read, Write};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["make", file, megabytes] => Ok(make(file, megabytes.parse::<u64>()? * 1_000_000)?),
        ["read", file, hosts @ ..] => read(file, hosts),
        _ => Err("usage: read_warc make FILE MEGABYTES | read FILE [HOST…]".into()),
    }
}

/// Numbers without a pattern that matters (Knuth's MMIX generator).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn make(file: &str, bytes: u64) -> io::Result<()> {
    let letters: Vec<char> = "абвгдежзийклмнопрстуфхцчшщыьэюя".chars().collect();
    let mut dice = Dice(42);
    let words: Vec<String> =
        (0..20_000).map(|_| (0..2 + dice.roll(9)).map(|_| letters[dice.roll(31) as usize]).collect()).collect();
    let mut out = BufWriter::new(fs::File::create(file)?);
    let (mut written, mut n) = (0, 0);
    while written < bytes {
        let uri = format!("https://www.outlet{:03}.kz/news/{n}.html", dice.roll(500));
        let size = 5_000 + dice.roll(145_000) as usize;
        let mut page = String::with_capacity(size + 1000);
        page.push_str("<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body>");
        while page.len() < size {
            page.push_str("<div class=\"item item--news\"><a href=\"/news/");
            page.push_str(&dice.roll(1_000_000).to_string());
            page.push_str("\">");
            for _ in 0..dice.roll(60) {
                page.push_str(&words[(dice.roll(20_000) * dice.roll(20_000) / 20_000) as usize]);
                page.push(' ');
            }
            page.push_str("</a></div>\n");
        }
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nServer: nginx\r\n\r\n";
        let request = format!("GET /news/{n}.html HTTP/1.1\r\nUser-Agent: CCBot/2.0\r\n\r\n");
        for (kind, media, block) in [
            ("request", "application/http; msgtype=request", request),
            ("response", "application/http; msgtype=response", format!("{head}{page}")),
            ("metadata", "application/warc-fields", "fetchTimeMs: 120\r\n".to_owned()),
        ] {
            let record = format!(
                "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Date: 2025-08-30T10:11:12Z\r\nWARC-Target-URI: {uri}\r\nContent-Type: \
                 {media}\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
                block.len()
            );
            written += record.len() as u64;
            let mut member = GzEncoder::new(&mut out, Compression::new(6));
            member.write_all(record.as_bytes())?;
            member.finish()?;
        }
        n += 1;
    }
    out.flush()?;
    println!("{n} pages, {written} bytes of content, {} compressed", fs::metadata(file)?.len());
    Ok(())
}

fn read(file: &str, hosts: &[&str]) -> Result<(), Box<dyn std::error::Error>> {
    let limits = Limits::default();
    let filter = Filter { hosts: hosts.iter().map(|h| (*h).to_owned()).collect(), ..Filter::default() };
    let inputs = discover(&[file.into()])?;
    let begin = cpu_seconds()?;
    let (mut pages, mut kept, mut refused) = (0, 0, 0);
    for chunk in inputs.chunks().with_limits(&limits).with_filter(&filter) {
        let loaded = chunk?.load(&limits)?;
        refused += loaded.refused.len();
        pages += loaded.records.len();
        kept += loaded
            .records
            .iter()
            .map(|record| match record {
                dalel::read::Record::Snapshot(snapshot) => snapshot.body.len(),
                dalel::read::Record::Article(_) => 0,
            })
            .sum::<usize>();
    }
    let seconds = cpu_seconds()? - begin;
    let memory = fs::read_to_string("/proc/self/status")?;
    let memory = memory.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown").to_owned();
    // The content is counted apart, so that the count costs the measured part nothing.
    let mut all = 0;
    let mut plain = flate2::bufread::MultiGzDecoder::new(io::BufReader::new(fs::File::open(file)?));
    let mut buffer = vec![0; 1 << 16];
    loop {
        match plain.read(&mut buffer)? {
            0 => break,
            n => all += n,
        }
    }
    println!("{pages} pages ({kept} bytes), {refused} refused, of {all} bytes of content");
    println!("{seconds:.2} processor seconds, {:.0} MB of content a second; {memory}", all as f64 / 1e6 / seconds);
    Ok(())
}

/// User and system time of this process; Linux counts it in hundredths of a second.
fn cpu_seconds() -> Result<f64, Box<dyn std::error::Error>> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    Ok((fields[11].parse::<f64>()? + fields[12].parse::<f64>()?) / 100.0)
}
