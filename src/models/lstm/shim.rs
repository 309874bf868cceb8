//! The only door to `shim/`: c10d's process groups, the fused Adam kernel, our LSTM.
#![allow(unsafe_code)]

use crate::error::{Error, Result};
use std::ffi::{CStr, CString, c_char, c_double, c_int, c_void};
use std::net::TcpListener;
use std::os::fd::IntoRawFd;
use std::ptr::{NonNull, null_mut};
use tch::Tensor;

// All return 0 or, with a message in the given place of so many characters, something else.
unsafe extern "C" {
    fn dvol_has_nccl(out: *mut c_int, message: *mut c_char, capacity: usize) -> c_int;
    fn dvol_load_gpu_half(out: *mut c_int, message: *mut c_char, capacity: usize) -> c_int;
    fn dvol_group_new(
        host: *const c_char,
        port: c_int,
        listening: c_int,
        local: c_int,
        rank: c_int,
        world: c_int,
        nccl: c_int,
        rendezvous_seconds: c_double,
        collective_seconds: c_double,
        out: *mut *mut c_void,
        message: *mut c_char,
        capacity: usize,
    ) -> c_int;
    fn dvol_group_drop(group: *mut c_void, message: *mut c_char, capacity: usize) -> c_int;
    fn dvol_group_sum(
        group: *mut c_void,
        tensor: *mut c_void,
        message: *mut c_char,
        capacity: usize,
    ) -> c_int;
    fn dvol_group_broadcast(
        group: *mut c_void,
        tensor: *mut c_void,
        message: *mut c_char,
        capacity: usize,
    ) -> c_int;
    fn dvol_group_barrier(
        group: *mut c_void,
        seconds: c_double,
        message: *mut c_char,
        capacity: usize,
    ) -> c_int;
    fn dvol_has_lstm(out: *mut c_int, message: *mut c_char, capacity: usize) -> c_int;
    fn dvol_keep_freed_pages(out: *mut c_int, message: *mut c_char, capacity: usize) -> c_int;
    fn dvol_fail_next_pass(
        rank: i64,
        stage: i64,
        memory: c_int,
        message: *mut c_char,
        capacity: usize,
    ) -> c_int;
    fn dvol_lstm_last(
        windows: *mut c_void,
        parameters: *const *mut c_void,
        count: usize,
        dropout: c_double,
        seed: i64,
        room: i64,
        out: *mut *mut c_void,
        message: *mut c_char,
        capacity: usize,
    ) -> c_int;
    fn dvol_fused_adam(
        parameters: *mut c_void,
        gradient: *mut c_void,
        first: *mut c_void,
        second: *mut c_void,
        step: *mut c_void,
        scale: *mut c_void,
        lr: c_double,
        beta1: c_double,
        beta2: c_double,
        weight_decay: c_double,
        epsilon: c_double,
        message: *mut c_char,
        capacity: usize,
    ) -> c_int;
}

// Longer messages are cut: a line is shown.
const MESSAGE: usize = 1024;

/// Calls a shim function with a place for its message, which is the error when it failed.
///
/// The place is on the stack: what went wrong can be told when memory is what is missing.
fn call(function: impl FnOnce(*mut c_char, usize) -> c_int) -> std::result::Result<(), String> {
    let mut message = [0_u8; MESSAGE];
    if function(message.as_mut_ptr().cast(), message.len()) == 0 {
        return Ok(());
    }
    let text =
        CStr::from_bytes_until_nul(&message).map_or("no reason was given".into(), CStr::to_string_lossy);
    Err(text.lines().next().unwrap_or_default().to_owned())
}

/// Calls a shim function that answers yes or no.
fn ask(function: impl FnOnce(*mut c_int, *mut c_char, usize) -> c_int) -> std::result::Result<bool, String> {
    let mut answer = 0;
    call(|message, capacity| function(&raw mut answer, message, capacity))?;
    Ok(answer != 0)
}

