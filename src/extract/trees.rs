//! Boosted trees over a few numbers: what a sum of weights cannot tell.
//!
//! Gradient boosting of regression trees under logistic loss (Friedman 2001, "Greedy function approximation"), with
//! second-order steps: a leaf's weight and a split's gain are formulas 5 and 7 of Chen and Guestrin 2016, "`XGBoost`".
//! Every split is tried, no sample is drawn: the same rows give the same trees.
//!
//! The model is text, one node a line, a tree's first node its root:
//!
//! ```text
//! threshold<TAB>0.45
//! bias<TAB>1.250
//! tree
//! own<TAB>0.31<TAB>1<TAB>2     # nodes 1 and 2 are for values up to 0.31, and beyond
//! <TAB>-0.412                  # a leaf
//! <TAB>0.077
//! ```

use std::fmt::Write;

/// Trees fitted.
const TREES: usize = 200;
/// Questions from a root to a leaf.
const DEPTH: usize = 3;
/// Share of a tree's answer that is added.
const RATE: f64 = 0.05;
/// Strength of L2 on the leaves.
const L2: f64 = 5.0;
/// Least weight of the rows in a leaf.
const LEAST: f64 = 15.0;

/// A node of a tree.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Node {
    /// Number of the feature, its bound, the node for values up to the bound, the node for greater ones.
    Question(usize, f32, usize, usize),
    Answer(f32),
}

/// Questions of a tree that asks [`DEPTH`] on every way, and its answers.
const QUESTIONS: usize = ANSWERS - 1;
const ANSWERS: usize = 1 << DEPTH;

/// A tree as it is walked, without a test for the way's end: where an answer comes early, questions that do not matter
/// lead on to it. The questions behind number n are 2n + 1 and 2n + 2.
#[derive(Debug, Clone, PartialEq)]
struct Walk {
    features: [u8; ANSWERS],
    bounds: [f32; ANSWERS],
    answers: [f32; ANSWERS],
}

/// Features that a model may have.
const MOST: usize = 16;

impl Walk {
    /// Lays a tree out; none where it asks more on a way, or of more features than [`MOST`].
    fn new(tree: &[Node]) -> Option<Self> {
        let mut walk = Self { features: [0; ANSWERS], bounds: [0.0; ANSWERS], answers: [0.0; ANSWERS] };
        let mut next = vec![(0, 0)];
        while let Some((place, node)) = next.pop() {
            match (tree.get(node)?, place < QUESTIONS) {
                (Node::Answer(answer), false) => walk.answers[place - QUESTIONS] = *answer,
                (Node::Answer(_), true) => next.extend([(2 * place + 1, node), (2 * place + 2, node)]),
                (Node::Question(feature, bound, up_to, beyond), true) => {
                    walk.features[place] = u8::try_from(*feature).ok().filter(|f| usize::from(*f) < MOST)?;
                    walk.bounds[place] = *bound;
                    next.extend([(2 * place + 1, *up_to), (2 * place + 2, *beyond)]);
                }
                (Node::Question(..), false) => return None,
            }
        }
        Some(walk)
    }

    fn answer(&self, values: &[f32; MOST]) -> f32 {
        // The remainders change nothing: they spare the tests for the arrays' ends.
        let mut at = 0;
        for _ in 0..DEPTH {
            let up_to = values[usize::from(self.features[at % ANSWERS]) % MOST] <= self.bounds[at % ANSWERS];
            at = 2 * at + 2 - usize::from(up_to);
        }
        self.answers[(at - QUESTIONS) % ANSWERS]
    }
}

/// A trained model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trees {
    bias: f32,
    /// The nodes of each tree.
    roots: Vec<Vec<Node>>,
    walks: Vec<Walk>,
}

/// A row of numbers, whether it is right, and how much it counts.
#[derive(Debug, Clone, Copy)]
pub struct Row<const N: usize> {
    /// Values of the features.
    pub values: [f32; N],
    /// Whether it is right.
    pub right: bool,
    /// How much it counts; 1 for a usual one.
    pub weight: f32,
}

