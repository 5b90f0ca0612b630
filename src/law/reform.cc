#include "law/reform.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "law/parse.h"

namespace ansinh::law {

namespace {

// What may be given again for other dates, and so be replaced for some.
Common* versioned(ItemValue& value) {
  if (auto* item = std::get_if<DefineItem>(&value)) return &item->common;
  if (auto* item = std::get_if<CarryItem>(&value)) return &item->common;
  if (auto* item = std::get_if<BenefitItem>(&value)) return &item->common;
  if (auto* item = std::get_if<ContributionItem>(&value)) return &item->common;
  if (auto* item = std::get_if<TableItem>(&value)) return &item->common;
  if (auto* item = std::get_if<ExceptionItem>(&value)) return &item->common;
  return nullptr;
}

Common* common_of(ItemValue& value) {
  if (auto* item = std::get_if<ParamItem>(&value)) return &item->common;
  if (auto* item = std::get_if<CalendarItem>(&value)) return &item->common;
  return versioned(value);
}

// Two versioned items of one key are versions of one thing.
std::string key_of(ItemValue& value) {
  const Common* common = versioned(value);
  if (common == nullptr) return {};
  const std::string name = " " + common->name;
  if (std::holds_alternative<TableItem>(value)) return "table" + name;
  if (std::holds_alternative<ExceptionItem>(value)) return "exception" + name;
  if (auto* item = std::get_if<DefineItem>(&value)) return "define " + item->entity + name;
  if (auto* item = std::get_if<CarryItem>(&value)) return "define " + item->entity + name;
  return "benefit" + name;
}

Force force_of(const Common* common, const std::optional<ActItem>& act) {
  Force force;
  if (act) {
    force.from = act->from;
    if (act->until) force.until = *act->until;
  }
  if (common != nullptr && common->from) force.from = *common->from;
  if (common != nullptr && common->until) force.until = *common->until;
  return force;
}

bool same_type(const TypeExpr& a, const TypeExpr& b) {
  return a.word == b.word && a.per == b.per && a.or_none == b.or_none &&
         a.series_of == b.series_of &&
         std::equal(a.members.begin(), a.members.end(), b.members.begin(), b.members.end(),
                    [](const EnumMember& x, const EnumMember& y) { return x.name == y.name; });
}

std::string written(const TypeExpr& type) {
  std::string text = type.word;
  for (const EnumMember& member : type.members) text += (text.empty() ? "" : " | ") + member.name;
  if (!type.per.empty()) text += "/" + type.per;
  return type.or_none ? text + " or none" : text;
}

std::optional<Date> date_of(const std::vector<Cell>& row, int column) {
  if (column < 0 || static_cast<size_t>(column) >= row.size()) return std::nullopt;
  const auto& value = row[static_cast<size_t>(column)].value;
  if (!value) return std::nullopt;
  if (value->kind == ExprKind::kDate) return value->date;
  if (value->kind == ExprKind::kMonthLiteral) return value->month_literal.first_day();
  return std::nullopt;
}

// One file of a reform, laid over the files before it.
class Layer {
 public:
  Layer(std::vector<std::shared_ptr<File>>& files, size_t own, Diagnostics& diagnostics)
      : files_(files), own_(own), diagnostics_(diagnostics) {}

  void lay() {
    bool is_empty = true;
    std::optional<ActItem> act;  // a copy: items move
    each_block(own_, [&](Block& block) {
      for (Item& item : block.items) {
        if (auto* opened = std::get_if<ActItem>(&item.value)) act = *opened;
        const bool declares = !std::holds_alternative<ActItem>(item.value) &&
                              !std::holds_alternative<UseItem>(item.value) &&
                              !std::holds_alternative<CaseItem>(item.value) &&
                              !std::holds_alternative<NotYetItem>(item.value);
        is_empty &= !declares;
        cite_reform(item);
        lay(item, act);
      }
      std::erase_if(block.items, [&](const Item& item) { return merged_.contains(&item); });
      merged_.clear();
    });
    if (is_empty) {
      error("reform-empty", {files_[own_]->source, 0, 0, 0},
            {"cải cách này không khai báo gì", "this reform declares nothing"},
            {"viết một khối ```luat với tham số, định nghĩa hoặc chế độ mới",
             "write a ```luat block with a parameter, a definition or a benefit"});
    }
    find_unread();
  }

