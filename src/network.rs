//! A small convolutional network over the lines of a text or the blocks of a page.
//!
//! Each line's numbers become a few hidden ones; layers mix each hidden number with that of the lines around, ever
//! farther away, then the hidden numbers of each line with each other (depthwise separable convolutions with doubled
//! dilation: van den Oord et al. 2016, `WaveNet`; Chollet 2017, `Xception`). All sums are made in one order, and
//! nothing is left to the platform, so that the result is the same on every machine.
//!
//! Everything that [`Network::run`] calls is compiled once for each set of vector instructions, and must be part of it
//! for that: functions always inlined, and no closures.

use fearless_simd::prelude::*;
use fearless_simd::{Level, dispatch, f32x8};
use serde::Deserialize;

use crate::digest;

/// Numbers that a processor may take at once.
const LANES: usize = 8;
/// Hidden numbers of a line, in groups of those.
const HIDDEN: usize = 24;
/// Lines that one convolution looks at: the line and so many halves to both sides.
const KERNEL: usize = 5;

/// Lines that are worked on side by side, so that weights are loaded once for all: their sums fit the registers.
const BLOCK: usize = 4;

type Hidden = [[f32; LANES]; HIDDEN / LANES];
const ZEROS: Hidden = [[0.0; LANES]; HIDDEN / LANES];

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
    /// What the hidden numbers of all lines together give to each line, if anything.
    #[serde(default)]
    whole: Option<WholeWeights>,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WholeWeights {
    /// Layers before it.
    before: usize,
    /// For the mean of each hidden number, then for the greatest value of each, its weight for each new one.
    input: Vec<Vec<f32>>,
    /// Of the new numbers.
    bias: Vec<f32>,
}

/// Adds to every line what all lines together say: what kind of text it is.
struct Whole {
    before: usize,
    mean: [Hidden; HIDDEN],
    most: [Hidden; HIDDEN],
    bias: Hidden,
}

struct Layer {
    depth: [Hidden; KERNEL],
    point: [Hidden; HIDDEN],
    bias: Hidden,
}

/// The network, ready to run on lines of so many numbers.
pub(crate) struct Network<const INPUTS: usize> {
    input: [Hidden; INPUTS],
    input_bias: Hidden,
    layers: Vec<Layer>,
    whole: Option<Whole>,
    output: Hidden,
    skip: [f32; INPUTS],
    output_bias: f32,
    sha256: String,
    /// The vector instructions of this machine. They differ in how many numbers they take at once, not in the results.
    level: Level,
}

impl<const INPUTS: usize> Network<INPUTS> {
    /// Reads weights for numbers with these names; `None` if they are for others or another network than this one.
    pub(crate) fn read(json: &str, names: &[impl AsRef<str>]) -> Option<Self> {
        let weights: Weights = serde_json::from_str(json).ok()?;
        let are_named = weights.features.iter().map(String::as_str).eq(names.iter().map(AsRef::as_ref));
        if weights.format != 1 || !are_named {
            return None;
        }
        let layers = weights.layers.iter().map(|layer| {
            Some(Layer { depth: rows(&layer.depth)?, point: rows(&layer.point)?, bias: row(&layer.bias)? })
        });
        Some(Self {
            input: rows(&weights.input)?,
            input_bias: row(&weights.input_bias)?,
            layers: layers.collect::<Option<_>>()?,
            whole: match weights.whole {
                Some(whole) => Some(Whole::read(&whole)?),
                None => None,
            },
            output: row(&weights.output)?,
            skip: weights.skip.as_slice().try_into().ok()?,
            output_bias: weights.output_bias,
            sha256: digest::short_sha256(json.as_bytes()),
            level: Level::new(),
        })
    }

    /// First 8 hex digits of the SHA-256 of the weights.
    pub(crate) fn sha256(&self) -> &str {
        &self.sha256
    }

    /// How likely each line is boilerplate, 0 to 1, in order.
    pub(crate) fn run(&self, lines: &[[f32; INPUTS]]) -> Vec<f32> {
        dispatch!(self.level, simd => self.run_with(simd, lines))
    }

    #[inline(always)]
    fn run_with<S: Simd>(&self, simd: S, lines: &[[f32; INPUTS]]) -> Vec<f32> {
        let mut hidden: Vec<Hidden> = vec![ZEROS; lines.len()];
        let mut direct = vec![0.0; lines.len()];
        for ((lines, hidden), direct) in lines.chunks(BLOCK).zip(hidden.chunks_mut(BLOCK)).zip(direct.chunks_mut(BLOCK))
        {
            self.enter(simd, lines, hidden, direct);
        }
        let mut next = vec![ZEROS; lines.len()];
        for (depth, layer) in self.layers.iter().enumerate() {
            if let Some(whole) = self.whole.as_ref().filter(|whole| whole.before == depth) {
                whole.run(&mut hidden);
            }
            layer.run(simd, &hidden, &mut next, 1 << depth);
            std::mem::swap(&mut hidden, &mut next);
        }
        direct.iter().zip(&hidden).map(|(direct, hidden)| self.leave(*direct, hidden)).collect()
    }

