//! Everything through the binary: stdout, stderr, exit status, and the files it writes.

mod books;
mod check;
mod csps;
mod determinism;
mod documents;
mod examples;
mod exports;
mod golden;
mod hidden;
mod hostile;
mod house;
mod insteval;
mod kit;
mod mess_laws;
mod messes;
mod odd_files;
mod pdf;
mod persons;
mod privacy;
mod reasons;
mod reports;
mod study;
mod trace;
mod uncertainty;
mod workbook;
