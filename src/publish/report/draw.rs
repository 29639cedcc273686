//! Pictures as inline SVG, sized by their content, coloured by the page's style sheet.

use super::words::Words;
use std::fmt::Write;

/// Escapes text for HTML and SVG, in elements and in quoted attributes.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // XML knows no control characters, and direction marks would reorder what stands around them.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            letter if letter.is_control() => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    safe
}

/// One bar: its name, its length, and what is printed at its end.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bar {
    /// Name.
    pub(super) name: String,
    /// Length, in any unit.
    pub(super) value: f64,
    /// The value as text.
    pub(super) label: String,
}

/// Horizontal bars from zero, as a table: names and figures stay readable without the picture.
pub(super) fn bars(bars: &[Bar]) -> String {
    let most = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
    let mut html = "<table class=\"bars\">\n".to_owned();
    for bar in bars {
        let width = if most > 0.0 { bar.value / most * 100.0 } else { 0.0 };
        let _ = writeln!(
            html,
            "<tr><th scope=\"row\">{}</th><td><svg width=\"100%\" height=\"14\" aria-hidden=\"true\"><rect class=\"bar\" \
             width=\"{width:.2}%\" height=\"14\"/></svg></td><td class=\"number\">{}</td></tr>",
            escape(&bar.name),
            escape(&bar.label),
        );
    }
    html + "</table>\n"
}

/// Height of the columns' area, and room for the axes' labels.
const HEIGHT: f64 = 180.0;
const LEFT: f64 = 56.0;
const BELOW: f64 = 26.0;
const ABOVE: f64 = 14.0;

/// Vertical columns over time. `columns` are consecutive; those with a `tick` are named on the axis.
pub(super) fn columns(columns: &[Column], title: &str, words: &Words) -> String {
    const WIDTH: f64 = 720.0;
    let most = columns.iter().map(|column| column.count).max().unwrap_or_default();
    let step = step(most);
    let top = most.div_ceil(step).max(1) * step;
    let y = |count: u64| ABOVE + HEIGHT * (1.0 - count as f64 / top as f64);
    let slot = (WIDTH - LEFT) / columns.len().max(1) as f64;
    let mut svg = format!(
        "<svg class=\"columns\" viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-label=\"{}\">\n",
        ABOVE + HEIGHT + BELOW,
        escape(title)
    );
    for line in (0..=top / step).map(|n| n * step) {
        let at = y(line);
        let _ = writeln!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/><text class=\"axis\" \
             x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            LEFT - 8.0,
            at + 4.0,
            words.number(line as f64)
        );
    }
    for (at, column) in columns.iter().enumerate() {
        let x = LEFT + slot * at as f64;
        let width = (slot * 0.84).min(48.0);
        let left = x + (slot - width) / 2.0;
        let _ = writeln!(
            svg,
            "<rect class=\"bar\" x=\"{left:.2}\" y=\"{:.2}\" width=\"{width:.2}\" height=\"{:.2}\"><title>{}: {}</title></rect>",
            y(column.count),
            ABOVE + HEIGHT - y(column.count),
            escape(&column.name),
            words.number(column.count as f64)
        );
        if let Some(tick) = &column.tick {
            let _ = writeln!(
                svg,
                "<text class=\"axis\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                x + slot / 2.0,
                ABOVE + HEIGHT + 18.0,
                escape(tick)
            );
        }
    }
    svg + "</svg>\n"
}

/// One column of [`columns`].
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    /// Its span of time.
    pub(super) name: String,
    /// Its name on the axis, if it has one there.
    pub(super) tick: Option<String>,
    /// Its height.
    pub(super) count: u64,
}

/// Distance of about four grid lines: 1, 2 or 5 times a power of ten.
fn step(most: u64) -> u64 {
    let mut power = 1;
    loop {
        for factor in [1, 2, 5] {
            if factor * power * 5 >= most {
                return factor * power;
            }
        }
        power *= 10;
    }
}

/// One region on the map.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tile {
    /// Column, from the west.
    pub(super) column: u32,
    /// Row, from the north.
    pub(super) row: u32,
    /// Name that fits the tile.
    pub(super) short: String,
    /// Full name.
    pub(super) name: String,
    /// Number of events.
    pub(super) count: u64,
}

/// Regions as equal tiles, about where they lie, the darker the more events.
pub(super) fn tiles(tiles: &[Tile], title: &str, words: &Words) -> String {
    const SIDE: u32 = 92;
    const GAP: u32 = 6;
    let most = tiles.iter().map(|tile| tile.count).max().unwrap_or_default().max(1);
    let size = |last: Option<u32>| last.map_or(0, |last| (last + 1) * (SIDE + GAP) - GAP);
    let (width, height) = (size(tiles.iter().map(|t| t.column).max()), size(tiles.iter().map(|t| t.row).max()));
    let mut svg = format!(
        "<svg class=\"tiles\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\">\n",
        escape(title)
    );
    for tile in tiles {
        let (x, y) = (tile.column * (SIDE + GAP), tile.row * (SIDE + GAP));
        let share = tile.count as f64 / most as f64;
        // Where black gives way to white in the light, and white to black in the dark: both keep a contrast of 4.5.
        let class = match share {
            s if s > 0.77 => "tile middle strong",
            s if s > 0.61 => "tile middle",
            _ => "tile",
        };
        let _ = writeln!(
            svg,
            "<g class=\"{class}\"><title>{}: {count}</title><rect class=\"ground\" x=\"{x}\" y=\"{y}\" width=\"{SIDE}\" \
             height=\"{SIDE}\"/><rect class=\"shade\" x=\"{x}\" y=\"{y}\" width=\"{SIDE}\" height=\"{SIDE}\" \
             fill-opacity=\"{share:.3}\"/><text class=\"short\" x=\"{left}\" y=\"{}\">{}</text><text class=\"count\" \
             x=\"{left}\" y=\"{}\">{count}</text></g>",
            escape(&tile.name),
            y + 24,
            escape(&tile.short),
            y + SIDE - 14,
            count = words.number(tile.count as f64),
            left = x + 9,
        );
    }
    svg + "</svg>\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        let check = |text: &str, expect: &str| assert_eq!(escape(text), expect);
        check("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;");
        check("a \" onload='x' & b", "a &quot; onload=&#39;x&#39; &amp; b");
        check("\u{202e}кг\u{0}5", "кг 5");
        check("Қарағанды", "Қарағанды");
    }

    #[test]
    fn grid_lines_stand_at_round_numbers() {
        let check = |most: u64, expect: u64| assert_eq!(step(most), expect, "{most}");
        check(0, 1);
        check(5, 1);
        check(6, 2);
        check(11, 5);
        check(26, 10);
        check(9_999, 2_000);
    }
}