/// Calls a shim function that makes something; success without a thing is an error too.
fn make(
    function: impl FnOnce(*mut *mut c_void, *mut c_char, usize) -> c_int,
) -> std::result::Result<NonNull<c_void>, String> {
    let mut out = null_mut();
    call(|message, capacity| function(&raw mut out, message, capacity))?;
    NonNull::new(out).ok_or_else(|| "nothing was made, and no reason given".to_owned())
}

fn internal(what: &'static str) -> impl FnOnce(String) -> Error {
    move |detail| Error::Internal { what: what.to_owned(), detail }
}

fn pointer(tensor: &Tensor) -> *mut c_void {
    tensor.as_ptr().cast_mut().cast()
}

/// Loads libtorch's GPU half where it lies beside the CPU half, and says whether it does.
pub(super) fn load_gpu_half() -> std::result::Result<bool, String> {
    // SAFETY: all three places are valid during the call, which loads a library of libtorch's own.
    ask(|out, message, capacity| unsafe { dvol_load_gpu_half(out, message, capacity) })
}

/// Whether this build can use NCCL.
pub(super) fn has_nccl() -> Result<bool> {
    // SAFETY: all three places are valid during the call.
    ask(|out, message, capacity| unsafe { dvol_has_nccl(out, message, capacity) })
        .map_err(internal("looking for NCCL"))
}

/// Where workers meet, and which of them this one is.
pub(super) struct Meeting<'a> {
    pub(super) host: &'a str,
    pub(super) port: u16,
    /// The socket that the store is served on; none where another serves it, or the store opens its own.
    pub(super) listening: Option<TcpListener>,
    /// Whether all workers are on this machine.
    pub(super) local: bool,
    pub(super) rank: usize,
    pub(super) world: usize,
}

/// A process group of c10d.
#[derive(Debug)]
pub(super) struct ProcessGroup(NonNull<c_void>);

// SAFETY: c10d's backends and stores guard their state with locks; the group itself is only ever used through
// `&self` by one thread at a time, and may be dropped on another than it was made on.
unsafe impl Send for ProcessGroup {}

impl ProcessGroup {
    /// Meets the workers of a meeting; rank 0 serves the store.
    pub(super) fn meet(
        meeting: Meeting<'_>,
        nccl: bool,
        seconds: (f64, f64),
    ) -> std::result::Result<Self, String> {
        let Meeting { host, port, listening, local, rank, world } = meeting;
        let host = CString::new(host).map_err(|error| error.to_string())?;
        // The store closes it.
        let listening = listening.map_or(-1, IntoRawFd::into_raw_fd);
        // SAFETY: `host` outlives the call; the places for pointer and message are valid during it.
        make(|out, message, capacity| unsafe {
            dvol_group_new(
                host.as_ptr(),
                c_int::from(port),
                listening,
                c_int::from(local),
                rank as c_int,
                world as c_int,
                c_int::from(nccl),
                seconds.0,
                seconds.1,
                out,
                message,
                capacity,
            )
        })
        .map(Self)
    }

    /// Adds the tensors of all workers, in place.
    pub(super) fn sum(&self, tensor: &Tensor) -> std::result::Result<(), String> {
        // SAFETY: the group lives as long as `self`, the tensor as long as the borrow; the message's place is valid.
        call(|message, capacity| unsafe {
            dvol_group_sum(self.0.as_ptr(), pointer(tensor), message, capacity)
        })
    }

    /// Overwrites every worker's tensor with rank 0's.
    pub(super) fn broadcast(&self, tensor: &Tensor) -> std::result::Result<(), String> {
        // SAFETY: the group lives as long as `self`, the tensor as long as the borrow; the message's place is valid.
        call(|message, capacity| unsafe {
            dvol_group_broadcast(self.0.as_ptr(), pointer(tensor), message, capacity)
        })
    }

