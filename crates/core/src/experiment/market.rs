//! Which market an experiment is about.

use super::Experiment;
use crate::market::Market;

impl Experiment {
    /// The market: the configuration's where it names one, else the one the data set is about.
    ///
    /// On simulated data the asset's own events are known by their days alone.
    ///
    /// # Examples
    /// ```
    /// use dvol_core::config::Config;
    /// use dvol_core::experiment::Experiment;
    /// let text = "market = { asset = 'eth' }\nsimulation = { hours = 2000 }\nfolders = { data = 'nowhere' }";
    /// assert_eq!(Experiment::new(Config::parse(text)?)?.market().index, "ETH DVOL");
    /// # Ok::<(), dvol_core::Error>(())
    /// ```
    pub fn market(&self) -> Market {
        let market =
            self.config.market.clone().unwrap_or_else(|| self.dataset.manifest().provenance.market());
        if self.is_simulated() { market.without_history() } else { market }
    }
}
