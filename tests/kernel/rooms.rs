//! A running kernel's folder.

#[path = "../../src/kernel/launcher/room.rs"]
mod room;

use std::fs::{self, File};
use std::process;

#[test]
fn a_folder_whose_number_is_taken_by_a_running_kernel_stays_and_the_new_one_gets_another() {
    let kernels = tempfile::tempdir().unwrap();
    let (first, _lock) = room::take(kernels.path()).unwrap();
    let (second, _other) = room::take(kernels.path()).unwrap();
    assert_ne!(first, second);
    assert!(first.exists() && second.exists());
}

#[test]
fn a_folder_of_an_older_life_is_swept_though_a_process_of_its_number_runs() {
    let kernels = tempfile::tempdir().unwrap();
    let left = kernels.path().join(process::id().to_string());
    fs::create_dir_all(left.join("src")).unwrap();
    fs::write(left.join("lock"), "").unwrap();
    let (folder, _lock) = room::take(kernels.path()).unwrap();
    assert_eq!(folder, left);
    assert!(!folder.join("src").exists());
}

#[test]
fn a_folder_of_a_process_unknown_here_stays_while_its_lock_is_held() {
    let kernels = tempfile::tempdir().unwrap();
    // No Linux gives out this number: the kernel of another container, as seen from here.
    let elsewhere = kernels.path().join("99999999");
    fs::create_dir_all(&elsewhere).unwrap();
    let lock = File::create(elsewhere.join("lock")).unwrap();
    lock.lock().unwrap();
    room::take(kernels.path()).unwrap();
    assert!(elsewhere.exists());
    drop(lock);
    room::take(kernels.path()).unwrap();
    assert!(!elsewhere.exists());
}

#[test]
fn a_folder_goes_when_its_kernel_ends() {
    let kernels = tempfile::tempdir().unwrap();
    let (folder, lock) = room::take(kernels.path()).unwrap();
    let watched = folder.clone();
    let watcher = std::thread::spawn(move || room::clear(&watched));
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert!(folder.exists(), "removed under a running kernel");
    drop(lock);
    watcher.join().unwrap().unwrap();
    assert!(!folder.exists());
}