 private:
  template <typename F>
  void each_block(size_t file, F&& visit) {
    for (auto& part : files_[file]->parts)
      if (auto* block = std::get_if<Block>(&part)) visit(*block);
  }

  void error(std::string code, const Span& span, Text message, Text help) {
    diagnostics_.push_back(
        {std::move(code), Severity::kError, span, std::move(message), std::move(help)});
  }

  std::string own_cite() const { return "reform " + files_[own_]->stem; }

  void cite_reform(Item& item) const {
    Common* common = common_of(item.value);
    if (common != nullptr && common->cite.empty()) common->cite.push_back({own_cite(), false});
  }

  void lay(Item& item, const std::optional<ActItem>& act) {
    if (auto* param = std::get_if<ParamItem>(&item.value)) {
      if (lay_param(*param, act)) merged_.insert(&item);
    } else if (auto* entity = std::get_if<EntityItem>(&item.value)) {
      std::erase_if(entity->facts, [&](FactItem& fact) { return lay_fact(entity->name, fact); });
    } else if (auto* calendar = std::get_if<CalendarItem>(&item.value)) {
      lay_calendar(*calendar);
    } else if (versioned(item.value) != nullptr) {
      lay_version(item.value, act);
    }
  }

  // ---- Parameters ----

  bool lay_param(ParamItem& param, const std::optional<ActItem>& act) {
    for (size_t f = 0; f < own_; ++f) {
      for (auto& part : files_[f]->parts) {
        auto* block = std::get_if<Block>(&part);
        if (block == nullptr) continue;
        for (Item& item : block->items) {
          auto* old = std::get_if<ParamItem>(&item.value);
          if (old == nullptr || old->common.name != param.common.name) continue;
          replaced_.insert(param.common.name);
          if (!seen_params_.insert(param.common.name).second) return false;  // declared twice
          if (!same_type(old->type, param.type)) {
            complain_type(param.type, old->type, param.common.name);
            return true;
          }
          merge(*old, param, act);
          return true;
        }
      }
    }
    return false;
  }

  void complain_type(const TypeExpr& now, const TypeExpr& before, const std::string& name) {
    error(
        "reform-type", now.span,
        {"“" + name + "” trong luật có kiểu “" + written(before) + "”, ở đây là “" + written(now) +
             "”",
         "“" + name + "” is “" + written(before) + "” in the law, and “" + written(now) + "” here"},
        {"dùng cùng một kiểu", "use the same type"});
  }

  // A clause number belongs to the act under which it stands: the row moves, the act does not.
  std::string free_cite(const std::string& text, const std::optional<ActItem>& act) const {
    if (text.empty() || text[0] < '0' || text[0] > '9') return text;
    return (act ? act->name : own_cite()) + " art " + text;
  }

  void merge(ParamItem& old, const ParamItem& param, const std::optional<ActItem>& act) {
    const int from = param.rows.column("from");
    std::string usual;
    for (const Citation& one : param.common.cite)
      usual += (usual.empty() ? "" : "; ") + free_cite(one.text, act);
    for (const char* name : {"from", "value", "cite", "note"}) {
      const bool is_needed = param.rows.column(name) >= 0 || std::string_view(name) == "cite";
      if (!is_needed || old.rows.column(name) >= 0) continue;
      old.rows.columns.emplace_back(name);
      old.rows.column_spans.push_back(param.common.span);
      for (auto& row : old.rows.rows) row.push_back({});
    }
    const std::optional<Date> first =
        param.rows.rows.empty() ? std::nullopt : date_of(param.rows.rows.front(), from);
    const int old_from = old.rows.column("from");
    std::erase_if(old.rows.rows, [&](const std::vector<Cell>& row) {
      const std::optional<Date> date = date_of(row, old_from);
      return first && date && *date >= *first;
    });
    for (const std::vector<Cell>& row : param.rows.rows) {
      std::vector<Cell> moved(old.rows.columns.size());
      for (Cell& cell : moved) cell.span = row.empty() ? param.common.span : row.front().span;
      for (size_t i = 0; i < row.size() && i < param.rows.columns.size(); ++i) {
        const int at = old.rows.column(param.rows.columns[i]);
        if (at >= 0) moved[static_cast<size_t>(at)] = row[i];
      }
      Cell& cite = moved[static_cast<size_t>(old.rows.column("cite"))];
      cite.text = cite.text.empty() ? usual : free_cite(cite.text, act);
      old.rows.rows.push_back(std::move(moved));
    }
    if (param.renewed_years) old.renewed_years = param.renewed_years;
    if (param.common.label.given()) old.common.label = param.common.label;
  }

