//! Sets that are united (union by size, halving of paths).

/// Elements 0, 1, …, each in a set.
#[derive(Clone, Debug)]
pub(super) struct Sets {
    above: Vec<usize>,
    size: Vec<usize>,
}

impl Sets {
    /// So many elements, each alone.
    pub(super) fn of(n: usize) -> Self {
        Self { above: (0..n).collect(), size: vec![1; n] }
    }

    /// One more, alone.
    pub(super) fn more(&mut self) -> usize {
        self.above.push(self.above.len());
        self.size.push(1);
        self.above.len() - 1
    }

    /// The element that stands for the set.
    pub(super) fn root(&mut self, mut at: usize) -> usize {
        while let Some(up) = self.above.get(at).copied().filter(|up| *up != at) {
            let higher = self.above.get(up).copied().unwrap_or(up);
            if let Some(above) = self.above.get_mut(at) {
                *above = higher;
            }
            at = higher;
        }
        at
    }

    /// Makes the sets of two elements one.
    pub(super) fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return;
        }
        let of = |n: usize| self.size.get(n).copied().unwrap_or(0);
        let (large, small, sum) = if of(a) < of(b) { (b, a, of(a) + of(b)) } else { (a, b, of(a) + of(b)) };
        if let Some(above) = self.above.get_mut(small) {
            *above = large;
        }
        if let Some(size) = self.size.get_mut(large) {
            *size = sum;
        }
    }
}
