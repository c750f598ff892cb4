// Validate a file of data against a file of shapes, both Turtle; write the report as N-Quads.
//
//     node shacl.mjs ENGINE DATA SHAPES
import { readFileSync } from 'node:fs'
import { Parser } from 'n3'
import rdf from 'rdf-ext'
import SHACLValidator from 'rdf-validate-shacl'
import { Validator } from 'shacl-engine'
import * as sparql from 'shacl-engine/sparql.js'

const engines = {
  'rdf-validate-shacl': async (data, shapes) => new SHACLValidator(shapes).validate(data),
  'shacl-engine': async (data, shapes) =>
    new Validator(shapes, { factory: rdf, ...sparql }).validate({ dataset: data })
}

const [engine, ...paths] = process.argv.slice(2)
const [data, shapes] = paths.map((path) =>
  rdf.dataset(new Parser({ factory: rdf }).parse(readFileSync(path, 'utf8')))
)
const report = await engines[engine](data, shapes)
process.stdout.write(rdf.dataset(report.dataset).toCanonical())
