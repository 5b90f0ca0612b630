#include <algorithm>
#include <utility>

#include "base/text.h"
#include "law/formatter.h"
#include "law/keywords.h"

namespace ansinh::law {

namespace {

size_t width_of(std::string_view text) { return display_width(on_one_line(text)); }

std::vector<std::string> written_citations(const std::vector<Citation>& cite) {
  std::vector<std::string> texts;
  for (const Citation& one : cite) {
    if (!one.inherited) texts.push_back(one.text);
  }
  return texts;
}

}  // namespace

// ---- lines -------------------------------------------------------------------------------------

void ItemWriter::line(std::string_view text, size_t indent) {
  out_ += laid_out(text, indent, indent + 4) + "\n";
}

std::string ItemWriter::cite_text(const std::vector<Citation>& cite) const {
  std::string out;
  for (const std::string& text : written_citations(cite)) out += (out.empty() ? "" : "; ") + text;
  return out.empty() ? out : word("cite") + " " + out;
}

// `cite` lines, as many as the width asks for.
void ItemWriter::citations(const std::vector<Citation>& cite, size_t indent) {
  const std::string lead = std::string(indent, ' ') + word("cite") + " ";
  std::string text;
  for (const std::string& one : written_citations(cite)) {
    const bool fits =
        display_width(lead) + display_width(text) + display_width("; ") + display_width(one) <=
        kLineWidth;
    if (!text.empty() && !fits) {
      out_ += lead + text + "\n";
      text.clear();
    }
    text += (text.empty() ? "" : "; ") + one;
  }
  if (!text.empty()) out_ += lead + text + "\n";
}

// A clause with a citation of its own, which must stand on its last line.
void ItemWriter::clause(const std::string& text, const std::vector<Citation>& cite) {
  const std::string cited = cite_text(cite);
  if (cited.empty()) return line(text);
  line(text);
  out_.pop_back();
  out_ += "  " + cited + "\n";
}

// The first line of an item: label and citation beside it as long as they fit.
void ItemWriter::header(const std::string& text, const Label& label,
                        const std::vector<Citation>& cite) {
  const std::string labels = label.given() ? label_text(label.text) : "";
  const std::string cited = cite_text(cite);
  std::string first = text;
  const bool beside = !labels.empty() && width_of(text) + 1 + width_of(labels) <= kLineWidth;
  if (beside) first += " " + labels;
  const bool below = !labels.empty() && !beside;
  const bool cite_beside =
      !cited.empty() && !below && width_of(first) + 2 + display_width(cited) <= kLineWidth;
  if (cite_beside) first += "  " + cited;
  line(first, 0);
  if (below) out_ += laid_out(labels, 2, 2) + "\n";
  if (!cite_beside) citations(cite);
}

void ItemWriter::common(const Common& common, const std::string& head) {
  header(head, common.label, common.cite);
  if (common.from) {
    std::string text = word("in force from") + " " + common.from->to_string();
    if (common.until) text += " " + word("until") + " " + common.until->to_string();
    line(text);
  }
  if (common.unverified) {
    const Text& reason = common.unverified->reason;
    const bool given = !reason.vi.empty() || !reason.en.empty();
    line(word("unverified") + (given ? " " + label_text(reason) : ""));
  }
}

std::string ItemWriter::names(const std::vector<std::string>& names) const {
  std::string out;
  for (const std::string& name : names)
    out += (out.empty() ? "" : std::string(",") + kBreak) + name;
  return out;
}

// ---- types -------------------------------------------------------------------------------------

std::string ItemWriter::members(const std::vector<EnumMember>& members, bool bars_lead) const {
  std::string out;
  for (const EnumMember& member : members) {
    if (!out.empty()) out += bars_lead ? " | " : " |" + std::string(1, kBreak);
    out += member.name;
    if (member.label.given()) out += " " + label_text(member.label.text);
  }
  return out;
}

std::string ItemWriter::type(const TypeExpr& type) const {
  std::string out;
  if (type.word.empty()) {
    out = members(type.members, false);
  } else if (type.word == "yes/no") {
    out = word("yes") + "/" + word("no");
  } else if (type.word == "spells") {
    out = word("spells") + " " + word("of") + " " + type.series_of;
  } else if (type.word == "month") {
    out = word("month@type");
  } else if (type.word == "count" || type.word == "number" || type.word == "ratio" ||
             type.word == "date" || type.word == "text" || type.word == "days" ||
             type.word == "months" || type.word == "years") {
    out = word(type.word);
  } else {
    out = type.word;
  }
  if (!type.per.empty()) out += "/" + expressions_.unit_word(type.per + "s", true);
  if (type.or_none) out += " " + word("or") + " " + word("none");
  return out;
}

// ---- tables ------------------------------------------------------------------------------------

namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string note_in_vietnamese(const std::string& text) {
  for (const std::string_view mark : {"unverified", "as written"}) {
    if (text.starts_with(mark)) return std::string(keyword(mark, true)) + text.substr(mark.size());
  }
  return text;
}

}  // namespace

