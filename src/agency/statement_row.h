// A row of the table `statement` as it is read.
#pragma once

#include <string_view>

#include "agency/statements.h"

namespace ansinh::agency {

inline constexpr std::string_view kStatementColumns =
    "SELECT person, statement, fact, value, valid_from, valid_until, source, source_key, "
    "recorded_at, recorded_by, replaces FROM statement";

inline std::optional<Date> date_in(const store::Row& row, size_t column) {
  if (row.is_null(column)) return std::nullopt;
  return Date{static_cast<int32_t>(row.integer(column))};
}

// Of a row of kStatementColumns.
inline Statement statement_of(const store::Row& row) {
  Statement statement;
  statement.ref = {row.integer(0), row.integer(1)};
  statement.fact = row.text(2);
  if (!row.is_null(3)) statement.value = row.text(3);
  statement.valid_from = date_in(row, 4);
  statement.valid_until = date_in(row, 5);
  statement.source = row.text(6);
  if (!row.is_null(7)) statement.source_key = row.text(7);
  statement.recorded_at = row.integer(8);
  statement.recorded_by = row.text(9);
  statement.replaces = row.is_null(10) ? 0 : row.integer(10);
  return statement;
}

}  // namespace ansinh::agency
