// Compiles shim/: the parts of libtorch that tch does not bind.

/// Builds `libdvol_shim.a` against a libtorch; NCCL when its headers and libtorch's CUDA half are there.
fn build_shim(libtorch: &Path) {
    for file in ["build/shim.rs", "shim"] {
        println!("cargo:rerun-if-changed={file}");
    }
    let include = libtorch.join("include");
    let mut build = cc::Build::new();
    build
        .cpp(true)
        .std("c++20")
        .warnings(false)
        // Its loops are what training waits for, in every profile.
        .opt_level(3)
        .flag_if_supported("-Wno-psabi")
        .define("USE_C10D_GLOO", None)
        .define("DVOL_TORCH_VERSION", format!("\"{TORCH_VERSION}\"").as_str())
        .include("shim")
        .include(&include)
        .include(include.join("torch/csrc/api/include"))
        .files(["shim/shim.cpp", "shim/network.cpp", "shim/lstm.cpp", "shim/memory.cpp"]);
    if libtorch.join("lib/libtorch_cuda.so").exists() {
        match nccl_headers(libtorch) {
            Ok(folders) => {
                build.define("USE_C10D_NCCL", None).define("USE_CUDA", None).includes(folders);
            }
            Err(missing) => println!(
                "cargo::warning=built without NCCL, so that several GPUs cannot train together: there is no {}; \
                 run `make setup TORCH=cuda`, which brings it",
                missing.display()
            ),
        }
    }
    build.compile("dvol_shim");
    println!("cargo:rustc-link-search=native={}", libtorch.join("lib").display());
    for library in ["torch_cpu", "c10"] {
        println!("cargo:rustc-link-lib=dylib={library}");
    }
}

/// Where NCCL's headers and CUDA's lie, or the first of them that does not: pip puts NVIDIA's wheels beside torch's folder.
fn nccl_headers(libtorch: &Path) -> Result<[PathBuf; 3], PathBuf> {
    let nvidia = libtorch.canonicalize().unwrap_or_else(|_| libtorch.to_owned()).with_file_name("nvidia");
    let (nccl, toolkit) = (nvidia.join("nccl/include"), nvidia.join("cu13/include"));
    let wanted = ["crt/host_config.h", "cccl/nv/target", "cuda_runtime_api.h", "cublas_v2.h", "cusparse.h", "cusolverDn.h"];
    let wanted = std::iter::once(nccl.join("nccl.h")).chain(wanted.map(|name| toolkit.join(name)));
    match wanted.into_iter().find(|path| !path.exists()) {
        Some(missing) => Err(missing),
        None => Ok([nccl, toolkit.join("cccl"), toolkit]),
    }
}