    /// Makes the hidden numbers of up to [`BLOCK`] lines, of each alone, and what their features give past the layers.
    #[inline(always)]
    fn enter<S: Simd>(&self, simd: S, lines: &[[f32; INPUTS]], hidden: &mut [Hidden], direct: &mut [f32]) {
        // Places without a line take the numbers of the last one; what comes of them is left.
        let Some(last) = lines.last() else { return };
        let mut block = [last; BLOCK];
        for (place, line) in block.iter_mut().zip(lines) {
            *place = line;
        }
        let mut sums = [load(simd, &self.input_bias); BLOCK];
        let mut past = [0.0; BLOCK];
        // Most numbers are 0: those that are so in all lines of the block are passed over. What is 0 in one of them alone
        // adds nothing to its sums.
        for group in 0..INPUTS / LANES {
            let mut rest = 0;
            for line in block {
                if let Some(values) = line.as_chunks::<LANES>().0.get(group) {
                    rest |= f32x8::load_array(simd, *values).simd_ne(f32x8::splat(simd, 0.0)).to_bitmask();
                }
            }
            while rest != 0 {
                let index = group * LANES + rest.trailing_zeros() as usize % LANES;
                self.add(simd, &block, index, &mut sums, &mut past);
                rest &= rest - 1;
            }
        }
        for index in INPUTS / LANES * LANES..INPUTS {
            self.add(simd, &block, index, &mut sums, &mut past);
        }
        for (((hidden, direct), sums), past) in hidden.iter_mut().zip(direct).zip(sums).zip(past) {
            for group in 0..HIDDEN / LANES {
                sums[group].max(f32x8::splat(simd, 0.0)).store_array(&mut hidden[group]);
            }
            *direct = past;
        }
    }

    /// Adds what one of the features of each line gives.
    #[inline(always)]
    fn add<S: Simd>(
        &self,
        simd: S,
        block: &[&[f32; INPUTS]; BLOCK],
        index: usize,
        sums: &mut [Registers<S>; BLOCK],
        past: &mut [f32; BLOCK],
    ) {
        let weights = &self.input[index];
        for line in 0..BLOCK {
            let value = block[line][index];
            past[line] += value * self.skip[index];
            add_product(simd, &mut sums[line], value, weights);
        }
    }

    fn leave(&self, direct: f32, hidden: &Hidden) -> f32 {
        let products =
            hidden.as_flattened().iter().zip(self.output.as_flattened()).map(|(value, weight)| value * weight);
        1.0 / (1.0 + exp(-(self.output_bias + direct + products.sum::<f32>())))
    }
}

/// The exponential, to seven digits, by operations that give the same on all machines; those of platforms differ in the
/// last digit. A power of two times the series of the rest (Cody and Waite 1980, chapter 6).
fn exp(value: f32) -> f32 {
    /// Largest value whose exponential is not rounded to infinity, and the smallest, in a normal number.
    const RANGE: f32 = 87.0;
    /// The logarithm of 2 in two parts, the first of few digits.
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    /// One by the factorials from 6 down to 0.
    const SERIES: [f32; 7] = [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0];
    const FRACTION_BITS: u32 = 23;
    const BIAS: f32 = 127.0;
    let value = value.clamp(-RANGE, RANGE);
    let power = (value * std::f32::consts::LOG2_E).round();
    let rest = value - power * LN_2[0] - power * LN_2[1];
    let series = SERIES.iter().fold(0.0, |sum, factor| sum * rest + factor);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 253")]
    let exponent = (power + BIAS) as u32;
    series * f32::from_bits(exponent << FRACTION_BITS)
}

impl Whole {
    fn read(weights: &WholeWeights) -> Option<Self> {
        let (mean, most) = weights.input.split_at_checked(HIDDEN)?;
        Some(Self { before: weights.before, mean: rows(mean)?, most: rows(most)?, bias: row(&weights.bias)? })
    }

    /// Adds to the hidden numbers of each line what mean and greatest value of those of all lines give.
    #[expect(clippy::cast_precision_loss, reason = "a mean needs few digits")]
    fn run(&self, hidden: &mut [Hidden]) {
        let mut mean = ZEROS;
        let mut most = [[f32::NEG_INFINITY; LANES]; HIDDEN / LANES];
        for line in hidden.iter() {
            let values = line.as_flattened().iter();
            let slots = mean.as_flattened_mut().iter_mut().zip(most.as_flattened_mut());
            for (value, (sum, most)) in values.zip(slots) {
                *sum += value;
                *most = most.max(*value);
            }
        }
        let count = hidden.len().max(1) as f32;
        let mut new = self.bias;
        let weights = self.mean.iter().chain(&self.most);
        let values = mean.as_flattened().iter().map(|sum| sum / count).chain(most.as_flattened().iter().copied());
        for (value, weights) in values.zip(weights) {
            for (new, weight) in new.as_flattened_mut().iter_mut().zip(weights.as_flattened()) {
                *new += value * weight;
            }
        }
        for line in hidden {
            for (value, new) in line.as_flattened_mut().iter_mut().zip(new.as_flattened()) {
                *value += new.max(0.0);
            }
        }
    }
}

