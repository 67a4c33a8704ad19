"""Understanding: charts, tables, themes, reports and exports, each with the number of the snapshot it was made from."""
