//! Members weighted by how they fared.

use dvol::config::Config;
use dvol::identity::ModelIdentity;
use dvol::models::{Combined, HalfLife, Naive, Weighting};
use dvol::prelude::*;

fn study() -> Study {
    let text = "simulation = { hours = 9000 }\nfolders = { data = 'nowhere' }";
    Study::new(Config::parse(text).unwrap()).unwrap()
}

/// The level at the origin times a factor that alternates: a change that means nothing.
struct Noise(f64);

impl Model for Noise {
    fn name(&self) -> String {
        "noise".to_owned()
    }

    fn identity(&self) -> Option<ModelIdentity> {
        None
    }

    fn fit_boxed(&self, _: &Sample) -> Result<Box<dyn Forecaster>> {
        Ok(Box::new(Self(self.0)))
    }
}

impl Forecaster for Noise {
    fn name(&self) -> String {
        "noise".to_owned()
    }

    fn predict(&self, inputs: &Inputs) -> Result<Predictions> {
        let sign = |i: usize| if inputs.origin(i).hours() % 2 == 0 { self.0 } else { -self.0 };
        Ok((0..inputs.len()).map(|i| inputs.level(i) * (1.0 + sign(i))).collect::<Vec<f64>>().into())
    }
}

fn members() -> Vec<Box<dyn Model>> {
    vec![Box::new(Noise(0.5)), Box::new(Naive::Persistence), Box::new(Naive::HourOfWeek)]
}

#[test]
fn weights_add_up_to_one_and_fall_with_the_error() {
    for rule in [Weighting::Equal, Weighting::Best, Weighting::InverseError, Weighting::Likelihood] {
        for errors in [vec![1.0, 2.0, 4.0], vec![0.0, 1.0], vec![3.0], vec![1.0; 5]] {
            let weights = rule.of(&errors, 100.0);
            assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{rule:?} {errors:?}: {weights:?}");
            assert!(weights.windows(2).all(|pair| pair[0] >= pair[1] - 1e-12), "{rule:?}: {weights:?}");
        }
    }
    // two outcomes, errors of 1 and 2: exp(-1) to 1
    let share = (-1.0_f64).exp() / (1.0 + (-1.0_f64).exp());
    assert!((Weighting::Likelihood.of(&[1.0, 2.0], 2.0)[1] - share).abs() < 1e-15);
}

#[test]
fn a_member_that_is_far_off_gets_no_weight_and_noise_is_not_believed() {
    let study = study();
    let sample = study.sample(&[], 1).unwrap();
    let best = Combined::new("best", members(), Weighting::Best).fit(&sample).unwrap();
    assert_eq!(best.weights()[0], 0.0);
    assert_eq!(best.weights().iter().sum::<f64>(), 1.0);
    let discounted = Combined::new("soft", members(), Weighting::InverseError).discounted(HalfLife::days(60));
    let weights = discounted.fit(&sample).unwrap().weights().to_vec();
    assert!(weights[0] < 0.05 && weights[1] > 0.3, "{weights:?}");
    let noise = Combined::new("noise", vec![Box::new(Noise(0.5))], Weighting::Equal).shrunk();
    let fitted = noise.fit(&sample).unwrap();
    assert!(fitted.share() < 0.05, "{}", fitted.share());
    let points = fitted.predict(sample.inputs()).unwrap().point;
    assert!((points[0] / sample.inputs().level(0) - 1.0).abs() < 0.05);
}

#[test]
fn a_combination_is_the_weighted_mean_of_its_members() {
    let study = study();
    let sample = study.sample(&[], 1).unwrap();
    let combined = Combined::new("soft", members(), Weighting::InverseError).fit(&sample).unwrap();
    let own = combined.predict(sample.inputs()).unwrap().point;
    let mut mean = vec![0.0; sample.len()];
    for (member, weight) in members().iter().zip(combined.weights()) {
        let points = member.fit_boxed(&sample).unwrap().predict(sample.inputs()).unwrap().point;
        mean.iter_mut().zip(points).for_each(|(sum, point)| *sum += weight * point);
    }
    assert!(own.iter().zip(&mean).all(|(own, mean)| (own - mean).abs() < 1e-9));
}

#[test]
fn a_combination_of_nothing_is_refused() {
    let sample = study().sample(&[], 1).unwrap();
    assert_eq!(
        Combined::new("empty", Vec::new(), Weighting::Best).fit(&sample).err().unwrap().exit_code(),
        2
    );
}