  // ---- Facts and calendars ----

  bool lay_fact(const std::string& entity, FactItem& fact) {
    bool is_laid = false;
    for (size_t f = 0; f < own_; ++f) {
      each_block(f, [&](Block& block) {
        for (Item& item : block.items) {
          auto* other = std::get_if<EntityItem>(&item.value);
          if (other == nullptr || other->name != entity) continue;
          for (FactItem& old : other->facts) {
            if (old.name != fact.name || is_laid) continue;
            is_laid = true;
            if (!same_type(old.type, fact.type)) complain_type(fact.type, old.type, fact.name);
            if (!fact.label.given()) fact.label = old.label;
            // The members' labels are the law's unless they are given again.
            old = fact;
          }
        }
      });
    }
    if (is_laid) replaced_.insert(fact.name);
    return is_laid;
  }

  void lay_calendar(const CalendarItem& calendar) {
    for (size_t f = 0; f < own_; ++f) {
      each_block(f, [&](Block& block) {
        std::erase_if(block.items, [&](const Item& item) {
          const auto* old = std::get_if<CalendarItem>(&item.value);
          const bool is_same = old != nullptr && old->common.name == calendar.common.name;
          if (is_same) replaced_.insert(calendar.common.name);
          return is_same;
        });
      });
    }
  }

  // ---- What has versions ----

  void lay_version(ItemValue& value, const std::optional<ActItem>& act) {
    const std::string key = key_of(value);
    Common& common = *versioned(value);
    const Force now = force_of(&common, act);
    for (size_t f = 0; f < own_; ++f) {
      std::optional<ActItem> old_act;
      each_block(f, [&](Block& block) {
        for (size_t i = 0; i < block.items.size(); ++i) {
          ItemValue& old = block.items[i].value;
          if (auto* opened = std::get_if<ActItem>(&old)) old_act = *opened;
          if (key_of(old) != key) continue;
          replaced_.insert(common.name);
          if (!common.label.given()) common.label = versioned(old)->label;
          const Force before = force_of(versioned(old), old_act);
          if (before.from > now.until || now.from > before.until) continue;
          i = cut(block, i, before, now);
        }
      });
    }
  }

  // Takes the dates of `now` from the item; gives the place of the last that is left of it.
  static size_t cut(Block& block, size_t at, const Force& before, const Force& now) {
    const bool is_left = before.from < now.from;
    const bool is_right = now.until < before.until;
    if (is_left && is_right) {
      block.items.insert(block.items.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                         block.items[at]);
      versioned(block.items[at + 1].value)->from = Date{now.until.days + 1};
      versioned(block.items[at].value)->until = Date{now.from.days - 1};
      return at + 1;
    }
    if (is_left) {
      versioned(block.items[at].value)->until = Date{now.from.days - 1};
    } else if (is_right) {
      versioned(block.items[at].value)->from = Date{now.until.days + 1};
    } else {
      block.items.erase(block.items.begin() + static_cast<std::ptrdiff_t>(at));
      return at - 1;  // wraps at 0, and the loop's ++ brings it back
    }
    return at;
  }

  // ---- What nothing reads ----

  // New names that neither replace anything, nor are owed or paid, nor are read by what is.
  void find_unread() {
    struct New {
      std::string name;
      Span span;
      std::vector<std::string> reads;
    };
    std::vector<New> fresh;
    std::set<std::string> read;
    std::vector<std::string> names;
    each_block(own_, [&](Block& block) {
      for (Item& item : block.items) {
        names.clear();
        add_names_read(item, names);
        if (auto* entity = std::get_if<EntityItem>(&item.value)) {
          if (entity->form == EntityForm::kFactsOf)
            for (const FactItem& fact : entity->facts) fresh.push_back({fact.name, fact.span, {}});
          continue;
        }
        const bool may_be_idle = std::holds_alternative<DefineItem>(item.value) ||
                                 std::holds_alternative<CarryItem>(item.value) ||
                                 std::holds_alternative<ParamItem>(item.value) ||
                                 std::holds_alternative<TableItem>(item.value) ||
                                 std::holds_alternative<CalendarItem>(item.value);
        const Common* common = common_of(item.value);
        if (may_be_idle && !replaced_.contains(common->name)) {
          fresh.push_back({common->name, common->span, names});
        } else if (!std::holds_alternative<CaseItem>(item.value)) {
          read.insert(names.begin(), names.end());
        }
      }
    });
    for (bool grows = true; grows;) {
      grows = false;
      for (New& one : fresh) {
        if (one.reads.empty() || !read.contains(one.name)) continue;
        read.insert(one.reads.begin(), one.reads.end());
        one.reads.clear();
        grows = true;
      }
    }
    for (const New& one : fresh) {
      if (read.contains(one.name)) continue;
      const std::string near = nearest(one.name, law_names());
      error("reform-unread", one.span,
            {"luật không có “" + one.name + "”, và không có gì trong cải cách đọc nó",
             "the law has no “" + one.name + "”, and nothing in the reform reads it"},
            near.empty()
                ? Text{"sửa tên cho trùng với tên trong luật, hoặc bỏ đi",
                       "use the name that the law has, or drop it"}
                : Text{"có phải ý bạn là “" + near + "”?", "did you mean “" + near + "”?"});
    }
  }

