//! DVOL and price, hour by hour.

use super::Simulation;
use crate::time::{HOUR_MS, Timestamp};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

const HOURS_A_YEAR: f64 = 8760.0;
/// Hours run before the first row, so that it is drawn from the stationary market.
const BURN_IN: i64 = 6000;

/// Log-DVOL by half day of the week, Monday 00:00 first: it falls into the weekend, rises on Sunday night.
const WEEK: [f64; 14] = [
    0.000, 0.001, 0.002, 0.002, 0.004, 0.002, 0.001, -0.009, -0.0125, -0.028, -0.028, -0.0325, -0.023, -0.018,
];
/// Relative size of moves by hour of the day: option expiry at 08:00, the American morning.
const DAY: [f64; 24] = [
    0.92, 1.0, 0.98, 0.94, 0.87, 0.87, 0.94, 1.08, 1.3, 1.1, 1.03, 0.88, 1.0, 1.1, 1.25, 1.17, 1.08, 1.04,
    1.02, 0.96, 1.02, 1.02, 0.96, 0.9,
];
const WEEKEND: f64 = 0.8;

// Regimes: mean length in hours, and what stress does.
const CALM_HOURS: f64 = 3000.0;
const STRESS_HOURS: f64 = 300.0;
const STRESS_VOLATILITY: f64 = 0.40;
const STRESS_JUMPS: f64 = 2.0;
const STRESS_SHOCKS: f64 = 1.4;

// The price: median spot volatility (annual), reversion times (hours) and sizes of its log's parts.
const SPOT_VOLATILITY: f64 = 0.47;
const SPOT_SLOW: (f64, f64) = (4600.0, 0.38);
const SPOT_FAST: (f64, f64) = (40.0, 0.15);
const REGIME_HOURS: f64 = 72.0;
const PRICE_DRIFT: f64 = 0.2;
const PRICE_JUMP: f64 = 3.5;
const FIRST_PRICE: f64 = 54_000.0;

// Log-DVOL: level, weight of log realized volatility, and its own parts.
const LEVEL: f64 = 4.14;
const REALIZED_WEIGHT: f64 = 0.75;
const REALIZED_HOURS: f64 = 700.0;
const SLOW_WEIGHT: f64 = 0.1;
const PREMIUM: (f64, f64) = (4000.0, 0.08);
const GAP_HOURS: f64 = 100.0;
const GAP_SHOCK: f64 = 0.0073;
const SHOCK_SIZES: (f64, f64) = (120.0, 0.5);
const LEVERAGE: f64 = 0.25;

// Jumps: a base rate an hour, excitation by each jump, and sizes in local standard deviations.
const JUMP_RATE: f64 = 0.003;
const EXCITATION: f64 = 0.015;
const EXCITED_HOURS: f64 = 20.0;
const JUMP_UP: f64 = 0.68;
const DOWN_RATIO: f64 = 0.7;
const JUMP_FLOOR: f64 = 6.0;
const JUMP_EXCESS: f64 = 6.0;
const JUMP_HOURS: f64 = 100.0;
const JUMP_LIMITS: (f64, f64) = (-0.2, 0.35);

/// One simulated hour.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hour {
    pub(super) dvol: f64,
    pub(super) price: f64,
    pub(super) volume: f64,
    pub(super) volatility: f64,
    pub(super) jump: f64,
    pub(super) seasonal: f64,
    pub(super) price_volatility: f64,
    pub(super) price_jump: f64,
    pub(super) stressed: bool,
}

/// A mean-reverting Gaussian sequence in its stationary law.
#[derive(Debug, Clone, Copy)]
struct Reverting {
    value: f64,
    keep: f64,
    shock: f64,
}

impl Reverting {
    /// Reversion time in hours and stationary standard deviation.
    fn new((hours, deviation): (f64, f64)) -> Self {
        let keep = keep(hours);
        Self { value: 0.0, keep, shock: deviation * (1.0 - keep * keep).sqrt() }
    }

    fn step(&mut self, normal: f64) -> f64 {
        self.value = self.keep * self.value + self.shock * normal;
        self.value
    }
}

fn keep(hours: f64) -> f64 {
    (-1.0 / hours).exp()
}

/// The state of the market between two hours.
struct Market {
    random: ChaCha8Rng,
    slow: Reverting,
    fast: Reverting,
    premium: Reverting,
    shock_size: Reverting,
    turnover: Reverting,
    stressed: bool,
    stress: f64,
    intensity: f64,
    realized_variance: f64,
    gap: f64,
    jumps: f64,
    log_price: f64,
}

/// Simulates the hours of the panel, after a burn-in.
pub(super) fn run(simulation: &Simulation) -> Vec<Hour> {
    let mut market = Market {
        random: simulation.seed.stage("simulate market").rng(),
        slow: Reverting::new(SPOT_SLOW),
        fast: Reverting::new(SPOT_FAST),
        premium: Reverting::new(PREMIUM),
        shock_size: Reverting::new(SHOCK_SIZES),
        turnover: Reverting::new((30.0, 0.5)),
        stressed: false,
        stress: 0.0,
        intensity: JUMP_RATE,
        realized_variance: SPOT_VOLATILITY * SPOT_VOLATILITY / HOURS_A_YEAR,
        gap: 0.0,
        jumps: 0.0,
        log_price: 0.0,
    };
    let week_mean = (0..168).map(week).sum::<f64>() / 168.0;
    let activity_scale = ((0..168).map(|hour| activity(hour).powi(2)).sum::<f64>() / 168.0).sqrt();
    let time = |row: i64| Timestamp::from_millis(simulation.start.millis() + row * HOUR_MS);
    for row in -BURN_IN..0 {
        market.step(activity(time(row).hour_of_week()) / activity_scale, 0.0);
    }
    market.log_price = FIRST_PRICE.ln();
    (0..simulation.hours as i64)
        .map(|row| {
            let hour = time(row).hour_of_week();
            market.step(activity(hour) / activity_scale, week(hour) - week_mean)
        })
        .collect()
}

