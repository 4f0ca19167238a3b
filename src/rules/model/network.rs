//! A small convolutional network over the lines of a text.
//!
//! Each line's numbers become a few hidden ones; layers mix each hidden number with that of the lines around, ever
//! farther away, then the hidden numbers of each line with each other (depthwise separable convolutions with doubled
//! dilation: van den Oord et al. 2016, `WaveNet`; Chollet 2017, `Xception`). All sums are made in one order, so that
//! the result is the same on every machine.

use serde::Deserialize;

use super::features::{Features, NAMES, SHAPES};
use crate::digest;

/// Hidden numbers of a line.
const HIDDEN: usize = 24;
/// Lines that one convolution looks at: the line and so many halves to both sides.
const KERNEL: usize = 5;

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
        let mut next = hidden.clone();
        for (depth, layer) in self.layers.iter().enumerate() {
            for (at, slot) in next.iter_mut().enumerate() {
                *slot = layer.at(&hidden, at, 1 << depth);
            }
            std::mem::swap(&mut hidden, &mut next);
        }
        lines.iter().zip(&hidden).map(|(line, hidden)| self.leave(line, hidden)).collect()
    }

    fn enter(&self, line: &Features) -> Hidden {
        let mut sums = self.input_bias;
        for (value, weights) in line.iter().zip(&self.input) {
            if *value != 0.0 {
                add(&mut sums, *value, weights);
            }
        }
        sums.map(|sum| sum.max(0.0))
    }

    fn leave(&self, line: &Features, hidden: &Hidden) -> f32 {
        let direct: f32 = line.iter().zip(&self.skip).map(|(value, weight)| value * weight).sum();
        let mixed: f32 = hidden.iter().zip(&self.output).map(|(value, weight)| value * weight).sum();
        1.0 / (1.0 + (-(self.output_bias + direct + mixed)).exp())
    }
}

impl Layer {
    /// The new numbers of the line `at`.
    fn at(&self, hidden: &[Hidden], at: usize, dilation: usize) -> Hidden {
        let mut around = [0.0; HIDDEN];
        for (place, weights) in self.depth.iter().enumerate() {
            let from = (at + place * dilation).checked_sub(KERNEL / 2 * dilation);
            if let Some(values) = from.and_then(|from| hidden.get(from)) {
                for ((sum, value), weight) in around.iter_mut().zip(values).zip(weights) {
                    *sum += value * weight;
                }
            }
        }
        let mut sums = self.bias;
        for (value, weights) in around.iter().zip(&self.point) {
            add(&mut sums, *value, weights);
        }
        let before = hidden.get(at).copied().unwrap_or([0.0; HIDDEN]);
        for (sum, before) in sums.iter_mut().zip(before) {
            *sum = before + sum.max(0.0);
        }
        sums
    }
}

/// Adds `weights`, each times `value`.
fn add(sums: &mut Hidden, value: f32, weights: &Hidden) {
    for (sum, weight) in sums.iter_mut().zip(weights) {
        *sum += value * weight;
    }
}

fn row(values: &[f32]) -> Option<Hidden> {
    values.try_into().ok()
}

fn rows<const N: usize>(values: &[Vec<f32>]) -> Option<[Hidden; N]> {
    values.iter().map(|values| row(values)).collect::<Option<Vec<_>>>()?.try_into().ok()
}
