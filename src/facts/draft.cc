#include "facts/draft.h"

#include <algorithm>
#include <compare>
#include <numeric>

#include "base/text.h"
#include "facts/to_json.h"
#include "facts/validate.h"

namespace ansinh::facts {

namespace {

bool has_period(law::ListForm form) { return form != law::ListForm::kChildren; }

std::strong_ordering compare_facts(const FactValue& a, const FactValue& b) {
  if (const auto order = (a.known != Known::kUnknown) <=> (b.known != Known::kUnknown);
      order != 0) {
    return order;
  }
  if (const auto order = a.value <=> b.value; order != 0) return order;
  return a.known <=> b.known;
}

}  // namespace

std::strong_ordering compare_rows(const Instance& a, const Instance& b,
                                  const law::Program& program) {
  if (const auto order = a.from <=> b.from; order != 0) return order;
  if (const auto order = a.to <=> b.to; order != 0) return order;
  const law::EntityInfo& entity = program.entities[a.entity];
  if (entity.order_fact != law::kNoId) {
    const uint32_t slot = program.facts[entity.order_fact].slot;
    if (const auto order = compare_facts(a.facts[slot], b.facts[slot]); order != 0) return order;
  }
  for (size_t i = 0; i < a.facts.size(); ++i) {
    if (const auto order = compare_facts(a.facts[i], b.facts[i]); order != 0) return order;
  }
  for (size_t i = 0; i < a.lists.size(); ++i) {
    const ListValue& left = a.lists[i];
    const ListValue& right = b.lists[i];
    if (const auto order = left.known <=> right.known; order != 0) return order;
    if (const auto order = left.rows.size() <=> right.rows.size(); order != 0) return order;
    for (size_t j = 0; j < left.rows.size(); ++j) {
      const auto order = compare_rows(*left.rows[j], *right.rows[j], program);
      if (order != 0) return order;
    }
  }
  return std::strong_ordering::equal;
}

DraftRow& Draft::add(law::EntityId entity, Span span) {
  const law::EntityInfo& info = program_.entities[entity];
  Instance& instance = file_.instances.emplace_back();
  instance.entity = entity;
  instance.serial = static_cast<uint32_t>(rows_.size());
  instance.facts.resize(info.facts.size());
  instance.lists.resize(info.lists.size());
  DraftRow& row = rows_.emplace_back();
  row.instance = &instance;
  row.span = span;
  row.fact_spans.resize(info.facts.size());
  row.list_spans.resize(info.lists.size());
  return row;
}

DraftRow& Draft::add_top(law::EntityId entity, Span span) {
  DraftRow& row = add(entity, span);
  tops_.push_back(&row);
  return row;
}

DraftRow& Draft::add_row(DraftRow& parent, law::ListId list, Span span) {
  const law::ListInfo& info = program_.lists[list];
  DraftRow& row = add(info.child, span);
  row.instance->parent = parent.instance;
  if (has_period(info.form)) {
    row.instance->from = row.instance->to = Instance::kNotGiven;
    row.instance->period_known = false;
  }
  ListValue& value = parent.instance->lists[info.slot];
  value.known = Known::kGiven;
  row.position = static_cast<uint32_t>(value.rows.size());
  value.rows.push_back(row.instance);
  value.given_position.push_back(row.position);
  return row;
}

void Draft::state_list(DraftRow& row, law::ListId list, Known known, Span span) {
  const uint32_t slot = program_.lists[list].slot;
  row.instance->lists[slot].known = known;
  row.list_spans[slot] = span;
}

void Draft::state_fact(DraftRow& row, law::FactId fact, std::optional<law::Value> value,
                       Span span) {
  const uint32_t slot = program_.facts[fact].slot;
  row.fact_spans[slot] = span;
  if (value) row.instance->facts[slot] = FactValue{Known::kGiven, std::move(*value)};
}

void Draft::state_from(DraftRow& row, std::optional<int32_t> from, Span span) {
  row.from_span = span;
  row.instance->from = from.value_or(Instance::kNotGiven);
  row.instance->period_known =
      row.instance->from != Instance::kNotGiven && row.instance->to != Instance::kNotGiven;
}

void Draft::state_to(DraftRow& row, std::optional<int32_t> to, Span span) {
  row.to_span = span;
  row.instance->to = to.value_or(Instance::kNotGiven);
  row.instance->period_known =
      row.instance->from != Instance::kNotGiven && row.instance->to != Instance::kNotGiven;
}

void Draft::refuse(std::string code, Span span, Text message, Text help) {
  if (diagnostics_.size() == kErrorsMax) {
    diagnostics_.push_back(
        {"too-many-errors",
         Severity::kError,
         span,
         {"còn lỗi nữa; chỉ nêu 50 lỗi đầu", "there are more errors; the first 50 are shown"},
         {"sửa các lỗi trên rồi chạy lại", "correct those above and run again"}});
  }
  if (diagnostics_.size() > kErrorsMax) return;
  diagnostics_.push_back(
      {std::move(code), Severity::kError, span, std::move(message), std::move(help)});
}

std::string Draft::path(const DraftRow& row) const {
  const law::EntityInfo& entity = program_.entities[row.instance->entity];
  if (row.instance->parent == nullptr ||
      std::find(tops_.begin(), tops_.end(), &row) != tops_.end()) {
    return "/" + entity.name;
  }
  return path(row_of(*row.instance->parent)) + "/" + program_.lists[entity.list].name + "/" +
         std::to_string(row.position);
}

DraftRow* Draft::top(law::EntityId entity) {
  for (DraftRow* row : tops_) {
    if (row->instance->entity == entity) return row;
  }
  return nullptr;
}

// Makes one chain of the topmost instances: subject, its parent, … up to the root entity. Parents
// that were not given are added.
bool Draft::link_tops(Span whole) {
  if (tops_.empty()) {
    refuse("nobody-given", whole, {"không có dữ kiện của ai", "no facts of anybody are given"},
           {"ghi dữ kiện dưới tên \"" + program_.entities[program_.root_entity].name +
                "\" hoặc thành viên của nó",
            "give the facts under \"" + program_.entities[program_.root_entity].name +
                "\" or one of its members"});
    return false;
  }
  DraftRow* subject = tops_.front();
  for (DraftRow* row : tops_) {
    if (program_.is_within(row->instance->entity, subject->instance->entity)) subject = row;
  }
  for (const DraftRow* row : tops_) {
    if (program_.is_within(subject->instance->entity, row->instance->entity)) continue;
    const std::string& name = program_.entities[row->instance->entity].name;
    const std::string& other = program_.entities[subject->instance->entity].name;
    std::string both_vi = name;
    both_vi.append(" và ").append(other);
    std::string both_en = name;
    both_en.append(" and ").append(other);
    refuse(
        "not-one-line", row->span,
        {both_vi + " không thuộc cùng một nhánh: không biết câu hỏi là về ai",
         both_en + " are not in one line: it is not clear whom the question is about"},
        {"chỉ ghi một trong hai ở tầng ngoài cùng", "give only one of the two at the top level"});
    return false;
  }
  file_.subject = subject->instance;
  DraftRow* child = subject;
  for (law::EntityId id = program_.entities[subject->instance->entity].parent; id != law::kNoId;
       id = program_.entities[id].parent) {
    DraftRow* parent = top(id);
    if (parent == nullptr) parent = &add_top(id, child->span);
    const law::ListInfo& list = program_.lists[program_.entities[child->instance->entity].list];
    ListValue& value = parent->instance->lists[list.slot];
    child->instance->parent = parent->instance;
    child->position = static_cast<uint32_t>(value.rows.size());
    value.rows.push_back(child->instance);
    value.given_position.push_back(child->position);
    child = parent;
  }
  file_.root = child->instance;
  return true;
}

void Draft::presume() {
  for (DraftRow& row : rows_) {
    Instance& instance = *row.instance;
    const law::EntityInfo& entity = program_.entities[instance.entity];
    for (size_t slot = 0; slot < instance.facts.size(); ++slot) {
      const law::FactInfo& info = program_.facts[entity.facts[slot]];
      FactValue& fact = instance.facts[slot];
      if (row.fact_spans[slot].line != 0 || fact.known != Known::kUnknown || !info.presumed)
        continue;
      fact = FactValue{Known::kPresumed, *info.presumed};
    }
    for (size_t slot = 0; slot < instance.lists.size(); ++slot) {
      ListValue& list = instance.lists[slot];
      if (row.list_spans[slot].line != 0 || list.known != Known::kUnknown) continue;
      if (program_.lists[entity.lists[slot]].presumed_none) list.known = Known::kPresumed;
    }
  }
}

void Draft::sort(Instance& instance) {
  for (ListValue& list : instance.lists) {
    for (Instance* row : list.rows) sort(*row);
    std::vector<uint32_t> order(list.rows.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      return compare_rows(*list.rows[a], *list.rows[b], program_) < 0;
    });
    ListValue sorted{list.known, {}, {}};
    sorted.rows.reserve(order.size());
    for (const uint32_t i : order) {
      sorted.rows.push_back(list.rows[i]);
      sorted.given_position.push_back(list.given_position[i]);
    }
    list = std::move(sorted);
  }
}

void Draft::number(Instance& instance, uint32_t& next) {
  instance.serial = next++;
  for (ListValue& list : instance.lists) {
    for (Instance* row : list.rows) number(*row, next);
  }
}

std::expected<PersonFile, Diagnostics> Draft::finish(Span whole, std::optional<Date> on,
                                                     bool with_digest) {
  if (link_tops(whole)) {
    sort(*file_.root);
    validate(*this, on);
  }
  if (!diagnostics_.empty()) return std::unexpected(std::move(diagnostics_));
  presume();
  sort(*file_.root);  // rows that differ in presumed facts only
  uint32_t next = 0;
  number(*file_.root, next);
  if (with_digest) file_.digest = sha256_hex(to_json(program_, file_));
  return std::move(file_);
}

}  // namespace ansinh::facts
