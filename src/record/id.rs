//! Identifiers: blake3 over raw inputs.

/// A stable identifier: `prefix-` and the first 16 hex digits (64 bits) of the blake3 hash of the parts,
/// separated by a unit separator so that ("ab", "c") and ("a", "bc") differ.
pub fn stable_id(prefix: &str, parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update(b"\x1f");
    }
    format!("{prefix}-{}", &hasher.finalize().to_hex()[..16])
}

/// The full blake3 hash of a raw body, in hex (64 digits).
pub fn content_hash(raw: &[u8]) -> String {
    blake3::hash(raw).to_hex().to_string()
}
