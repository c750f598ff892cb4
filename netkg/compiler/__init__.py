"""The compiler: rules, plan queries, shapes and criteria become one program, or SQL."""
