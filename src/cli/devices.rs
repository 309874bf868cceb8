//! `dvol devices`: what libtorch sees.

use super::Run;
use crate::error::Result;
use crate::models::lstm::device;
use clap::Args;
use serde_json::json;
use tch::{Cuda, utils};

/// Show what libtorch sees, and why a GPU is not used.
#[derive(Debug, Args)]
pub struct DevicesCommand {
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

impl Run for DevicesCommand {
    fn run(self) -> Result<()> {
        let gpus = device::count();
        let reason = device::why_no_gpu();
        let chosen = if gpus > 0 { "cuda:0" } else { "cpu" };
        if self.json {
            return super::print_json(&json!({
                "auto": chosen,
                "cpu": { "threads": tch::get_num_threads(), "mkl": utils::has_mkl(),
                         "onednn": utils::has_mkldnn(), "openmp": utils::has_openmp() },
                "gpus": gpus,
                "cuda_in_libtorch": utils::has_cuda(),
                "cudnn": gpus > 0 && Cuda::cudnn_is_available(),
                "why_no_gpu": reason,
            }));
        }
        println!(
            "cpu     {} threads, MKL {}, oneDNN {}, OpenMP {}",
            tch::get_num_threads(),
            yes(utils::has_mkl()),
            yes(utils::has_mkldnn()),
            yes(utils::has_openmp())
        );
        for index in 0..gpus {
            println!("cuda:{index}  cuDNN {}", yes(Cuda::cudnn_is_available()));
        }
        match reason {
            Some(reason) => println!("no GPU  {reason}"),
            None => println!("gpus    {gpus}; CUDA {}", utils::version_cudart()),
        }
        println!("auto    {chosen}");
        Ok(())
    }
}

fn yes(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}