impl Trees {
    /// The log-odds that a row is right.
    pub fn sum(&self, values: &[f32]) -> f32 {
        let mut row = [0.0; MOST];
        row.iter_mut().zip(values).for_each(|(to, value)| *to = *value);
        self.walks.iter().fold(self.bias, |sum, walk| sum + walk.answer(&row))
    }

    /// What each feature adds to the log-odds: along a tree's path, the change of the expected answer at a question
    /// belongs to the question's feature (Saabas 2014), the expected answer of a node being the mean of its leaves.
    pub fn reasons(&self, values: &[f32]) -> Vec<f32> {
        let mut reasons = vec![0.0; values.len()];
        for tree in &self.roots {
            walk(tree, values, |from, to| {
                if let Node::Question(feature, ..) = tree[from] {
                    reasons[feature] += mean(tree, to) - mean(tree, from);
                }
            });
        }
        reasons
    }

    /// Fits the trees; the order of the rows does not change them but for rounding.
    pub fn fit<const N: usize>(rows: &[Row<N>]) -> Self {
        let weight = |right: bool| rows.iter().filter(|r| r.right == right).map(|r| f64::from(r.weight)).sum::<f64>();
        let bias = ((weight(true) + 1.0) / (weight(false) + 1.0)).ln();
        // The rows in the order of each feature, once for all trees.
        let order: Vec<Vec<usize>> = (0..N)
            .map(|feature| {
                let mut order: Vec<usize> = (0..rows.len()).collect();
                order.sort_by(|a, b| rows[*a].values[feature].total_cmp(&rows[*b].values[feature]).then(a.cmp(b)));
                order
            })
            .collect();
        let mut sums = vec![bias; rows.len()];
        let mut trees = Vec::with_capacity(TREES);
        for _ in 0..TREES {
            let steps: Vec<Step> = rows
                .iter()
                .zip(&sums)
                .map(|(row, sum)| {
                    let share = 1.0 / (1.0 + (-sum).exp());
                    let weight = f64::from(row.weight);
                    let gradient = weight * (share - f64::from(u8::from(row.right)));
                    Step { gradient, curvature: weight * share * (1.0 - share), weight }
                })
                .collect();
            let mut tree = Vec::new();
            grow(&mut tree, rows, &steps, &order, DEPTH);
            for (row, sum) in rows.iter().zip(&mut sums) {
                *sum += f64::from(walk(&tree, &row.values, |_, _| {}));
            }
            trees.push(tree);
        }
        let walks = trees.iter().filter_map(|tree| Walk::new(tree)).collect();
        Self { bias: bias as f32, roots: trees, walks }
    }

    /// The model as text.
    pub fn to_text(&self, names: &[&str], threshold: f32) -> String {
        let mut text =
            format!("# Trained by `make train`; do not edit.\nthreshold\t{threshold}\nbias\t{:.4}\n", self.bias);
        for tree in &self.roots {
            text.push_str("tree\n");
            for node in tree {
                let _ = match node {
                    Node::Question(feature, at, up_to, beyond) => {
                        writeln!(text, "{}\t{at}\t{up_to}\t{beyond}", names[*feature])
                    }
                    Node::Answer(value) => writeln!(text, "\t{value:.4}"),
                };
            }
        }
        text
    }