impl Layer {
    /// Puts the numbers of each line, and what the layer makes of those around, into `next`.
    #[inline(always)]
    fn run<S: Simd>(&self, simd: S, hidden: &[Hidden], next: &mut [Hidden], dilation: usize) {
        let mut first = 0;
        for (own, next) in hidden.chunks(BLOCK).zip(next.chunks_mut(BLOCK)) {
            let mut around = [ZEROS; BLOCK];
            for (line, around) in around.iter_mut().enumerate().take(own.len()) {
                self.look_around(simd, hidden, first + line, dilation, around);
            }
            self.mix(simd, &around, own, next);
            first += own.len();
        }
    }

    /// What the kernel makes of a line and of those around it.
    #[inline(always)]
    fn look_around<S: Simd>(&self, simd: S, hidden: &[Hidden], at: usize, dilation: usize, around: &mut Hidden) {
        let reach = KERNEL / 2 * dilation;
        let mut sums = [f32x8::splat(simd, 0.0); HIDDEN / LANES];
        for (place, weights) in self.depth.iter().enumerate() {
            let from = (at + place * dilation).checked_sub(reach);
            if let Some(values) = from.and_then(|from| hidden.get(from)) {
                for group in 0..HIDDEN / LANES {
                    let values = f32x8::load_array(simd, values[group]);
                    sums[group] += values * f32x8::load_array(simd, weights[group]);
                }
            }
        }
        for group in 0..HIDDEN / LANES {
            sums[group].store_array(&mut around[group]);
        }
    }

    /// Mixes the numbers of each line with each other.
    #[inline(always)]
    fn mix<S: Simd>(&self, simd: S, around: &[Hidden; BLOCK], own: &[Hidden], next: &mut [Hidden]) {
        let mut sums = [load(simd, &self.bias); BLOCK];
        for (from, weights) in self.point.iter().enumerate() {
            for line in 0..BLOCK {
                add_product(simd, &mut sums[line], around[line][from / LANES][from % LANES], weights);
            }
        }
        for ((own, next), sums) in own.iter().zip(next).zip(sums) {
            for group in 0..HIDDEN / LANES {
                let mixed = sums[group].max(f32x8::splat(simd, 0.0));
                (f32x8::load_array(simd, own[group]) + mixed).store_array(&mut next[group]);
            }
        }
    }
}

/// The numbers of a line in registers.
type Registers<S> = [f32x8<S>; HIDDEN / LANES];

#[inline(always)]
fn load<S: Simd>(simd: S, values: &Hidden) -> Registers<S> {
    [f32x8::load_array(simd, values[0]), f32x8::load_array(simd, values[1]), f32x8::load_array(simd, values[2])]
}

#[inline(always)]
fn add_product<S: Simd>(simd: S, sums: &mut Registers<S>, value: f32, weights: &Hidden) {
    let (value, weights) = (f32x8::splat(simd, value), load(simd, weights));
    for group in 0..HIDDEN / LANES {
        sums[group] += value * weights[group];
    }
}

fn row(values: &[f32]) -> Option<Hidden> {
    let (groups, rest) = values.as_chunks::<LANES>();
    groups.try_into().ok().filter(|_| rest.is_empty())
}

fn rows<const N: usize>(values: &[Vec<f32>]) -> Option<[Hidden; N]> {
    values.iter().map(|values| row(values)).collect::<Option<Vec<_>>>()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{LINE_FEATURES, LINE_WEIGHTS};

    /// Numbers of a line of the line model.
    const INPUTS: usize = LINE_FEATURES.len();

    #[test]
    fn exponential_has_seven_digits() {
        for value in [-200.0_f32, -87.0, -20.5, -1.0, -1e-6, 0.0, 0.3, 0.7, 5.0, 86.9] {
            let exact = f64::from(value).clamp(-87.0, 87.0).exp();
            assert!((f64::from(exp(value)) / exact - 1.0).abs() < 3e-7, "{value}: {}", exp(value));
        }
    }

    #[test]
    fn all_vector_instructions_give_the_same_bits() {
        let network = Network::<INPUTS>::read(LINE_WEIGHTS, &LINE_FEATURES).expect("the weights are for this network");
        let number = |seed: usize| {
            if seed.is_multiple_of(3) { 0.0 } else { f32::from(u8::try_from(seed % 251).unwrap_or(0)) / 250.0 }
        };
        // One line more than whole blocks, and more than the kernels reach over.
        let lines: Vec<[f32; INPUTS]> =
            (0..=BLOCK * 20).map(|line| std::array::from_fn(|at| number(line * 31 + at * at))).collect();
        let bits = |level: Level| -> Vec<u32> {
            let scores: Vec<f32> = dispatch!(level, simd => network.run_with(simd, &lines));
            scores.into_iter().map(f32::to_bits).collect()
        };
        let best = bits(Level::new());
        assert_eq!(best, bits(Level::baseline()));
        assert!(best.windows(2).any(|pair| pair[0] != pair[1]), "the lines differ");
    }
}
