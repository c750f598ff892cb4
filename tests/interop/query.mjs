// Answer SPARQL queries with Comunica over a file of N-Quads, whose union is the default graph.
// Arguments: the data, then the queries; the output is one JSON document for each, with its rows.
import { readFileSync } from "node:fs";
import { QueryEngine } from "@comunica/query-sparql-file";
import { Parser, Store } from "n3";

const [data, ...queries] = process.argv.slice(2);
const quads = new Parser({ format: "N-Quads" }).parse(readFileSync(data, "utf8"));
const context = { sources: [new Store(quads)], unionDefaultGraph: true };
const engine = new QueryEngine();
for (const query of queries) {
  const found = await engine.queryBindings(readFileSync(query, "utf8"), context);
  const rows = await found.toArray();
  const written = rows.map((row) =>
    Object.fromEntries(
      [...row].map(([variable, term]) => [
        variable.value,
        {
          type: { NamedNode: "uri", BlankNode: "bnode" }[term.termType] ?? "literal",
          value: term.value,
          ...(term.language && { "xml:lang": term.language }),
          ...(term.datatype && { datatype: term.datatype.value }),
        },
      ]),
    ),
  );
  process.stdout.write(JSON.stringify(written) + "\n");
}
