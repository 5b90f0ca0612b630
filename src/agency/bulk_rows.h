// Private to the room: rows for one table, gathered and then loaded together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agency/agency.h"

namespace ansinh::agency {

class BulkRows {
 public:
  // As Connection::bulk.
  BulkRows(std::string_view table, std::string_view columns) : table_(table), columns_(columns) {}

  void add(store::Record row) { rows_.push_back(std::move(row)); }

  Expected<void> write(store::Connection& connection) const {
    if (rows_.empty()) return {};
    auto bulk = connection.bulk(table_, columns_);
    if (!bulk) return std::unexpected(bulk.error());
    for (const store::Record& row : rows_) {
      if (auto added = (*bulk)->add(row); !added) return added;
    }
    return (*bulk)->finish();
  }

 private:
  std::string table_, columns_;
  std::vector<store::Record> rows_;
};

}  // namespace ansinh::agency
