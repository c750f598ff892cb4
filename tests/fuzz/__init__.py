"""Try random inputs on netkg: ``python -m tests.fuzz --help``.

A target draws a sample, which is bytes and the ending of a file's name, and checks what
netkg makes of it; the check raises on a fault. Each target runs in a process of its own,
which is watched: so a crash, a hang or too much memory is a fault with a sample.
"""
