//! `dvol data fetch`: killed, offline, with a secret.

use super::loopback::{Paging, Server, World};
use super::support::command::{Run, command};
use super::{UNTIL, bytes, small_world};
use dvol::data::{Host, load};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// `dvol data fetch` from a server of ours.
fn fetching(folder: &Path, server: &Server, until: &str) -> Command {
    let mut command = command(folder, &["data", "fetch", "--until", until]);
    command.env_remove("RESEARCH_BITCOIN_API_TOKEN");
    for host in Host::ALL {
        command.arg("--base").arg(format!("{host}={}/{host}", server.address));
    }
    command
}

fn fetch(folder: &Path, server: &Server, arguments: &[&str]) -> Command {
    let mut command = fetching(folder, server, UNTIL);
    let config = "[fetch]\nrequests_per_second = 5000.0\nfirst_pause_seconds = 0.01\nattempts = 3\n";
    if !folder.join("thesis.toml").exists() {
        fs::write(folder.join("thesis.toml"), config).unwrap();
    }
    command.args(arguments);
    command
}

#[test]
fn killed_at_any_moment_the_same_command_ends_with_the_same_bytes() {
    let world = World::simulated(260);
    let until = "2021-09-10T23:00:00Z";
    let paging = Paging { rows: 200, metrics: 20, ..Paging::default() };
    let server = Server::start(world, paging);
    let whole = tempfile::tempdir().unwrap();
    let fetch_into = |folder: &Path| {
        let mut command = fetching(folder, &server, until);
        fs::write(folder.join("thesis.toml"), "[fetch]\nrequests_per_second = 5000.0\n").unwrap();
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    assert!(fetch_into(whole.path()).status().unwrap().success());
    let uninterrupted = server.count();
    let expected = bytes(&whole.path().join("data"));
    // slower, so that there are moments to be killed in
    server.misbehave(|_, _, reply| reply.pause = Duration::from_millis(5));
    let folder = tempfile::tempdir().unwrap();
    server.forget();
    let mut kills = 0;
    for after in [1, 4, 9, 15, 20, 26, 30, 36, 40, 46, 50] {
        let mut child = fetch_into(folder.path()).spawn().unwrap();
        let begun = Instant::now();
        while server.count() < after && child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < Duration::from_secs(60), "no question came");
            std::thread::sleep(Duration::from_millis(1));
        }
        if child.try_wait().unwrap().is_none() {
            // SIGKILL
            child.kill().unwrap();
            kills += 1;
        }
        child.wait().unwrap();
        if folder.path().join("data/panel.parquet").exists() {
            assert!(load(folder.path().join("data")).is_ok(), "what is there is whole");
        }
    }
    assert!(fetch_into(folder.path()).status().unwrap().success());
    assert!(kills >= 5, "only {kills} kills");
    assert!(bytes(&folder.path().join("data")) == expected, "the same bytes as without a kill");
    let repeated = server.count() - uninterrupted;
    // each kill loses at most the questions that were on their way: one a series
    assert!(repeated <= 6 * kills, "{repeated} questions asked again after {kills} kills");
}

#[test]
fn offline_rebuilds_the_same_bytes_and_asks_nobody() {
    let server = Server::start(small_world(), Paging { rows: 100, repeats: false, metrics: 20 });
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| Run::from(fetch(folder.path(), &server, arguments).output().unwrap());
    let message = run(&["--offline"]).refusal();
    assert!(message.contains("nothing was fetched here with these arguments"), "{message}");
    run(&[]).succeeded();
    let data = folder.path().join("data");
    let before = bytes(&data);
    for name in ["panel.parquet", "manifest.json"] {
        fs::remove_file(data.join(name)).unwrap();
    }
    server.forget();
    // a fetch that breaks off in between does not touch what offline needs
    server.misbehave(|_, _, reply| reply.status = 404);
    assert_eq!(run(&["--refresh"]).code, 1);
    server.forget();
    run(&["--offline"]).succeeded();
    assert_eq!(server.count(), 0);
    assert!(bytes(&data) == before);
}

#[test]
fn the_token_goes_to_its_server_and_nowhere_else() {
    const TOKEN: &str = "s3cr3t-t0ken-9f8e7d";
    let server = Server::start(small_world(), Paging::default());
    let folder = tempfile::tempdir().unwrap();
    let config = "[fetch]\nrequests_per_second = 5000.0\nfirst_pause_seconds = 0.01\nattempts = 2\n\
                  [fetch.research_bitcoin]\nmvrv = \"valuation/mvrv\"\n";
    fs::write(folder.path().join("thesis.toml"), config).unwrap();
    let without = Run::from(fetch(folder.path(), &server, &[]).output().unwrap()).refusal();
    assert!(without.contains("RESEARCH_BITCOIN_API_TOKEN = unset"));
    let with_token = |arguments: &[&str]| {
        let mut command = fetch(folder.path(), &server, arguments);
        Run::from(command.env("RESEARCH_BITCOIN_API_TOKEN", TOKEN).output().unwrap())
    };
    let good = with_token(&["--json"]).succeeded();
    for ask in server.asked.lock().unwrap().iter() {
        let expected = (ask.host == "research_bitcoin").then_some(TOKEN);
        assert_eq!(ask.token.as_deref(), expected, "{}", ask.host);
    }
    // a server that shouts the token back
    server.misbehave(|ask, _, reply| {
        if ask.host == "research_bitcoin" {
            (reply.status, reply.body) = (401, format!("bad token {TOKEN}"));
        }
    });
    let refused = with_token(&["--refresh"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("was refused: bad token ***"), "{}", refused.err);
    // the same in other letters, just where a quote is cut, and under the status of an answer
    let letters: String = TOKEN.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let escaped: String = TOKEN.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    let mut echoed = Vec::new();
    for shape in [TOKEN.to_owned(), TOKEN.to_uppercase(), letters, escaped] {
        for (status, before) in
            [(401, 0), (401, 150), (403, 155), (500, 145), (404, 159), (200, 0), (200, 150)]
        {
            let body = format!("time,mvrv\n{}{shape}", "x".repeat(before));
            server.misbehave(move |ask, _, reply| {
                if ask.host == "research_bitcoin" {
                    (reply.status, reply.body) = (status, body.clone());
                }
            });
            let run = with_token(&["--refresh"]);
            assert_eq!(run.code, 1, "{}", run.err);
            // not even its beginning
            assert!(!run.err.contains(&shape[..4]), "{status} {before}: {}", run.err);
            echoed.push(run);
        }
    }
    // a redirect to a stranger is not followed
    server.misbehave(|ask, _, reply| {
        if ask.host == "research_bitcoin" {
            reply.status = 302;
            reply.headers.push(("Location".into(), "http://127.0.0.1:9/".into()));
        }
    });
    let moved = with_token(&["--refresh"]);
    assert!(
        moved.err.contains("moved to http://127.0.0.1:9, another server; set the base URL"),
        "{}",
        moved.err
    );
    for output in [&good, &refused, &moved].into_iter().chain(&echoed) {
        assert!(!output.out.contains(TOKEN) && !output.err.contains(TOKEN));
    }
    let mut folders = vec![folder.path().to_path_buf()];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                seen += 1;
                let bytes = fs::read(&path).unwrap();
                assert!(
                    !bytes.windows(TOKEN.len()).any(|window| window == TOKEN.as_bytes()),
                    "{}",
                    path.display()
                );
            }
        }
    }
    assert!(seen > 10);
}
