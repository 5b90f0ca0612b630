// Tables of figures as Python values.
#pragma once

#include <vector>

#include "lab/figures.h"
#include "module.h"

namespace ansinh::python {

// [(name, [column, …], [[cell, …], …]), …]; money and shares are text, as in JSON.
inline nb::list to_python(const std::vector<lab::FigureTable>& tables) {
  nb::list all;
  for (const lab::FigureTable& table : tables) {
    nb::list columns, rows;
    for (const std::string& column : table.columns) columns.append(nb::str(column.c_str()));
    for (const auto& row : table.rows) {
      nb::list cells;
      for (const auto& cell : row) cells.append(to_python(cell));
      rows.append(cells);
    }
    all.append(nb::make_tuple(nb::str(table.name.c_str()), columns, rows));
  }
  return all;
}

}  // namespace ansinh::python
