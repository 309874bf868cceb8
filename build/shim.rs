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
    let cuda = libtorch.join("lib/libtorch_cuda.so").exists();
    // pip puts NVIDIA's wheels beside torch's folder.
    let beside = libtorch.parent().map(|packages| packages.join("nvidia"));
    let headers = beside.map(|nvidia| (nvidia.join("nccl/include"), nvidia.join("cu13/include")));
    if let (true, Some((nccl, toolkit))) = (cuda, headers)
        && nccl.join("nccl.h").exists()
        && toolkit.join("crt/host_config.h").exists()
        && toolkit.join("cccl/nv/target").exists()
    {
        build.define("USE_C10D_NCCL", None).define("USE_CUDA", None).include(nccl).include(toolkit.join("cccl")).include(toolkit);
    }
    build.compile("dvol_shim");
    println!("cargo:rustc-link-search=native={}", libtorch.join("lib").display());
    for library in ["torch_cpu", "c10"] {
        println!("cargo:rustc-link-lib=dylib={library}");
    }
}