  std::vector<std::string> law_names() {
    std::set<std::string> names;
    for (size_t f = 0; f < own_; ++f) {
      each_block(f, [&](Block& block) {
        for (Item& item : block.items) {
          if (const Common* common = common_of(item.value)) names.insert(common->name);
          if (const auto* entity = std::get_if<EntityItem>(&item.value))
            for (const FactItem& fact : entity->facts) names.insert(fact.name);
        }
      });
    }
    return {names.begin(), names.end()};
  }

  std::vector<std::shared_ptr<File>>& files_;
  size_t own_;
  Diagnostics& diagnostics_;
  std::set<const Item*> merged_;  // went into an item of the law
  std::set<std::string> replaced_, seen_params_;
};

void add_names(const Expr& expr, std::vector<std::string>& names) {
  if (!expr.name.empty()) names.push_back(expr.name);
  for (const Expr& arg : expr.args) add_names(arg, names);
}
void add_names(const std::optional<Expr>& expr, std::vector<std::string>& names) {
  if (expr) add_names(*expr, names);
}
void add_names(const std::vector<Branch>& branches, std::vector<std::string>& names) {
  for (const Branch& branch : branches) {
    add_names(branch.condition, names);
    add_names(branch.result, names);
  }
}
void add_names(const std::vector<Condition>& conditions, std::vector<std::string>& names) {
  for (const Condition& condition : conditions) add_names(condition.expr, names);
}
void add_names(const std::vector<Payment>& payments, std::vector<std::string>& names) {
  for (const Payment& payment : payments) {
    add_names(payment.amount, names);
    for (const auto* date : {&payment.on, &payment.from, &payment.until, &payment.duration})
      add_names(*date, names);
  }
}

}  // namespace

void add_names_read(const Item& item, std::vector<std::string>& names) {
  if (const auto* define = std::get_if<DefineItem>(&item.value)) {
    if (define->order.written) {
      add_names(define->order.order, names);
      for (const Expr& group : define->order.groups) add_names(group, names);
    }
    add_names(define->formula, names);
    add_names(define->branches, names);
    for (const FinishClause& finish : define->finish) add_names(finish.argument, names);
  } else if (const auto* exception = std::get_if<ExceptionItem>(&item.value)) {
    add_names(exception->branches, names);
  } else if (const auto* benefit = std::get_if<BenefitItem>(&item.value)) {
    add_names(benefit->conditions, names);
    add_names(benefit->payments, names);
    for (const Expr& given : benefit->gives) add_names(given, names);
    add_names(benefit->within, names);
    add_names(benefit->within_of, names);
  } else if (const auto* owed = std::get_if<ContributionItem>(&item.value)) {
    add_names(owed->conditions, names);
    add_names(owed->payments, names);
    add_names(owed->due, names);
  } else if (const auto* carry = std::get_if<CarryItem>(&item.value)) {
    add_names(carry->start, names);
    add_names(carry->start_date, names);
    for (const CarryStep& step : carry->steps) {
      add_names(step.value, names);
      if (!step.param.empty()) names.push_back(step.param);
    }
  }
}

void lay_over(Files& files, size_t law_count, Diagnostics& diagnostics) {
  std::vector<std::shared_ptr<File>> own;
  own.reserve(files.size());
  for (const auto& file : files) own.push_back(std::make_shared<File>(*file));
  for (size_t i = law_count; i < own.size(); ++i) Layer(own, i, diagnostics).lay();
  files.assign(own.begin(), own.end());
}

}  // namespace ansinh::law
