// Everyone's results as a file that Arrow's libraries read: the IPC streaming format
// (https://arrow.apache.org/docs/format/Columnar.html, "IPC Streaming Format"), with the columns of
// docs/arrow.md. Readers: pyarrow.ipc.open_stream, polars.read_ipc_stream, DuckDB's arrow
// extension.
#pragma once

#include <string>

#include "lab/result_arrow.h"

namespace ansinh::lab {

class IpcResults final : public ResultFormat {
 public:
  // `program` must outlive it.
  explicit IpcResults(const law::Program& program) : results_(program) {}
  std::string head() const override;  // the schema and the words of its dictionaries
  std::string chunk(const ResultTable& table) const override;
  std::string tail() const override;

 private:
  ArrowResults results_;
};

}  // namespace ansinh::lab
