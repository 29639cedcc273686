//! Whether `confidence` means what it says: the share of right mentions by stated confidence.

use std::fmt;

/// Lower edges of the bins.
const EDGES: [f32; 6] = [0.0, 0.5, 0.6, 0.7, 0.8, 0.9];

/// Mentions by their confidence.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reliability {
    /// By bin: number of mentions, of right ones, and the sum of the confidences.
    bins: [(usize, usize, f64); EDGES.len()],
}

impl Reliability {
    /// Counts one mention.
    pub fn add(&mut self, confidence: f32, is_right: bool) {
        let bin = EDGES.iter().rposition(|edge| confidence >= *edge).unwrap_or(0);
        self.bins[bin].0 += 1;
        self.bins[bin].1 += usize::from(is_right);
        self.bins[bin].2 += f64::from(confidence);
    }

    /// Mean distance of stated confidence and share of right ones, weighted by the bins' sizes (expected calibration
    /// error: Naeini et al., AAAI 2015), 0 to 1; none without mentions.
    pub fn error(&self) -> Option<f64> {
        let all: usize = self.bins.iter().map(|b| b.0).sum();
        let apart = |(_, right, sum): &(usize, usize, f64)| (sum - *right as f64).abs();
        (all > 0).then(|| self.bins.iter().map(apart).sum::<f64>() / all as f64)
    }
}

impl fmt::Display for Reliability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(error) = self.error() else { return Ok(()) };
        writeln!(f, "confidence             mentions  stated   right")?;
        for (n, (count, right, sum)) in self.bins.iter().enumerate().filter(|(_, bin)| bin.0 > 0) {
            let upper = EDGES.get(n + 1).copied().unwrap_or(1.0);
            let (stated, share) = (sum / *count as f64, *right as f64 / *count as f64);
            writeln!(f, "{:.1} to {upper:.1}             {count:>8}  {stated:>6.3}  {share:>6.3}", EDGES[n])?;
        }
        writeln!(f, "mean distance {error:.3}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confidence_that_holds_has_no_error() {
        let mut table = Reliability::default();
        assert_eq!(table.error(), None);
        for right in [true, true, true, false] {
            table.add(0.75, right);
        }
        assert!(table.error().expect("mentions") < 1e-6);
        table.add(1.0, false);
        assert!((table.error().expect("mentions") - 0.2).abs() < 1e-6);
        assert!(table.to_string().contains("0.7 to 0.8"));
    }
}
