//! Which items hang together: union-find over a column.

use super::column::Column;
use super::shelf::Shelf;
use std::sync::Arc;

/// Connected components by union-find.
pub(super) struct Components {
    parent: Column<u32>,
}

impl Components {
    /// On a shelf, or in memory where there is none.
    pub(super) fn new(n: u32, shelf: Option<Arc<dyn Shelf>>) -> Self {
        Self { parent: Column::of(shelf, 0..n) }
    }

    /// Of groups, by the first item of each one's.
    pub(super) fn of(groups: &Column<u32>) -> Self {
        Self { parent: Column::of(groups.shelf().cloned(), groups.iter()) }
    }

    fn find(&mut self, mut item: u32) -> u32 {
        let mut above = self.parent.get(item);
        while above != item {
            let next = self.parent.get(above);
            if next != above {
                self.parent.set(item, next);
            }
            (item, above) = (above, next);
        }
        item
    }

    pub(super) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.find(a), self.find(b));
        if a != b {
            self.parent.set(a.max(b), a.min(b));
        }
    }

    /// For each item the smallest of its component.
    pub(super) fn labels(mut self) -> Column<u32> {
        for item in 0..self.parent.len() {
            // What is smaller is a root, or points to one.
            let above = self.parent.get(item);
            if above != item {
                self.parent.set(item, self.parent.get(above));
            }
        }
        self.parent
    }
}

/// How many items each label has, by its first item.
pub(super) fn sizes(labels: &Column<u32>) -> Column<u32> {
    let mut sizes = Column::of(labels.shelf().cloned(), (0..labels.len()).map(|_| 0_u32));
    for label in labels.iter() {
        sizes.set(label, sizes.get(label) + 1);
    }
    sizes
}
