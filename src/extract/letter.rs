//! Letters, without the tables of Unicode for those of which news is made.
//!
//! The standard library looks Cyrillic up in a compressed table, letter by letter; these functions agree with it
//! (tested over all of Unicode) and know ASCII and Cyrillic by their ranges.

/// Whether a character is a letter: [`char::is_alphabetic`].
pub fn is_alphabetic(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c.is_ascii_alphabetic(),
        '\u{400}'..='\u{52f}' => !matches!(c, '\u{482}'..='\u{489}'),
        _ => c.is_alphabetic(),
    }
}

/// Whether a character is a letter or a digit: [`char::is_alphanumeric`].
pub fn is_alphanumeric(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c.is_ascii_alphanumeric(),
        '\u{400}'..='\u{52f}' => is_alphabetic(c),
        _ => c.is_alphanumeric(),
    }
}

/// Whether a letter is upper case: [`char::is_uppercase`].
pub fn is_uppercase(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c.is_ascii_uppercase(),
        '\u{400}'..='\u{42f}' => true,
        '\u{430}'..='\u{45f}' => false,
        '\u{48a}'..='\u{4bf}' | '\u{4d0}'..='\u{52f}' => (c as u32).is_multiple_of(2),
        _ => c.is_uppercase(),
    }
}

/// The lower case of a letter, where it is one character: most of [`char::to_lowercase`].
pub fn lower(c: char) -> Option<char> {
    Some(match c {
        '\0'..='\x7f' => c.to_ascii_lowercase(),
        'А'..='Я' => char::from_u32(c as u32 + 0x20).unwrap_or(c),
        '\u{400}'..='\u{40f}' => char::from_u32(c as u32 + 0x50).unwrap_or(c),
        '\u{430}'..='\u{45f}' => c,
        // Upper case is even, lower case follows it.
        '\u{48a}'..='\u{4bf}' | '\u{4d0}'..='\u{52f}' => char::from_u32(c as u32 | 1).unwrap_or(c),
        _ => {
            let mut all = c.to_lowercase();
            let first = all.next()?;
            return all.next().is_none().then_some(first);
        }
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn agrees_with_the_tables() {
        for c in '\0'..=char::MAX {
            assert_eq!(super::is_alphabetic(c), c.is_alphabetic(), "{c:?}");
            assert_eq!(super::is_alphanumeric(c), c.is_alphanumeric(), "{c:?}");
            assert_eq!(super::is_uppercase(c), c.is_uppercase(), "{c:?}");
            if let Some(lower) = super::lower(c) {
                assert_eq!(lower.to_string(), c.to_lowercase().to_string(), "{c:?}");
            }
        }
    }
}
