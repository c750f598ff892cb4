"""A process without files and network, in which parsers and queries run.

```
client     the requests: parse RDF, unpack gzip, query a data set
process    start processes, keep those that are idle, stop them at their limits
child      the program of the process
confine    what the child gives up before it reads its first request
terms      RDF terms as lists that JSON can carry
```

Foreign bytes are parsed, and queries of users run, in native code: a fault there ends the
process that it runs in, and a query could open files and connections. In the child, it can
do neither, and the caller lives on.
"""