    /// Waits until every worker is here, at most so many seconds.
    pub(super) fn barrier(&self, seconds: f64) -> std::result::Result<(), String> {
        // SAFETY: the group lives as long as `self`; the message's place is valid.
        call(|message, capacity| unsafe { dvol_group_barrier(self.0.as_ptr(), seconds, message, capacity) })
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        // SAFETY: the pointer came from `dvol_group_new` and is dropped once; the message's place is valid.
        let dropped =
            call(|message, capacity| unsafe { dvol_group_drop(self.0.as_ptr(), message, capacity) });
        if let Err(detail) = dropped {
            // Nobody can be told otherwise, and what was computed stays right.
            eprintln!("dvol: leaving the other workers: {detail}");
        }
    }
}

/// The buffers of one Adam step.
pub(super) struct AdamBuffers<'a> {
    pub parameters: &'a Tensor,
    pub gradient: &'a Tensor,
    pub first: &'a Tensor,
    pub second: &'a Tensor,
    pub step: &'a Tensor,
    /// What the gradient is divided by first, one element.
    pub scale: &'a Tensor,
}

/// One step of libtorch's fused Adam: every buffer is read and written once.
pub(super) fn fused_adam(
    buffers: &AdamBuffers<'_>,
    lr: f64,
    betas: (f64, f64),
    weight_decay: f64,
    epsilon: f64,
) -> Result<()> {
    // SAFETY: all tensors live as long as the borrow; the kernel writes into their storage only. The message's place is
    // valid.
    call(|message, capacity| unsafe {
        dvol_fused_adam(
            pointer(buffers.parameters),
            pointer(buffers.gradient),
            pointer(buffers.first),
            pointer(buffers.second),
            pointer(buffers.step),
            pointer(buffers.scale),
            lr,
            betas.0,
            betas.1,
            weight_decay,
            epsilon,
            message,
            capacity,
        )
    })
    .map_err(internal("Adam"))
}

/// Whether this processor has the vector units our LSTM was written for.
pub(super) fn has_lstm() -> Result<bool> {
    // SAFETY: all three places are valid during the call, which looks at the processor.
    ask(|out, message, capacity| unsafe { dvol_has_lstm(out, message, capacity) })
        .map_err(internal("looking at the processor"))
}

/// Sets malloc of the WHOLE PROCESS to keep freed memory (shim/memory.h); false where it does not take the setting.
pub(super) fn keep_freed_pages() -> Result<bool> {
    // SAFETY: all three places are valid during the call; malloc may be set at any time.
    ask(|out, message, capacity| unsafe { dvol_keep_freed_pages(out, message, capacity) })
        .map_err(internal("setting malloc"))
}

/// Lets a thread of this thread's next LSTM pass fail at the beginning of a stage.
pub(super) fn fail_next_pass(thread: i64, stage: i64, memory: bool) -> Result<()> {
    // SAFETY: the message's place is valid; three numbers are remembered.
    call(|message, capacity| unsafe {
        dvol_fail_next_pass(thread, stage, c_int::from(memory), message, capacity)
    })
    .map_err(internal("arming a fault"))
}

/// The top layer's state at the last time step: (batch, time, features) -> (batch, hidden), on the CPU.
///
/// `parameters` are each layer's `w_ih`, `w_hh`, `b_ih`, `b_hh`. Their gradients are views of one buffer of `room` floats:
/// all layers' weights, then all layers' biases. Without a gradient to record, dropout is off.
pub(super) fn lstm_last(
    windows: &Tensor,
    parameters: &[&Tensor],
    dropout: f64,
    seed: u64,
    room: usize,
) -> Result<Tensor> {
    let pointers: Vec<*mut c_void> = parameters.iter().map(|tensor| pointer(tensor)).collect();
    let (from, count) = (pointers.as_ptr(), pointers.len());
    // SAFETY: all tensors live as long as the borrows, `from` points at `count` of them, and the places for pointer and
    // message are valid during the call.
    let made = make(|out, message, capacity| unsafe {
        let (seed, room) = (seed as i64, room as i64);
        dvol_lstm_last(pointer(windows), from, count, dropout, seed, room, out, message, capacity)
    })
    .map_err(internal("the LSTM"))?;
    // SAFETY: the shim has made a new tensor, which is owned from here on; it is never null.
    Ok(unsafe { Tensor::from_ptr(made.as_ptr().cast()) })
}
