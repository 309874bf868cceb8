//! Several processes that train one network on libtorch's c10d.

use super::environment::{number, text};
use super::shim::{Meeting, ProcessGroup, has_nccl};
use crate::error::{Error, Result};
use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use tch::{Device, Tensor};

// How long workers wait for each other at the start, and in one exchange. A worker that dies closes its
// connections, which its peers notice at once; the second limit is for machines that vanish.
const RENDEZVOUS_SECONDS: f64 = 25.0;
const RENDEZVOUS_VARIABLE: &str = "DVOL_RENDEZVOUS_SECONDS";
const COLLECTIVE_SECONDS: f64 = 300.0;
// Between two barriers lies one worker's share of a whole backtest.
const BARRIER_SECONDS: f64 = 30.0 * 86_400.0;

/// Where a worker stands among the others: torchrun's environment variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// This worker, from 0; rank 0 writes files.
    pub rank: usize,
    /// This worker on its machine, from 0: the index of its GPU.
    pub local_rank: usize,
    /// All workers.
    pub world: usize,
    /// The address at which they meet.
    pub host: String,
    /// The port at which they meet.
    pub port: u16,
}

impl Place {
    /// Reads `RANK`, `LOCAL_RANK`, `WORLD_SIZE`, `MASTER_ADDR` and `MASTER_PORT`; `None` when `RANK` is unset.
    ///
    /// # Errors
    /// A variable that is missing or out of range, named.
    pub fn from_environment() -> Result<Option<Self>> {
        let Some(rank) = number("RANK", "a whole number below WORLD_SIZE")? else { return Ok(None) };
        let missing = |name, expected| move || Error::parameter(name, "(unset)", expected);
        let expected = "the number of workers";
        let world = number("WORLD_SIZE", expected)?.ok_or_else(missing("WORLD_SIZE", expected))?;
        if rank >= world {
            return Err(Error::parameter("RANK", rank, format!("below WORLD_SIZE, which is {world}")));
        }
        let local_rank = number("LOCAL_RANK", "a whole number")?.unwrap_or(rank);
        let expected = "a port from 1 to 65535";
        let port = number("MASTER_PORT", expected)?.ok_or_else(missing("MASTER_PORT", expected))?;
        let Some(port) = u16::try_from(port).ok().filter(|port| *port > 0) else {
            return Err(Error::parameter("MASTER_PORT", port, expected));
        };
        let host = text("MASTER_ADDR")?.unwrap_or_else(|| "127.0.0.1".to_owned());
        Ok(Some(Self { rank, local_rank, world, host, port }))
    }
}

/// The addresses a name stands for; none where nobody knows it.
fn addresses(host: &str, port: u16) -> Vec<SocketAddr> {
    (host, port).to_socket_addrs().map(Iterator::collect).unwrap_or_default()
}

/// Whether all workers are on this machine: they meet at its loopback, which no other machine reaches.
fn is_local(host: &str) -> bool {
    let known = addresses(host, 0);
    !known.is_empty() && known.iter().all(|address| address.ip().is_loopback())
}

/// Rank 0's socket at the loopback, where workers of one machine meet and nobody else serves them. The store's own
/// would be open to the whole network.
fn serve(place: &Place) -> std::result::Result<Option<TcpListener>, String> {
    if place.rank > 0 || !is_local(&place.host) || std::env::var_os("TORCHELASTIC_USE_AGENT_STORE").is_some()
    {
        return Ok(None);
    }
    match TcpListener::bind(&*addresses(&place.host, place.port)) {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err("address already in use".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// The workers of a run, as one of them sees them.
#[derive(Debug)]
pub struct Workers {
    place: Place,
    group: ProcessGroup,
}

impl Workers {
    /// Meets the others: NCCL when this worker computes on a GPU, Gloo on CPUs.
    ///
    /// # Errors
    /// A taken port, workers that do not come within 25 s (`DVOL_RENDEZVOUS_SECONDS`), a build without NCCL.
    pub fn meet(place: Place, device: Device) -> Result<Self> {
        if device.is_cuda() && !has_nccl()? {
            return Err(Error::parameter(
                "device",
                "cuda",
                "cpu for several workers: this build has no NCCL; run `make setup TORCH=cuda` and build again",
            ));
        }
        let waiting = match text(RENDEZVOUS_VARIABLE)? {
            Some(text) => {
                let seconds = text.parse().ok().filter(|seconds| (0.1..=86_400.0).contains(seconds));
                let expected = "seconds from 0.1 to 86400";
                seconds.ok_or_else(|| Error::parameter(RENDEZVOUS_VARIABLE, text, expected))?
            }
            None => RENDEZVOUS_SECONDS,
        };
        let Place { rank, world, port, .. } = place;
        let group = serve(&place)
            .and_then(|listening| {
                let local = is_local(&place.host);
                let meeting = Meeting { host: &place.host, port, listening, local, rank, world };
                ProcessGroup::meet(meeting, device.is_cuda(), (waiting, COLLECTIVE_SECONDS))
            })
            .map_err(|detail| {
                let taken = detail.contains("EADDRINUSE") || detail.contains("address already in use");
                let problem = if taken {
                    format!("the port is taken; choose another MASTER_PORT ({detail})")
                } else {
                    format!(
                        "worker {rank} waited {waiting} s for {world} workers; start exactly \
                         WORLD_SIZE of them with the same MASTER_ADDR and MASTER_PORT ({detail})"
                    )
                };
                Error::Source { origin: format!("{}:{port}", place.host), problem }
            })?;
        Ok(Self { place, group })
    }

    /// Where this worker stands.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// The part of a batch of `count` origins that is this worker's.
    pub fn share(&self, count: usize) -> (usize, usize) {
        let Place { rank, world, .. } = self.place;
        (count * rank / world, count * (rank + 1) / world)
    }

    /// Adds a tensor over all workers, in place.
    ///
    /// # Errors
    /// When a worker died or the network failed.
    pub fn sum(&self, tensor: &Tensor) -> Result<()> {
        self.group.sum(tensor).map_err(|detail| self.lost(&detail))
    }

    /// Overwrites a tensor with rank 0's.
    ///
    /// # Errors
    /// When a worker died or the network failed.
    pub fn broadcast(&self, tensor: &Tensor) -> Result<()> {
        self.group.broadcast(tensor).map_err(|detail| self.lost(&detail))
    }

    /// Waits until every worker is here: days if it must be, but no longer than all of them live.
    ///
    /// # Errors
    /// When a worker died or the network failed.
    pub fn barrier(&self) -> Result<()> {
        self.group.barrier(BARRIER_SECONDS).map_err(|detail| self.lost(&detail))
    }

    fn lost(&self, detail: &str) -> Error {
        let Place { rank, world, .. } = self.place;
        Error::Source {
            origin: format!("worker {rank} of {world}"),
            problem: format!(
                "lost the others ({detail}); one of them ended. What was finished is kept: \
                              `dvol train --resume`, or the same `dvol backtest`, continues"
            ),
        }
    }
}
