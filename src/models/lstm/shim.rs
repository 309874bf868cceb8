//! The only door to `shim/`: c10d's process groups and the fused Adam kernel.
#![allow(unsafe_code)]

use crate::error::{Error, Result};
use std::ffi::{CStr, CString, c_char, c_double, c_int, c_void};
use std::ptr::{NonNull, null_mut};
use tch::Tensor;

unsafe extern "C" {
    fn dvol_free(text: *mut c_char);
    fn dvol_has_nccl() -> c_int;
    fn dvol_group_new(
        host: *const c_char,
        port: c_int,
        rank: c_int,
        world: c_int,
        nccl: c_int,
        rendezvous_seconds: c_double,
        collective_seconds: c_double,
        out: *mut *mut c_void,
    ) -> *mut c_char;
    fn dvol_group_drop(group: *mut c_void);
    fn dvol_group_sum(group: *mut c_void, tensor: *mut c_void) -> *mut c_char;
    fn dvol_group_broadcast(group: *mut c_void, tensor: *mut c_void) -> *mut c_char;
    fn dvol_group_barrier(group: *mut c_void, seconds: c_double) -> *mut c_char;
    fn dvol_has_lstm() -> c_int;
    fn dvol_lstm_last(
        windows: *mut c_void,
        parameters: *const *mut c_void,
        count: usize,
        dropout: c_double,
        seed: i64,
        room: i64,
        out: *mut *mut c_void,
    ) -> *mut c_char;
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
    ) -> *mut c_char;
}

/// A shim function's answer: its message, or nothing when it succeeded.
fn answer(message: *mut c_char) -> std::result::Result<(), String> {
    if message.is_null() {
        return Ok(());
    }
    // SAFETY: the shim returns a NUL-terminated string of its own, which is copied before it is freed once.
    let text = unsafe {
        let text = CStr::from_ptr(message).to_string_lossy().into_owned();
        dvol_free(message);
        text
    };
    Err(text.lines().next().unwrap_or_default().to_owned())
}

fn pointer(tensor: &Tensor) -> *mut c_void {
    tensor.as_ptr().cast_mut().cast()
}

/// Whether this build can use NCCL.
pub(super) fn has_nccl() -> bool {
    // SAFETY: reads a constant.
    unsafe { dvol_has_nccl() != 0 }
}

/// A process group of c10d.
#[derive(Debug)]
pub(super) struct ProcessGroup(NonNull<c_void>);

// SAFETY: c10d's backends and stores guard their state with locks; the group itself is only ever used through
// `&self` by one thread at a time, and may be dropped on another than it was made on.
unsafe impl Send for ProcessGroup {}

impl ProcessGroup {
    /// Meets `world` workers at `host:port`; rank 0 serves the store.
    pub(super) fn meet(
        host: &str,
        port: u16,
        rank: usize,
        world: usize,
        nccl: bool,
        seconds: (f64, f64),
    ) -> std::result::Result<Self, String> {
        let host = CString::new(host).map_err(|error| error.to_string())?;
        let mut out = null_mut();
        // SAFETY: `host` outlives the call and `out` is a valid place for one pointer.
        let message = unsafe {
            dvol_group_new(
                host.as_ptr(),
                c_int::from(port),
                rank as c_int,
                world as c_int,
                c_int::from(nccl),
                seconds.0,
                seconds.1,
                &raw mut out,
            )
        };
        answer(message)?;
        NonNull::new(out).map(Self).ok_or_else(|| "no group was made".to_owned())
    }

    /// Adds the tensors of all workers, in place.
    pub(super) fn sum(&self, tensor: &Tensor) -> std::result::Result<(), String> {
        // SAFETY: the group lives as long as `self`, the tensor as long as the borrow.
        answer(unsafe { dvol_group_sum(self.0.as_ptr(), pointer(tensor)) })
    }

    /// Overwrites every worker's tensor with rank 0's.
    pub(super) fn broadcast(&self, tensor: &Tensor) -> std::result::Result<(), String> {
        // SAFETY: the group lives as long as `self`, the tensor as long as the borrow.
        answer(unsafe { dvol_group_broadcast(self.0.as_ptr(), pointer(tensor)) })
    }

    /// Waits until every worker is here, at most so many seconds.
    pub(super) fn barrier(&self, seconds: f64) -> std::result::Result<(), String> {
        // SAFETY: the group lives as long as `self`.
        answer(unsafe { dvol_group_barrier(self.0.as_ptr(), seconds) })
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        // SAFETY: the pointer came from `dvol_group_new` and is dropped once.
        unsafe { dvol_group_drop(self.0.as_ptr()) }
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
    // SAFETY: all tensors live as long as the borrow; the kernel writes into their storage only.
    let message = unsafe {
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
        )
    };
    answer(message).map_err(|detail| Error::Internal { what: "Adam".to_owned(), detail })
}

/// Whether this processor has the vector units our LSTM was written for.
pub(super) fn has_lstm() -> bool {
    // SAFETY: looks at the processor and tunes the allocator, both once.
    unsafe { dvol_has_lstm() != 0 }
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
    let mut out = null_mut();
    // SAFETY: all tensors live as long as the borrows, and `out` is a valid place for one pointer.
    let message = unsafe {
        let (from, count) = (pointers.as_ptr(), pointers.len());
        dvol_lstm_last(pointer(windows), from, count, dropout, seed as i64, room as i64, &raw mut out)
    };
    answer(message).map_err(|detail| Error::Internal { what: "the LSTM".to_owned(), detail })?;
    // SAFETY: on success the shim has put a new tensor there, which is owned from here on.
    Ok(unsafe { Tensor::from_ptr(out.cast()) })
}
