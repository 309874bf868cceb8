//! The plain average of several models.

use super::{Band, Fits, Forecaster, Model, Predictions, QuantileForecasts};
use crate::error::{Error, Result};
use crate::identity::ModelIdentity;
use crate::sample::{Inputs, Sample};

/// Several models as one: the mean of their point forecasts, and of their interval ends and quantiles where all have one.
///
/// Equal weights have nothing to learn and are hard to beat (Timmermann 2006, "Forecast combinations",
/// Handbook of Economic Forecasting 1). Members may be different models or one model under several seeds.
///
/// # Examples
/// ```
/// use dvol_core::models::{Average, Model, Naive};
/// let average = Average::new("naive_pair", vec![Box::new(Naive::Persistence), Box::new(Naive::Mean)])?;
/// assert_eq!(average.name(), "naive_pair");
/// # Ok::<(), dvol_core::Error>(())
/// ```
pub struct Average {
    name: String,
    members: Vec<Box<dyn Model>>,
}

impl Average {
    /// An average under a name of its own.
    ///
    /// # Errors
    /// When there is no member.
    pub fn new(name: impl Into<String>, members: Vec<Box<dyn Model>>) -> Result<Self> {
        let name = name.into();
        if members.is_empty() {
            return Err(Error::parameter(format!("members of {name}"), 0, "at least one model"));
        }
        Ok(Self { name, members })
    }
}

impl Model for Average {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn features(&self) -> Vec<String> {
        features_of(&self.members)
    }

    fn dispensable(&self) -> Vec<String> {
        dispensable_of(&self.members)
    }

    fn window(&self) -> usize {
        self.members.iter().map(Model::window).max().unwrap_or(1)
    }

    fn members(&self) -> &[Box<dyn Model>] {
        &self.members
    }

    fn is_costly(&self) -> bool {
        self.members.iter().any(Model::is_costly)
    }

    fn share(&mut self, fits: &Fits) {
        self.members.iter_mut().filter(|member| member.is_costly()).for_each(|member| fits.share(member));
    }

    fn identity(&self) -> Option<ModelIdentity> {
        let members = self.members.iter().map(Model::identity).collect::<Option<_>>()?;
        Some(ModelIdentity::of_members("average", members))
    }

    fn spared(&self, sample: &Sample) -> Result<Option<Sample>> {
        let mut shortest: Option<Sample> = None;
        for member in &self.members {
            let Some(spared) = member.spared(sample)? else { return Ok(None) };
            if shortest.as_ref().is_none_or(|shortest| spared.len() < shortest.len()) {
                shortest = Some(spared);
            }
        }
        Ok(shortest)
    }

    fn fit_boxed(&self, sample: &Sample) -> Result<Box<dyn Forecaster>> {
        let members = self.members.iter().map(|member| member.fit_boxed(sample)).collect::<Result<_>>()?;
        Ok(Box::new(FittedAverage { name: self.name.clone(), members }))
    }
}

/// The features that any of several models reads.
pub(super) fn features_of(members: &[Box<dyn Model>]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in members.iter().flat_map(Model::features) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The features that every member which reads them can do without.
pub(super) fn dispensable_of(members: &[Box<dyn Model>]) -> Vec<String> {
    let needs = |name: &String| {
        let mut readers = members.iter().filter(|member| member.features().contains(name));
        readers.any(|member| !member.dispensable().contains(name))
    };
    features_of(members).into_iter().filter(|name| !needs(name)).collect()
}

/// The mean of fitted models, under one name.
pub(super) struct FittedAverage {
    pub name: String,
    pub members: Vec<Box<dyn Forecaster>>,
}

impl Forecaster for FittedAverage {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn predict(&self, inputs: &Inputs) -> Result<Predictions> {
        let all: Vec<Predictions> =
            self.members.iter().map(|member| member.predict(inputs)).collect::<Result<_>>()?;
        let point = mean(all.iter().map(|one| one.point.as_slice()), inputs.len());
        let common = all[0].intervals.iter().filter(|interval| {
            all.iter().all(|one| one.intervals.iter().any(|other| other.coverage == interval.coverage))
        });
        let intervals = common
            .map(|interval| {
                let same = || {
                    all.iter()
                        .flat_map(|one| &one.intervals)
                        .filter(|other| other.coverage == interval.coverage)
                };
                Band {
                    coverage: interval.coverage,
                    lower: mean(same().map(|one| one.lower.as_slice()), inputs.len()),
                    upper: mean(same().map(|one| one.upper.as_slice()), inputs.len()),
                }
            })
            .collect();
        let same = |level| all.iter().map(move |one| one.quantiles.iter().find(|own| own.level == level));
        let quantiles = all[0].quantiles.iter().filter_map(|own| {
            let members: Vec<&QuantileForecasts> = same(own.level).collect::<Option<_>>()?;
            let values = mean(members.iter().map(|one| one.values.as_slice()), inputs.len());
            Some(QuantileForecasts { level: own.level, values })
        });
        let quantiles = quantiles.collect();
        Ok(Predictions { point, intervals, quantiles })
    }
}

fn mean<'a>(members: impl Iterator<Item = &'a [f64]>, length: usize) -> Vec<f64> {
    let mut sums = vec![0.0; length];
    let mut count = 0.0;
    for member in members {
        sums.iter_mut().zip(member).for_each(|(sum, value)| *sum += value);
        count += 1.0;
    }
    sums.iter_mut().for_each(|sum| *sum /= count);
    sums
}
