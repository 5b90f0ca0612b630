// Nodes: made once for each meaning, with the units they must have.
#include <type_traits>

#include "law/checker.h"

namespace ansinh::law {

NodeId Checker::make(Op op, Type type, std::vector<NodeId> args, const Span& span, uint32_t index,
                     uint32_t index2, Rounding rounding) {
  for (const NodeId arg : args)
    if (arg == kNoId) return kNoId;
  std::string key;
  key.reserve(32 + 4 * args.size());
  const auto put = [&key](auto value) {
    key.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  put(op);
  put(index);
  put(index2);
  put(rounding);
  put(type.base);
  put(type.money);
  put(type.day);
  put(type.month);
  put(type.shown);
  put(type.per);
  put(type.grain);
  put(type.row_entity);
  if (op == Op::kAddMonths) put(short_month_);
  for (const NodeId arg : args) put(arg);
  const auto [it, fresh] =
      interned_.emplace(std::move(key), static_cast<NodeId>(program_.nodes.size()));
  if (!fresh) return it->second;
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
  return it->second;
}

NodeId Checker::constant(Value value, const Type& type, const Span& span) {
  // Constants are few: a linear look among those of the same type would do, but tables are long.
  std::string key = "c";
  std::visit(
      [&](const auto& v) {
        using V = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<V, Rational>)
          key += "r" + v.to_string();
        else if constexpr (std::is_same_v<V, Date>)
          key += "d" + std::to_string(v.days);
        else if constexpr (std::is_same_v<V, Month>)
          key += "m" + std::to_string(v.months);
        else if constexpr (std::is_same_v<V, bool>)
          key += v ? "y" : "n";
        else if constexpr (std::is_same_v<V, uint32_t>)
          key += "e" + std::to_string(v);
        else if constexpr (std::is_same_v<V, std::string>)
          key += "t" + v;
        else
          key += "-";
      },
      value);
  const auto [it, fresh] =
      interned_.emplace(std::move(key), static_cast<uint32_t>(program_.constants.size()));
  if (fresh) program_.constants.push_back(std::move(value));
  Type shown = type;
  shown.or_none = false;
  return make(Op::kConstant, shown, {}, span, it->second, shown.enumeration);
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