void ItemWriter::rows(const Rows& rows, size_t indent) {
  std::vector<std::vector<std::string>> lines(1);
  for (const std::string& column : rows.columns) {
    lines[0].push_back(escaped(vietnamese_ ? column_to_vietnamese(column) : column));
  }
  for (const auto& row : rows.rows) {
    auto& cells = lines.emplace_back();
    for (size_t i = 0; i < row.size(); ++i) {
      std::string text = row[i].value ? expressions_.cell(*row[i].value) : row[i].text;
      const bool note = i < rows.columns.size() && rows.columns[i] == "note" && !row[i].value;
      cells.push_back(escaped(note && vietnamese_ ? note_in_vietnamese(text) : text));
    }
  }
  std::vector<size_t> widths(rows.columns.size(), 0);
  for (const auto& cells : lines) {
    for (size_t i = 0; i < cells.size() && i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(cells[i]));
    }
  }
  for (const auto& cells : lines) {
    out_ += std::string(indent, ' ') + "|";
    for (size_t i = 0; i < cells.size() && i < widths.size(); ++i) {
      out_ += " " + cells[i] + std::string(widths[i] - display_width(cells[i]), ' ') + " |";
    }
    out_ += "\n";
  }
}

// ---- items -------------------------------------------------------------------------------------

std::string ItemWriter::item(const Item& item, const Label& act_label) {
  act_label_ = &act_label;
  out_.clear();
  std::visit([this](const auto& value) { write(value); }, item.value);
  return std::move(out_);
}

void ItemWriter::write(const CurrencyItem& item) {
  std::string text = word("currency") + " " + item.name;
  if (item.label.given()) text += " " + label_text(item.label.text);
  line(text + " " + word("in steps of") + " " + item.step.to_string(), 0);
}

void ItemWriter::write(const ActItem& item) {
  const bool own_label = item.label.text != act_label_->text;
  header(word("act") + " " + item.name, own_label ? item.label : Label{}, {});
  std::string dates = word("in force from") + " " + item.from.to_string();
  if (item.until) dates += " " + word("until") + " " + item.until->to_string();
  line(dates);
  if (!item.short_month_written) return;
  const bool last_day = item.short_month == ShortMonth::kLastDay;
  line(word(last_day ? "short months end on their last day" : "short months run over"));
}

void ItemWriter::write(const UseItem& item) { line(word("use") + " " + names(item.files), 0); }

// One member a line, the bars before the names.
void ItemWriter::members_apart(const std::vector<EnumMember>& members, size_t indent) {
  for (size_t i = 0; i < members.size(); ++i) {
    std::string text = (i == 0 ? "  " : "| ") + members[i].name;
    if (members[i].label.given()) text += " " + label_text(members[i].label.text);
    if (i == 0) text = text.substr(2);
    out_ += laid_out(text, i == 0 ? indent + 2 : indent, indent + 4) + "\n";
  }
}

void ItemWriter::write(const EnumItem& item) {
  std::string text = word("enum") + " " + item.name;
  if (item.label.given()) text += " " + label_text(item.label.text);
  text += " :";
  const std::string all = members(item.members, true);
  if (width_of(text) + 1 + width_of(all) <= kLineWidth) {
    line(text + " " + all, 0);
    return;
  }
  line(text, 0);
  members_apart(item.members, 2);
}

void ItemWriter::write(const FundItem& item) {
  header(word("fund") + " " + item.name, item.label, {});
}

