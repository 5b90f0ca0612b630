// Nodes: made once for each meaning, with the units they must have.
#include <type_traits>

#include "law/checker.h"

namespace ansinh::law {

namespace {

size_t mixed(size_t hash, size_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15U;  // 2^64 divided by the golden ratio
  return hash ^ (hash >> 32U);
}

// What tells two types of nodes apart, but for the entity of rows.
size_t unit_bits(const Type& type) {
  size_t bits = 0;
  for (const int part :
       {static_cast<int>(type.base), int{type.money}, int{type.day}, int{type.month},
        static_cast<int>(type.shown), static_cast<int>(type.per), static_cast<int>(type.grain)})
    bits = bits << 8U | static_cast<uint8_t>(part);
  return bits;
}

size_t hash_of(const Value& value) {
  return mixed(value.index(), std::visit(
                                  [](const auto& v) -> size_t {
                                    using V = std::decay_t<decltype(v)>;
                                    if constexpr (std::is_same_v<V, Rational>)
                                      return v.hash();
                                    else if constexpr (std::is_same_v<V, Date>)
                                      return static_cast<size_t>(v.days);
                                    else if constexpr (std::is_same_v<V, Month>)
                                      return static_cast<size_t>(v.months);
                                    else if constexpr (std::is_same_v<V, std::string>)
                                      return std::hash<std::string>{}(v);
                                    else if constexpr (std::is_same_v<V, std::monostate>)
                                      return 0;
                                    else
                                      return v;
                                  },
                                  value));
}

}  // namespace

NodeId Checker::make(Op op, Type type, std::vector<NodeId> args, const Span& span, uint32_t index,
                     uint32_t index2, Rounding rounding) {
  for (const NodeId arg : args)
    if (arg == kNoId) return kNoId;
  size_t hash = mixed(static_cast<size_t>(op), index);
  hash = mixed(hash, index2);
  hash = mixed(hash, unit_bits(type));
  hash = mixed(hash, type.row_entity);
  for (const NodeId arg : args) hash = mixed(hash, arg);
  const auto fresh = static_cast<NodeId>(program_.nodes.size());
  const NodeId found = node_ids_.find_or_add(hash, fresh, [&](NodeId id) {
    const Node& node = program_.nodes[id];
    return node.op == op && node.index == index && node.index2 == index2 &&
           node.rounding == rounding && unit_bits(node.type) == unit_bits(type) &&
           node.type.row_entity == type.row_entity &&
           (op != Op::kAddMonths || node.short_month == short_month_) && node.args == args;
  });
  if (found != fresh) return found;
  Node node;
  node.op = op;
  node.type = type;
  node.index = index;
  node.index2 = index2;
  node.rounding = rounding;
  node.short_month = short_month_;
  node.args = std::move(args);
  node.span = span;
  program_.nodes.push_back(std::move(node));
  return fresh;
}

NodeId Checker::constant(Value value, const Type& type, const Span& span) {
  const auto fresh = static_cast<uint32_t>(program_.constants.size());
  const uint32_t id = constant_ids_.find_or_add(
      hash_of(value), fresh, [&](uint32_t other) { return program_.constants[other] == value; });
  if (id == fresh) program_.constants.push_back(std::move(value));
  Type shown = type;
  shown.or_none = false;
  return make(Op::kConstant, shown, {}, span, id, shown.enumeration);
}

NodeId Checker::constant_number(const Rational& value, const Type& type, const Span& span) {
  return constant(Value{value}, type, span);
}

void Checker::mismatch(const Span& span, const Type& expected, const Type& found) {
  const auto bare = [this](Type t) {
    t.or_none = false;
    return unit_words(t);
  };
  const bool rate = is_number(expected) && is_number(found) &&
                    ((expected.money == found.money && expected.money != 0) ||
                     expected.day != found.day || expected.month != found.month) &&
                    (expected.per != Per::kNone) != (found.per != Per::kNone);
  error(
      rate ? "rate-mismatch" : "unit-mismatch", span,
      {"cần “" + bare(expected) + "”, ở đây là “" + bare(found) + "”",
       "“" + bare(expected) + "” is needed, this is “" + bare(found) + "”"},
      rate                            ? Text{"không thể cộng hay so sánh một số tiền với một mức theo thời gian: hãy nhân với "
                                             "thời gian hoặc chia cho thời gian",
                  "an amount and an amount per time cannot be mixed: multiply by a time, or divide "
                                             "by one"}
      : expected.base == Base::kYesNo ? Text{"viết một điều kiện, ví dụ “age >= 60 years”",
                                             "write a condition, such as “age >= 60 years”"}
      : !is_number(expected) || !is_number(found)
          ? Text{"dùng một giá trị đúng kiểu, hoặc đổi kiểu đã khai báo",
                 "use a value of that type, or change the declared type"}
          : Text{"viết đơn vị (ví dụ “15 years”, “1_000 " + program_.currency + "”) hoặc đổi kiểu",
                 "write the unit (such as “15 years”, “1_000 " + program_.currency +
                     "”), or change the type"});
}

bool Checker::require_type(NodeId node, const Type& expected, const Span& span) {
  if (node == kNoId) return false;
  const Type& found = type_of(node);
  if (found.same_unit(expected) &&
      (expected.base != Base::kEnum || found.enumeration == expected.enumeration))
    return true;
  mismatch(span, expected, found);
  return false;
}

NodeId Checker::condition(const Expr& expr, const Scope& scope) {
  const NodeId node = expression(expr, scope);
  if (node == kNoId) return kNoId;
  return require_type(node, yes_no_type(), expr.span) ? node : kNoId;
}

void Checker::add_guards(NodeId id, std::set<FactId>& guarded) const {
  if (id == kNoId) return;
  const Node& node = program_.nodes[id];
  if (node.op == Op::kHas) guarded.insert(node.index);
  if (node.op == Op::kAnd)
    for (const NodeId arg : node.args) add_guards(arg, guarded);
}

}  // namespace ansinh::law
