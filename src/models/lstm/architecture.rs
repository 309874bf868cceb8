//! The network's shape: which tensors there are, under PyTorch's names.

use serde::{Deserialize, Serialize};

/// LSTM layers, then a head of two linear layers on the last time step.
///
/// `LSTM(features, hidden, layers) -> last step -> [LayerNorm] -> dropout -> Linear(hidden, hidden/2) ->
/// ReLU -> dropout -> Linear(hidden/2, outputs)`
///
/// # Examples
/// ```
/// use dvol::models::lstm::Architecture;
/// let ultra_large =
///     Architecture { features: 11, hidden_size: 512, num_layers: 3, layer_norm: false, outputs: 1 };
/// assert_eq!(ultra_large.parameter_count(), 5_409_281);
/// ```
///
/// # References
/// Hochreiter and Schmidhuber (1997), *Long short-term memory*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Architecture {
    /// Features an hour.
    pub features: usize,
    /// Hidden units a layer.
    pub hidden_size: usize,
    /// Stacked LSTM layers.
    pub num_layers: usize,
    /// Whether the last time step is layer-normalised before the head.
    pub layer_norm: bool,
    /// Numbers given an origin: 1 for a mean, or one a quantile.
    pub outputs: usize,
}

/// One parameter tensor: PyTorch's name and its shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterShape {
    /// The name in PyTorch's `state_dict`, e.g. `lstm.weight_ih_l0`.
    pub name: String,
    /// The dimensions.
    pub shape: Vec<i64>,
    /// Initialised uniformly on (-1/sqrt(fan), 1/sqrt(fan)), as PyTorch does; `None` for a layer norm.
    pub fan: Option<usize>,
}

impl ParameterShape {
    /// The number of scalars.
    pub fn len(&self) -> usize {
        self.shape.iter().product::<i64>() as usize
    }

    /// Always false for a valid architecture.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Architecture {
    /// All parameters in storage order: LSTM weights, LSTM biases, head.
    ///
    /// That order is cuDNN's own, so on a GPU one flat buffer serves it without a copy.
    pub fn parameters(&self) -> Vec<ParameterShape> {
        let hidden = self.hidden_size as i64;
        let gates = 4 * hidden;
        let mut all = Vec::with_capacity(4 * self.num_layers + 6);
        let mut add = |name: String, shape: Vec<i64>, fan: Option<usize>| {
            all.push(ParameterShape { name, shape, fan });
        };
        for layer in 0..self.num_layers {
            let inputs = if layer == 0 { self.features as i64 } else { hidden };
            add(format!("lstm.weight_ih_l{layer}"), vec![gates, inputs], Some(self.hidden_size));
            add(format!("lstm.weight_hh_l{layer}"), vec![gates, hidden], Some(self.hidden_size));
        }
        for layer in 0..self.num_layers {
            add(format!("lstm.bias_ih_l{layer}"), vec![gates], Some(self.hidden_size));
            add(format!("lstm.bias_hh_l{layer}"), vec![gates], Some(self.hidden_size));
        }
        if self.layer_norm {
            add("norm.weight".to_owned(), vec![hidden], None);
            add("norm.bias".to_owned(), vec![hidden], None);
        }
        let (middle, outputs) = (hidden / 2, self.outputs as i64);
        add("fc1.weight".to_owned(), vec![middle, hidden], Some(self.hidden_size));
        add("fc1.bias".to_owned(), vec![middle], Some(self.hidden_size));
        add("fc2.weight".to_owned(), vec![outputs, middle], Some(self.hidden_size / 2));
        add("fc2.bias".to_owned(), vec![outputs], Some(self.hidden_size / 2));
        all
    }

    /// The number of trainable scalars.
    pub fn parameter_count(&self) -> usize {
        self.parameters().iter().map(ParameterShape::len).sum()
    }
}
