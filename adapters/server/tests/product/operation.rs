//! What operators rely on: a stop that loses nothing, and a log that programs can read.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::Value;

use crate::place::Place;

#[test]
fn a_request_that_has_begun_is_finished_by_a_stop() {
    let place = Place::empty();
    let server = place.serve(&[], "&token=");
    let mut request = TcpStream::connect(&server.address).unwrap();
    let body = r#"{"query":"{ __typename }"}"#;
    let head = format!(
        "POST /graphql/setup HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
        body.len()
    );
    request.write_all(head.as_bytes()).unwrap();
    let mut go_on = [0; 25];
    request.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");

    server.ask_to_stop();
    // It takes nobody new from now on, and still answers the one it has.
    while TcpStream::connect(&server.address).is_ok() {
        std::thread::yield_now();
    }
    request.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    request.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with('}'), "{answer}");
    server.wait();
}

#[test]
fn the_log_can_be_for_programs() {
    let place = Place::empty().with("SUTRA_LOG__FORMAT", "json");
    place.serve(&[], "&token=").stop();
    let lines: Vec<Value> = place.log().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["message"] == "stopped" && line["level"] == "INFO"), "{lines:?}");
}
