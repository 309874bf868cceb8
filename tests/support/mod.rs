//! What several test files share, each thing written once.
// Every test file is a program of its own and uses a part of this room.
#![allow(dead_code)]

pub mod agreement;
pub mod command;
pub mod oracles;
pub mod real;
pub mod samples;
