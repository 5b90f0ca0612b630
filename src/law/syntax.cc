#include "law/syntax.h"

#include <algorithm>

namespace ansinh::law {

bool same(const Expr& a, const Expr& b) {
  return a.kind == b.kind && a.name == b.name && a.number == b.number && a.unit == b.unit &&
         a.date == b.date && a.month_literal == b.month_literal && a.text == b.text &&
         a.reason == b.reason && a.rounding == b.rounding && a.half_open == b.half_open &&
         std::equal(a.args.begin(), a.args.end(), b.args.begin(), b.args.end(), same);
}

}  // namespace ansinh::law
