"""Import cases from tables: CSV, TSV, Excel and Parquet, as a map of columns says.

```
rows         what every reader of a table yields: named columns, numbered rows, notes
csv_files    read CSV and TSV
workbooks    read a sheet of a workbook, within limits
survey       hidden rows, merged cells and formulas of a sheet, which its values do not show
number_formats   what the format of a cell shows of its number
merged_cells     the cells of merged ranges, row by row
parquet      read Parquet
open_tables  open a table by the name of its file
map_nodes    the parts of a map as YAML, each with its line
map_fields   names of fields and values, checked
map_file     read a map: keys, fields and values are checked
map_model    a map of columns, parsed
map_text     a map as text, with comments
map_schema   the JSON Schema of a map, for editors
numbers      numbers with comparators, ranges and units
dates        days in the formats that a map names
lookup       names of values by label, synonym or code
bounds       what the ontology says of numbers: unit, bounds, limit
cells        the value of a cell for a field
templates    the cells that one line of a map is about, after look-ups in other files
attach       a record is added to a case, or to the tumor that it is about
built        what is built from a row: a case, places, faults
assembly     a row and its child rows as one case, with the place of each value
children     rows of child tables, by case
importing    import a table: every row is a case or is rejected
places       the cells that a finding is about
reports      findings as CSV, JSON, and as a copy of the workbook with marked cells
spool        findings until they are written
marked       a copy of a workbook in which the cells of findings are marked
book_cells   cells of a workbook that is written: a text stays a text
table_columns    the columns of a table for a first map
suggest_fields   its lines about fields
suggest_records  its records
suggest      a first map from headers and values
headers      what a header says: a field, an event, a site, a unit
dictionary   a REDCap data dictionary as headers
findings_sheet   the sheet that lists findings, with links to their cells
template_form    the sheets and columns of a workbook to fill in
template_readme  its sheet that says how to fill it in
template     a workbook to fill in, with drop-down lists from the ontology, and its map
```
"""
