//! `dvol devices`: what libtorch sees.

use super::{Printing, Run};
use crate::error::Result;
use crate::models::lstm::device;
use clap::Args;
use serde_json::json;
use tch::{Cuda, utils};

/// Show what libtorch sees, and why a GPU is not used.
#[derive(Debug, Args)]
pub struct DevicesCommand {
    #[command(flatten)]
    printing: Printing,
}

impl Run for DevicesCommand {
    fn run(self) -> Result<()> {
        let gpus = device::count();
        let reason = device::why_no_gpu();
        let nccl = device::has_nccl()?;
        let chosen = if gpus > 0 { "cuda:0" } else { "cpu" };
        let document = json!({
            "auto": chosen,
            "cpu": { "threads": tch::get_num_threads(), "mkl": utils::has_mkl(),
                     "onednn": utils::has_mkldnn(), "openmp": utils::has_openmp() },
            "gpus": gpus,
            "cuda_in_libtorch": utils::has_cuda(),
            "cudnn": gpus > 0 && Cuda::cudnn_is_available(),
            "nccl": nccl,
            "why_no_gpu": reason,
        });
        self.printing.print_as(&document, || {
            let mut lines = vec![format!(
                "cpu     {} threads, MKL {}, oneDNN {}, OpenMP {}",
                tch::get_num_threads(),
                yes(utils::has_mkl()),
                yes(utils::has_mkldnn()),
                yes(utils::has_openmp())
            )];
            let cudnn = yes(Cuda::cudnn_is_available());
            lines.extend((0..gpus).map(|index| format!("cuda:{index}  cuDNN {cudnn}")));
            lines.push(match &reason {
                Some(reason) => format!("no GPU  {reason}"),
                None => format!("gpus    {gpus}; CUDA {}, NCCL {}", utils::version_cudart(), yes(nccl)),
            });
            lines.push(format!("auto    {chosen}"));
            lines.join("\n")
        })
    }
}

fn yes(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}