    /// Reads what [`Trees::to_text`] wrote: the trees and the threshold. Lines that begin with `#` are passed over.
    ///
    /// # Errors
    /// The number of the wrong line and what is wrong.
    pub fn parse(text: &str, names: &[&str]) -> Result<(Self, f32), (usize, String)> {
        let mut model = Self::default();
        let mut threshold = 0.5;
        for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let wrong = |what: &str| (n + 1, what.to_owned());
            let cells: Vec<&str> = line.split('\t').collect();
            let number = |cell: &str| cell.parse::<f32>().map_err(|_| wrong("expected a number"));
            let node = match cells.as_slice() {
                ["bias", bias] => {
                    model.bias = number(bias)?;
                    continue;
                }
                ["threshold", least] => {
                    threshold = number(least)?;
                    continue;
                }
                ["tree"] => {
                    model.roots.push(Vec::new());
                    continue;
                }
                ["", value] => Node::Answer(number(value)?),
                [name, at, up_to, beyond] => {
                    let feature = names.iter().position(|known| known == name);
                    let feature = feature.ok_or_else(|| (n + 1, format!("`{name}` is no feature")))?;
                    let node = |cell: &str| cell.parse().map_err(|_| wrong("expected the number of a node"));
                    Node::Question(feature, number(at)?, node(up_to)?, node(beyond)?)
                }
                _ => return Err(wrong("expected `threshold`, `bias`, `tree`, a question or an answer")),
            };
            model.roots.last_mut().ok_or_else(|| wrong("a node before the first `tree`"))?.push(node);
        }
        // A question leads on to later nodes of its tree: every walk ends.
        for (n, tree) in model.roots.iter().enumerate() {
            let leads = |(i, node): (usize, &Node)| match *node {
                Node::Question(_, _, up_to, beyond) => i < up_to && i < beyond && up_to.max(beyond) < tree.len(),
                Node::Answer(_) => true,
            };
            if tree.is_empty() || !tree.iter().enumerate().all(leads) {
                return Err((text.lines().count(), format!("tree {} is not whole", n + 1)));
            }
            let walk = Walk::new(tree);
            let walk = walk.ok_or_else(|| (text.lines().count(), format!("tree {} asks more than {DEPTH}", n + 1)))?;
            model.walks.push(walk);
        }
        Ok((model, threshold))
    }
}

/// The answer of a tree; every step of the way is shown.
fn walk(tree: &[Node], values: &[f32], mut step: impl FnMut(usize, usize)) -> f32 {
    let mut at = 0;
    loop {
        match tree[at] {
            Node::Answer(value) => return value,
            Node::Question(feature, bound, up_to, beyond) => {
                let next = if values[feature] <= bound { up_to } else { beyond };
                step(at, next);
                at = next;
            }
        }
    }
}

/// The mean of the answers below a node.
fn mean(tree: &[Node], at: usize) -> f32 {
    match tree[at] {
        Node::Answer(value) => value,
        Node::Question(_, _, up_to, beyond) => f32::midpoint(mean(tree, up_to), mean(tree, beyond)),
    }
}

/// First and second derivative of a row's loss, and its weight.
#[derive(Debug, Clone, Copy, Default)]
struct Step {
    gradient: f64,
    curvature: f64,
    weight: f64,
}

impl Step {
    fn add(&mut self, other: Self) {
        self.gradient += other.gradient;
        self.curvature += other.curvature;
        self.weight += other.weight;
    }

    fn without(self, other: Self) -> Self {
        Self {
            gradient: self.gradient - other.gradient,
            curvature: self.curvature - other.curvature,
            weight: self.weight - other.weight,
        }
    }

    fn gain(self) -> f64 {
        self.gradient * self.gradient / (self.curvature + L2)
    }
}

/// Grows a tree over the rows that `order` holds, and returns its root's number.
fn grow<const N: usize>(
    tree: &mut Vec<Node>,
    rows: &[Row<N>],
    steps: &[Step],
    order: &[Vec<usize>],
    depth: usize,
) -> usize {
    let mut whole = Step::default();
    order[0].iter().for_each(|row| whole.add(steps[*row]));
    let number = tree.len();
    tree.push(Node::Answer((-RATE * whole.gradient / (whole.curvature + L2)) as f32));
    let Some((feature, bound)) = (depth > 0).then(|| split(rows, steps, order, whole)).flatten() else { return number };
    let side = |beyond: bool| -> Vec<Vec<usize>> {
        let of = |order: &Vec<usize>| {
            order.iter().copied().filter(|row| (rows[*row].values[feature] > bound) == beyond).collect()
        };
        order.iter().map(of).collect()
    };
    let up_to = grow(tree, rows, steps, &side(false), depth - 1);
    let beyond = grow(tree, rows, steps, &side(true), depth - 1);
    tree[number] = Node::Question(feature, bound, up_to, beyond);
    number
}

