#include "agency/agency.h"

#include <utility>

namespace ansinh::agency {

namespace {
constexpr std::string_view kCodePrefix = "agency:";
}

Failure refused(std::string_view code, Text what_and_what_to_do) {
  return {store::FailureKind::kRefused, std::move(what_and_what_to_do),
          std::string(kCodePrefix) + std::string(code)};
}

Failure changed_meanwhile() {
  return {store::FailureKind::kConflict,
          {"người khác vừa thay đổi dữ liệu này; hãy xem lại rồi làm lại",
           "somebody else has just changed this; look at it again and do it anew"},
          std::string(kCodePrefix) + "changed-meanwhile"};
}

std::string_view code_of(const Failure& failure) {
  const std::string_view detail = failure.detail;
  return detail.starts_with(kCodePrefix) ? detail.substr(kCodePrefix.size()) : "store";
}

}  // namespace ansinh::agency
