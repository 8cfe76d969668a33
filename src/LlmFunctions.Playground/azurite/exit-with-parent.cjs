// Loaded into Azurite with --require. The parent holds the other end of standard input, which closes even when
// the parent is killed and can clean up nothing: Azurite then leaves too, as if it had been sent SIGTERM.
process.stdin.on("end", () => process.kill(process.pid, "SIGTERM"));
process.stdin.resume();
process.stdin.unref();
