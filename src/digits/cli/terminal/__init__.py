"""Where a command's words go: results and notices, progress, exit statuses, and what is said of a failure."""
