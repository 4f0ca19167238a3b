//! A small convolutional network over the lines of a text.
//!
//! Each line's numbers become a few hidden ones; layers mix each hidden number with that of the lines around, ever
//! farther away, then the hidden numbers of each line with each other (depthwise separable convolutions with doubled
//! dilation: van den Oord et al. 2016, `WaveNet`; Chollet 2017, `Xception`). All sums are made in one order, so that
//! the result is the same on every machine, but for the exponential at the end, which is that of the platform.

use serde::Deserialize;

use super::features::{Features, NAMES, SHAPES};
use crate::digest;

/// Hidden numbers of a line.
const HIDDEN: usize = 24;
/// Lines that one convolution looks at: the line and so many halves to both sides.
const KERNEL: usize = 5;

/// Lines whose results are summed up side by side.
const BLOCK: usize = 8;
/// Lines that are mixed side by side: the sums of two fit the registers.
const PAIR: usize = 2;

type Hidden = [f32; HIDDEN];

/// Weights as they stand in `rules/models/lines.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Weights {
    format: u32,
    features: Vec<String>,
    /// For each feature, its weight for each hidden number.
    input: Vec<Vec<f32>>,
    input_bias: Vec<f32>,
    layers: Vec<LayerWeights>,
    output: Vec<f32>,
    /// Weight of each feature for the result, past the layers.
    skip: Vec<f32>,
    output_bias: f32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LayerWeights {
    /// For each place of the kernel, the weight of each hidden number.
    depth: Vec<Vec<f32>>,
    /// For each hidden number, its weight for each new one.
    point: Vec<Vec<f32>>,
    /// Of the new numbers.
    bias: Vec<f32>,
}

struct Layer {
    depth: [Hidden; KERNEL],
    point: [Hidden; HIDDEN],
    bias: Hidden,
}

/// The network, ready to run.
pub(crate) struct Network {
    input: [Hidden; SHAPES],
    input_bias: Hidden,
    layers: Vec<Layer>,
    output: Hidden,
    skip: [f32; SHAPES],
    output_bias: f32,
    sha256: String,
}

impl Network {
    /// Reads weights; `None` if they are for other numbers or another network than this one.
    pub(crate) fn read(json: &str) -> Option<Self> {
        let weights: Weights = serde_json::from_str(json).ok()?;
        if weights.format != 1 || weights.features != NAMES {
            return None;
        }
        let layers = weights.layers.iter().map(|layer| {
            Some(Layer { depth: rows(&layer.depth)?, point: rows(&layer.point)?, bias: row(&layer.bias)? })
        });
        Some(Self {
            input: rows(&weights.input)?,
            input_bias: row(&weights.input_bias)?,
            layers: layers.collect::<Option<_>>()?,
            output: row(&weights.output)?,
            skip: weights.skip.as_slice().try_into().ok()?,
            output_bias: weights.output_bias,
            sha256: digest::short_sha256(json.as_bytes()),
        })
    }

    /// First 8 hex digits of the SHA-256 of the weights.
    pub(crate) fn sha256(&self) -> &str {
        &self.sha256
    }

    /// How likely each line is boilerplate, 0 to 1, in order.
    pub(crate) fn run(&self, lines: &[Features]) -> Vec<f32> {
        let mut hidden: Vec<Hidden> = lines.iter().map(|line| self.enter(line)).collect();
        // A line of zeros more where the number of lines is odd.
        hidden.resize(hidden.len().next_multiple_of(PAIR), [0.0; HIDDEN]);
        let mut around = hidden.clone();
        for (depth, layer) in self.layers.iter().enumerate() {
            layer.look_around(hidden.get(..lines.len()).unwrap_or_default(), &mut around, 1 << depth);
            layer.mix(&around, &mut hidden);
        }
        let mut scores = Vec::with_capacity(lines.len());
        for (lines, hidden) in lines.chunks(BLOCK).zip(hidden.chunks(BLOCK)) {
            self.leave(lines, hidden.get(..lines.len()).unwrap_or_default(), &mut scores);
        }
        scores
    }

