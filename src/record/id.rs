//! Identifiers: blake3 over raw inputs.

/// A stable identifier: `prefix-` and the first 16 hex digits (64 bits) of the blake3 hash of the parts,
/// separated by a unit separator so that ("ab", "c") and ("a", "bc") differ.
pub fn stable_id(prefix: &str, parts: &[&str]) -> String {
    // In one piece: the hash of a few bytes costs less than taking them one by one.
    let mut joined = Vec::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    for part in parts {
        joined.extend_from_slice(part.as_bytes());
        joined.push(b'\x1f');
    }
    format!("{prefix}-{}", &blake3::hash(&joined).to_hex()[..16])
}

/// The full blake3 hash of a raw body, in hex (64 digits).
pub fn content_hash(raw: &[u8]) -> String {
    blake3::hash(raw).to_hex().to_string()
}
