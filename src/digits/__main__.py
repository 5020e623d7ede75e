from digits.cli import run

run()
