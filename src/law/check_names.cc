// Names: which are taken, what each means where it stands, and which may be meant by one that is
// not known.
#include <fmt/format.h>

#include "base/text.h"
#include "law/checker.h"

namespace ansinh::law {

// Names are one space: a parameter, table, calendar or benefit may not be called like a fact, a
// list or a definition of any entity, from where it could not be seen.
bool Checker::declare(const std::string& name, SymbolKind kind, uint32_t id, const Span& span) {
  for (const auto& members : members_) {
    const auto member = members.find(name);
    if (member == members.end()) continue;
    error("declared-twice", span,
          {"tên “" + name + "” đã được khai báo", "the name “" + name + "” is declared already"},
          {"đổi tên một trong hai (lần đầu: dòng " + std::to_string(member->second.span.line) + ")",
           "rename one of them (first at line " + std::to_string(member->second.span.line) + ")"});
    return false;
  }
  const auto [it, fresh] = symbols_.emplace(name, Symbol{kind, id, span});
  if (fresh) return true;
  const size_t blank = name.find(' ');  // "fund social"
  const std::string shown = blank == std::string::npos ? name : name.substr(blank + 1);
  error("declared-twice", span,
        {"tên “" + shown + "” đã được khai báo", "the name “" + shown + "” is declared already"},
        {"đổi tên một trong hai, hoặc bỏ bản thừa (lần đầu: dòng " +
             std::to_string(it->second.span.line) + ")",
         "rename one of them, or drop the second (first at line " +
             std::to_string(it->second.span.line) + ")"});
  return false;
}

bool Checker::declare_member(EntityId entity, const std::string& name, MemberKind kind, uint32_t id,
                             const Span& span) {
  const auto symbol = symbols_.find(name);
  const auto [member, fresh] = members_[entity].emplace(name, Member{kind, id, span});
  if (symbol != symbols_.end() || !fresh) {
    const std::string line =
        std::to_string((fresh ? symbol->second.span : member->second.span).line);
    const Text first{" (lần đầu: dòng " + line + ")", " (first at line " + line + ")"};
    error("declared-twice", span,
          {"tên “" + name + "” đã được khai báo", "the name “" + name + "” is declared already"},
          {"đổi tên một trong hai" + first.vi, "rename one of them" + first.en});
    return false;
  }
  return true;
}

std::optional<EntityId> Checker::entity_named(const std::string& name, const Span& span) {
  if (auto it = program_.entity_by_name.find(name); it != program_.entity_by_name.end())
    return it->second;
  if (name.empty()) return std::nullopt;  // the parser has said so
  const std::string near = nearest(name, names_of(program_.entities));
  error("unknown-entity", span,
        {"không có đối tượng “" + name + "”", "there is no entity “" + name + "”"},
        near.empty()
            ? Text{"khai báo bằng “entity” hoặc “spells”", "declare it with “entity” or “spells”"}
            : Text{"có phải ý bạn là “" + near + "”?", "did you mean “" + near + "”?"});
  return std::nullopt;
}

bool Checker::hidden_below(EntityId entity, const std::string& name, const Span& span) {
  for (EntityId down = 0; down < members_.size(); ++down) {
    if (down == entity || !program_.is_within(down, entity) || !members_[down].contains(name))
      continue;
    error("hidden-name", span,
          {"“" + name + "” đã có ở “" + program_.entities[down].name + "”",
           "“" + name + "” is declared for “" + program_.entities[down].name + "” already"},
          {"đặt tên khác, để không che tên kia",
           "choose another name, so that neither hides the other"});
    return true;
  }
  return false;
}

std::optional<Member> Checker::member_in(EntityId entity, const std::string& name) const {
  for (; entity != kNoId; entity = program_.entities[entity].parent)
    if (auto it = members_[entity].find(name); it != members_[entity].end()) return it->second;
  return std::nullopt;
}

std::vector<std::string> Checker::visible_names(EntityId entity) const {
  std::vector<std::string> names;
  for (; entity != kNoId; entity = program_.entities[entity].parent)
    add_sorted(members_[entity], names, [](const Member&) { return true; });
  add_sorted(symbols_, names, [](const Symbol& symbol) {
    return symbol.kind != SymbolKind::kFund && symbol.kind != SymbolKind::kParty;
  });
  return names;
}

void Checker::unknown_name(const std::string& name, const Span& span, const Scope& scope) {
  if (broken_.contains(name)) return;  // its declaration was refused, which is enough
  // Known elsewhere: say where.
  for (EntityId e = 0; e < members_.size(); ++e) {
    if (!members_[e].contains(name)) continue;
    const std::string& owner = program_.entities[e].name;
    const std::string here = scope.entity == kNoId ? "" : program_.entities[scope.entity].name;
    error("unknown-name", span,
          {fmt::format("“{}” thuộc về “{}”, không nhìn thấy được từ “{}”", name, owner, here),
           fmt::format("“{}” belongs to “{}” and cannot be seen from “{}”", name, owner, here)},
          {"dùng “sum of … over …”, “any of … over …” để đi xuống danh sách",
           "go down into the list with “sum of … over …”, “any of … over …”"});
    return;
  }
  const std::string near = nearest(name, visible_names(scope.entity));
  error("unknown-name", span, {"không có tên “" + name + "”", "there is no name “" + name + "”"},
        near.empty() ? Text{"khai báo nó bằng “fact”, “define” hoặc “param”",
                            "declare it with “fact”, “define” or “param”"}
                     : Text{"có phải ý bạn là “" + near + "”?", "did you mean “" + near + "”?"});
}

}  // namespace ansinh::law
