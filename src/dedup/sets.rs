//! What two sorted sets share.

/// How many values two sorted sets share.
#[inline]
pub fn shared(a: &[u32], b: &[u32]) -> usize {
    let mut n = 0;
    for_shared(a, b, |_| n += 1);
    n
}

/// Calls `f` on every value that two sorted sets share.
pub fn for_shared(a: &[u32], b: &[u32], mut f: impl FnMut(u32)) {
    for_shared_at(a, b, |x, _, _| f(x));
}

/// Calls `f` on every value that two sorted sets share, with its place in each.
pub fn for_shared_at(a: &[u32], b: &[u32], mut f: impl FnMut(u32, usize, usize)) {
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        let (x, y) = (a[i], b[j]);
        if x == y {
            f(x, i, j);
        }
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
}