void ItemWriter::write(const PartyItem& item) {
  header(word("party") + " " + item.name, item.label, {});
}

void ItemWriter::write(const EntityItem& item) {
  std::string text;
  const std::string of = " " + word("of") + " " + item.parent;
  switch (item.form) {
    case EntityForm::kEntity:
      text = word("entity") + " " + item.name;
      if (!item.parent.empty()) text += of + " " + word("as") + " " + item.list;
      break;
    case EntityForm::kSpellsByMonth:
    case EntityForm::kSpellsByDay:
      text =
          word("spells") + " " + item.name + of + " " + word("by") + " " +
          expressions_.unit_word(item.form == EntityForm::kSpellsByDay ? "days" : "months", true);
      break;
    case EntityForm::kDates:
      text = word("dates") + " " + item.name + of;
      break;
    case EntityForm::kFactsOf:
      text = word("facts of") + " " + item.name;
      break;
  }
  header(text, item.label, {});
  if (item.may_overlap) line(word("may overlap"));
  if (item.presumed_none) line(word("presumed") + " " + word("none"));
  if (!item.order_fact.empty()) line(word("in order of") + " " + item.order_fact);
  if (!item.governing_fact.empty()) line(word("governed by") + " " + item.governing_fact);
  for (const FactItem& one : item.facts) fact(one);
}

void ItemWriter::fact(const FactItem& fact) {
  std::string rest;
  const auto add = [&rest](const std::string& text) {
    if (!rest.empty()) rest += kBreak;
    rest += text;
  };
  if (fact.label.given()) add(label_text(fact.label.text));
  if (fact.hint.given()) add(word("hint") + " " + label_text(fact.hint.text));
  if (fact.range) add(word("range") + " " + on_one_line(expressions_.range(*fact.range)));
  // `presumed` at the start of a line would be a clause of the entity.
  if (fact.presumed) {
    rest += (rest.empty() ? "" : " ") + word("presumed") + " " + expressions_.cell(*fact.presumed);
  }
  const std::string head = word("fact") + " " + fact.name + " :";
  const bool in_line = fact.type.word.empty();
  const std::string all = in_line ? members(fact.type.members, true) : type(fact.type);
  const std::string none =
      in_line && fact.type.or_none ? " " + word("or") + " " + word("none") : "";
  if (!in_line || 2 + width_of(head + " " + all + none + " " + rest) <= kLineWidth) {
    const bool only_presumed = rest.starts_with(word("presumed"));
    line(head + " " + all + none + (rest.empty() ? "" : (only_presumed ? ' ' : kBreak) + rest));
    return;
  }
  line(head);
  members_apart(fact.type.members, 6);
  out_.pop_back();
  out_ += none;
  if (rest.starts_with(word("presumed"))) {
    out_ += " " + rest + "\n";
  } else {
    out_ += "\n" + (rest.empty() ? "" : laid_out(rest, 6, 6) + "\n");
  }
}

void ItemWriter::write(const ParamItem& item) {
  common(item.common, word("param") + " " + item.common.name + " : " + type(item.type));
  if (item.renewed_years) {
    const int years = *item.renewed_years;
    line(word("renewed every") + " " + std::to_string(years) + " " +
         expressions_.unit_word("years", years == 1));
  }
  rows(item.rows, 2);
}

void ItemWriter::write(const TableItem& item) {
  std::string text = word("table") + " " + item.common.name + " " + word("by") + " ";
  for (size_t i = 0; i < item.keys.size(); ++i) {
    if (i > 0) text += std::string(",") + kBreak;
    text += item.keys[i].name + " : " + type(item.keys[i].type);
  }
  common(item.common, text + " " + word("gives") + " " + type(item.gives));
  rows(item.rows, 2);
}

void ItemWriter::write(const CalendarItem& item) {
  common(item.common, word("calendar") + " " + item.common.name);
  rows(item.rows, 2);
}

void ItemWriter::write(const HighestOfItem& item) {
  header(word("highest of") + " " + names(item.benefits), {}, item.cite);
}

void ItemWriter::write(const NotYetItem& item) {
  header(word("not yet expressed") + " " + label_text(item.what), {}, item.cite);
  if (!item.needed_by.empty()) line(word("needed by") + " " + names(item.needed_by));
}

}  // namespace ansinh::law
