"""What people see and press: the board in the terminal, the command line, the host for guests over SSH."""
