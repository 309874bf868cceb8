//! Where the network runs.

use super::{environment, shim};
use crate::error::{Error, Result};
use std::sync::OnceLock;
use tch::{Cuda, Device};

/// The device a name stands for: `auto` is the first GPU libtorch can use (several processes on one machine,
/// told apart by torchrun's `LOCAL_RANK`, take turns), else the CPU.
///
/// # Errors
/// A name that is none of `auto`, `cpu`, `cuda`, `cuda:N`, or a GPU that is not there.
///
/// # Examples
/// ```
/// use dvol::models::lstm::device;
/// assert_eq!(device::parse("cpu")?, dvol::tch::Device::Cpu);
/// assert!(device::parse("gpu").is_err());
/// # Ok::<(), dvol::Error>(())
/// ```
pub fn parse(name: &str) -> Result<Device> {
    match Wish::read(name)? {
        Wish::Auto => Ok(turn(environment::number("LOCAL_RANK", "a whole number")?, count())),
        Wish::Cpu => Ok(Device::Cpu),
        Wish::Cuda(index) => {
            let (index, found) = (index.unwrap_or(0), count());
            if index >= found {
                let reason = why_no_gpu().unwrap_or_default();
                let expected = format!("a device that is there; libtorch sees {found} GPUs. {reason}");
                return Err(Error::parameter("device", name, expected.trim_end().to_owned()));
            }
            Ok(Device::Cuda(index))
        }
    }
}

/// What a device's name asks for.
enum Wish {
    Auto,
    Cpu,
    /// A GPU, by its number where one is given.
    Cuda(Option<usize>),
}

impl Wish {
    fn read(name: &str) -> Result<Self> {
        match name {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda(None)),
            _ => match name.strip_prefix("cuda:").and_then(|digits| digits.parse().ok()) {
                Some(index) => Ok(Self::Cuda(Some(index))),
                None => Err(Error::parameter("device", name, "auto, cpu, cuda or cuda:N")),
            },
        }
    }
}

fn turn(local_rank: Option<usize>, count: usize) -> Device {
    local_rank.unwrap_or(0).checked_rem(count).map_or(Device::Cpu, Device::Cuda)
}

/// The device of one worker among several on a machine with `count` GPUs: `auto` and `cuda` mean the GPU of its
/// local rank, any other name itself.
///
/// # Examples
/// ```
/// use dvol::models::lstm::device::of_worker;
/// assert_eq!((of_worker("auto", 1, 2), of_worker("auto", 1, 0)), ("cuda:1".into(), "auto".into()));
/// assert_eq!((of_worker("cuda", 3, 2), of_worker("cpu", 1, 2)), ("cuda:3".into(), "cpu".into()));
/// ```
pub fn of_worker(name: &str, local_rank: usize, count: usize) -> String {
    match name {
        // More workers than GPUs: `parse` says which device is missing.
        "cuda" => format!("cuda:{local_rank}"),
        "auto" if count > 0 => format!("cuda:{local_rank}"),
        _ => name.to_owned(),
    }
}

/// Looks at whether `workers` of one machine each find a GPU of their own under a name, or compute on the CPU.
///
/// # Errors
/// Fewer GPUs than workers, or one GPU for all: NCCL lets no two of them share one.
///
/// # Examples
/// ```
/// use dvol::models::lstm::device::check_workers;
/// assert!(check_workers("cpu", 4).is_ok());
/// assert!(check_workers("cuda:0", 2).is_err());
/// ```
pub fn check_workers(name: &str, workers: usize) -> Result<()> {
    parse(name)?;
    let gpus = count();
    let places = match Wish::read(name)? {
        Wish::Cpu => return Ok(()),
        Wish::Auto if gpus == 0 => return Ok(()),
        Wish::Auto | Wish::Cuda(None) => gpus,
        Wish::Cuda(Some(_)) => 1,
    };
    if workers <= places {
        return Ok(());
    }
    let expected = format!(
        "at most one for each GPU, and libtorch sees {gpus} GPUs; take fewer, `--device cuda` for one GPU \
         each, or `--device cpu`"
    );
    Err(Error::parameter("workers", workers, expected))
}

/// The number of GPUs libtorch can use.
pub fn count() -> usize {
    // libtorch remembers its first answer: its GPU half must be there before it is asked.
    let _ = gpu_half();
    if Cuda::is_available() { usize::try_from(Cuda::device_count()).unwrap_or(0) } else { 0 }
}

/// Whether libtorch's GPU half is loaded, or why it could not be: asked for, it is loaded once. Nothing else does so.
fn gpu_half() -> &'static std::result::Result<bool, String> {
    static LOADED: OnceLock<std::result::Result<bool, String>> = OnceLock::new();
    LOADED.get_or_init(shim::load_gpu_half)
}

/// Whether several GPUs can train together: this build has NCCL.
///
/// # Errors
/// When libtorch fails.
pub fn has_nccl() -> Result<bool> {
    shim::has_nccl()
}

/// Why no GPU is used, when none is.
pub fn why_no_gpu() -> Option<String> {
    if count() > 0 {
        return None;
    }
    let driver = ["/dev/nvidia0", "/dev/nvidiactl", "/dev/kfd", "/dev/dxg"]
        .iter()
        .any(|path| std::path::Path::new(path).exists());
    let reason = match (gpu_half(), tch::utils::has_cuda(), driver) {
        (Err(why), ..) => {
            return Some(format!(
                "libtorch's GPU half cannot be loaded ({}); run `make setup TORCH=cuda`",
                why.trim_end()
            ));
        }
        (Ok(false), false, false) => "no GPU driver is loaded, and the libtorch in use has only its CPU half",
        (Ok(false), false, true) => {
            "a GPU driver is loaded, but the libtorch in use has only its CPU half; run `make setup TORCH=cuda`"
        }
        (Ok(true), false, _) => {
            "libtorch's GPU half is loaded, and its CPU half does not know it: they are of two builds; run \
             `make setup TORCH=cuda`"
        }
        (Ok(_), true, false) => "libtorch has CUDA, but no GPU driver is loaded on this machine",
        (Ok(_), true, true) => {
            "libtorch has CUDA and a driver is loaded, but no device answers; look at CUDA_VISIBLE_DEVICES and nvidia-smi"
        }
    };
    Some(reason.to_owned())
}