/// The question that gains most: feature and bound.
fn split<const N: usize>(rows: &[Row<N>], steps: &[Step], order: &[Vec<usize>], whole: Step) -> Option<(usize, f32)> {
    let mut best: Option<(f64, usize, f32)> = None;
    for (feature, order) in order.iter().enumerate() {
        let mut up_to = Step::default();
        for pair in order.windows(2) {
            up_to.add(steps[pair[0]]);
            let (value, next) = (rows[pair[0]].values[feature], rows[pair[1]].values[feature]);
            let beyond = whole.without(up_to);
            if value.total_cmp(&next).is_eq() || up_to.weight < LEAST || beyond.weight < LEAST {
                continue;
            }
            let gain = up_to.gain() + beyond.gain() - whole.gain();
            if gain > best.map_or(1e-9, |(most, ..)| most) {
                best = Some((gain, feature, f32::midpoint(value, next)));
            }
        }
    }
    best.map(|(_, feature, bound)| (feature, bound))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 2] = ["a", "b"];

    /// Right where exactly one of two numbers is large: no sum of weights tells that.
    fn rows() -> Vec<Row<2>> {
        let cells = (0..400_u16).map(|n| (f32::from(n % 20) / 20.0, f32::from(n / 20) / 20.0));
        cells.map(|(a, b)| Row { values: [a, b], right: (a > 0.5) != (b > 0.5), weight: 1.0 }).collect()
    }

    #[test]
    fn trees_learn_what_no_sum_of_weights_can() {
        let rows = rows();
        let model = Trees::fit(&rows);
        let wrong = rows.iter().filter(|r| (model.sum(&r.values) > 0.0) != r.right).count();
        assert!(wrong <= 4, "{wrong} of {} wrong", rows.len());
        assert_eq!(model, Trees::fit(&rows));
    }

    #[test]
    fn text_gives_the_trees_back() {
        let model = Trees::fit(&rows());
        let (read, threshold) = Trees::parse(&model.to_text(&NAMES, 0.25), &NAMES).unwrap();
        assert_eq!(threshold.to_bits(), 0.25_f32.to_bits());
        for row in rows() {
            let walked = model.roots.iter().fold(model.bias, |sum, tree| sum + walk(tree, &row.values, |_, _| {}));
            assert_eq!(walked.to_bits(), model.sum(&row.values).to_bits());
            assert!((read.sum(&row.values) - model.sum(&row.values)).abs() < 0.02);
        }
        assert_eq!(read, Trees::parse(&read.to_text(&NAMES, 0.25), &NAMES).unwrap().0);
    }

    #[test]
    fn reasons_say_what_the_sum_is_made_of() {
        let model = Trees::fit(&rows());
        let values = [0.9, 0.1];
        let rest: f32 = model.roots.iter().map(|tree| mean(tree, 0)).sum();
        let told: f32 = model.reasons(&values).iter().sum();
        assert!((model.bias + rest + told - model.sum(&values)).abs() < 1e-3);
    }

    #[test]
    fn what_is_no_tree_is_refused_with_its_line() {
        for (text, line) in [
            ("bias\tx", 1),
            ("bias\t1\n\t0.5", 2),
            ("tree\nc\t0.5\t1\t2\n\t1\n\t1", 2),
            ("tree\na\t0.5\t0\t2\n\t1\n\t1", 4),
            ("tree\na\t0.5\t1\t2\n\t1", 3),
            ("tree\nnonsense", 2),
            ("tree\na\t1\t1\t2\n\t1\na\t2\t3\t4\n\t1\na\t3\t5\t6\n\t1\na\t4\t7\t8\n\t1\n\t1", 10),
        ] {
            assert_eq!(Trees::parse(text, &NAMES).unwrap_err().0, line, "{text}");
        }
    }
}