fn week(hour: usize) -> f64 {
    let (half_day, into) = (hour / 12, (hour % 12) as f64 / 12.0);
    (1.0 - into) * WEEK[half_day] + into * WEEK[(half_day + 1) % 14]
}

fn activity(hour: usize) -> f64 {
    DAY[hour % 24] * if hour >= 120 { WEEKEND } else { 1.0 }
}

impl Market {
    fn normal(&mut self) -> f64 {
        self.random.sample(StandardNormal)
    }

    fn step(&mut self, activity: f64, seasonal: f64) -> Hour {
        let leave = if self.stressed { 1.0 / STRESS_HOURS } else { 1.0 / CALM_HOURS };
        self.stressed ^= self.random.random::<f64>() < leave;
        let in_stress = |factor: f64| if self.stressed { factor } else { 1.0 };
        let (jump_factor, shock_factor) = (in_stress(STRESS_JUMPS), in_stress(STRESS_SHOCKS));
        let target = if self.stressed { STRESS_VOLATILITY } else { 0.0 };
        self.stress += (1.0 - keep(REGIME_HOURS)) * (target - self.stress);

        let normals: [f64; 8] = std::array::from_fn(|_| self.normal());
        let slow = self.slow.step(normals[0]);
        let stress_share = STRESS_HOURS / (CALM_HOURS + STRESS_HOURS);
        let log_ratio = slow + self.fast.step(normals[1]) + self.stress - STRESS_VOLATILITY * stress_share;
        let spot = SPOT_VOLATILITY * log_ratio.exp();
        let spot_hourly = spot / HOURS_A_YEAR.sqrt();
        // centred so that its square, not its log, has mean one
        let size = (self.shock_size.step(normals[2]) - SHOCK_SIZES.1 * SHOCK_SIZES.1).exp();
        let shock = GAP_SHOCK * size * shock_factor * activity;

        let rate = self.intensity * jump_factor;
        let (jump, price_jump) = self.jump(rate, shock, spot_hourly, normals[3]);
        self.intensity = JUMP_RATE + keep(EXCITED_HOURS) * (self.intensity - JUMP_RATE);
        if jump != 0.0 {
            self.intensity += EXCITATION / jump_factor;
        }

        let compensator = rate
            * PRICE_JUMP
            * spot_hourly
            * (JUMP_UP - DOWN_RATIO * (1.0 - JUMP_UP))
            * std::f64::consts::FRAC_2_PI.sqrt();
        let diffusion = spot_hourly * activity * normals[4];
        let change = diffusion - 0.5 * spot_hourly * spot_hourly
            + price_jump
            + compensator
            + PRICE_DRIFT / HOURS_A_YEAR;
        self.log_price += change;
        let remember = keep(REALIZED_HOURS);
        self.realized_variance = remember * self.realized_variance + (1.0 - remember) * change * change;

        // leverage: the gap widens when the price falls
        let lean = -LEVERAGE * normals[4] + (1.0 - LEVERAGE * LEVERAGE).sqrt() * normals[5];
        self.gap = keep(GAP_HOURS) * self.gap + shock * lean;
        self.jumps = keep(JUMP_HOURS) * self.jumps + jump;
        let realized = 0.5 * (self.realized_variance * HOURS_A_YEAR).ln() - 0.6_f64.ln();
        let level = LEVEL + REALIZED_WEIGHT * realized + SLOW_WEIGHT * slow + self.premium.step(normals[6]);
        let turnover = self.turnover.step(normals[7]) + 0.5 * (1.0 + change.abs() / spot_hourly).ln();
        Hour {
            dvol: (level + self.gap + self.jumps + seasonal).exp(),
            price: self.log_price.exp(),
            volume: 1100.0 * activity * (turnover + log_ratio).exp(),
            volatility: shock.hypot(self.premium.shock),
            jump,
            seasonal,
            price_volatility: 100.0 * spot,
            price_jump,
            stressed: self.stressed,
        }
    }

    /// Jumps of log-DVOL and of the log price in this hour: they come together, with opposite signs.
    fn jump(&mut self, rate: f64, shock: f64, spot_hourly: f64, normal: f64) -> (f64, f64) {
        let [arrival, direction, excess]: [f64; 3] = std::array::from_fn(|_| self.random.random());
        if arrival >= rate {
            return (0.0, 0.0);
        }
        let sign = if direction < JUMP_UP { 1.0 } else { -DOWN_RATIO };
        let size = JUMP_FLOOR - JUMP_EXCESS * (1.0 - excess).ln();
        let jump = (sign * size * shock).clamp(JUMP_LIMITS.0, JUMP_LIMITS.1);
        (jump, -sign * PRICE_JUMP * spot_hourly * normal.abs())
    }
}