    fn enter(&self, line: &Features) -> Hidden {
        // Most numbers are 0: those that are not are listed first, without a branch for each.
        let mut listed = [0; SHAPES];
        let mut count = 0;
        for (index, value) in line.iter().enumerate() {
            listed[count.min(SHAPES - 1)] = index;
            count += usize::from(*value != 0.0);
        }
        let mut sums = self.input_bias;
        for index in &listed[..count.min(SHAPES)] {
            let index = (*index).min(SHAPES - 1);
            let (value, weights) = (line[index], &self.input[index]);
            for number in 0..HIDDEN {
                sums[number] += value * weights[number];
            }
        }
        sums.map(|sum| sum.max(0.0))
    }

    /// Adds the results of a block of lines to `scores`: the sums of its lines are made side by side, since each waits
    /// for its last addition.
    fn leave(&self, lines: &[Features], hidden: &[Hidden], scores: &mut Vec<f32>) {
        let direct = products(lines, &self.skip);
        let mixed = products(hidden, &self.output);
        let results =
            direct.iter().zip(&mixed).map(|(direct, mixed)| 1.0 / (1.0 + (-(self.output_bias + direct + mixed)).exp()));
        scores.extend(results.take(lines.len()));
    }
}

/// The sum of the products of the numbers of each line with `weights`.
fn products<const N: usize>(lines: &[[f32; N]], weights: &[f32; N]) -> [f32; BLOCK] {
    const NOTHING: f32 = -0.0;
    let mut sums = [NOTHING; BLOCK];
    if let Some(lines) = lines.first_chunk::<BLOCK>() {
        for (index, weight) in weights.iter().enumerate() {
            for (sum, line) in sums.iter_mut().zip(lines) {
                *sum += line[index] * weight;
            }
        }
    } else {
        for (sum, line) in sums.iter_mut().zip(lines) {
            line.iter().zip(weights).for_each(|(value, weight)| *sum += value * weight);
        }
    }
    sums
}

// Loops over numbers are written out, and functions are not taken apart, so that the sums stay in registers: adapters
// of iterators take up to twice the instructions here.
#[expect(clippy::needless_range_loop, reason = "the compiler makes vectors of these loops")]
impl Layer {
    /// Puts what the kernel makes of each line and of those around it into `around`.
    #[inline(never)]
    fn look_around(&self, hidden: &[Hidden], around: &mut [Hidden], dilation: usize) {
        let reach = KERNEL / 2 * dilation;
        for (at, around) in around.iter_mut().enumerate().take(hidden.len()) {
            let mut sums = [0.0; HIDDEN];
            for (place, weights) in self.depth.iter().enumerate() {
                let from = (at + place * dilation).checked_sub(reach);
                if let Some(values) = from.and_then(|from| hidden.get(from)) {
                    for number in 0..HIDDEN {
                        sums[number] += values[number] * weights[number];
                    }
                }
            }
            *around = sums;
        }
    }

    /// Mixes the numbers of each line with each other, and adds the result to `hidden`. Two lines at a time: weights
    /// are loaded once for both, and the sums of both fit the registers.
    #[inline(never)]
    fn mix(&self, around: &[Hidden], hidden: &mut [Hidden]) {
        let (around, hidden) = (around.as_chunks::<PAIR>().0, hidden.as_chunks_mut::<PAIR>().0);
        for (around, hidden) in around.iter().zip(hidden) {
            let (mut one, mut other) = (self.bias, self.bias);
            for from in 0..HIDDEN {
                for number in 0..HIDDEN {
                    one[number] += around[0][from] * self.point[from][number];
                }
                for number in 0..HIDDEN {
                    other[number] += around[1][from] * self.point[from][number];
                }
            }
            for number in 0..HIDDEN {
                hidden[0][number] += one[number].max(0.0);
                hidden[1][number] += other[number].max(0.0);
            }
        }
    }
}

fn row(values: &[f32]) -> Option<Hidden> {
    values.try_into().ok()
}

fn rows<const N: usize>(values: &[Vec<f32>]) -> Option<[Hidden; N]> {
    values.iter().map(|values| row(values)).collect::<Option<Vec<_>>>()?.try_into().ok()
}
