#include "lab/result_table.h"

#include <charconv>

#include "facts/csv_text.h"
#include "law/check.h"

namespace ansinh::lab {

using engine::BatchBenefit;
using engine::BatchPay;
using engine::Status;

namespace {

class Appender {
 public:
  Appender(const law::Program& program, PeopleBlock& block, uint64_t first_tree, ResultTable& into)
      : program_(program), block_(block), first_tree_(first_tree), into_(into) {}

  void append(const BatchBenefit& benefit, bool all) {
    const law::BenefitInfo& info = program_.benefits[benefit.benefit];
    if (!all && benefit.status.is_alike() && !benefit.status.empty() &&
        benefit.status[0] == Status::kNotEntitled)
      return;
    const bool is_below = block_.is_below_person(info.entity);
    const std::vector<uint32_t>& holder_of = block_.holder_of(info.entity);
    const std::vector<int32_t>& events = block_.event_date(info.entity);
    uint32_t tree_before = law::kNoId, first_row = 0;
    for (uint32_t row = 0; row < benefit.status.size(); ++row) {
      const uint32_t holder = holder_of[row];
      const uint32_t tree = is_below ? block_.tree_of(holder) : holder;
      if (tree != tree_before) {
        tree_before = tree;
        first_row = row;
      }
      const Status status = benefit.status[row];
      if (status != Status::kEntitled && !all) continue;
      const uint32_t person = is_below ? holder - block_.first_person(tree) + 1 : 0;
      const int32_t event = events.empty() ? PeopleBlock::kNoDate : events[row];
      const uint32_t payments =
          status == Status::kEntitled
              ? static_cast<uint32_t>(info.versions[benefit.version[row]].payments.size())
              : 0;
      for (uint32_t k = 0; k < std::max(payments, 1U); ++k) {
        into_.tree.push_back(first_tree_ + tree + 1);
        into_.name.emplace_back(block_.columns().name(tree));
        into_.person.push_back(person);
        into_.row.push_back(row - first_row + 1);
        into_.benefit.push_back(benefit.benefit);
        into_.version.push_back(benefit.version[row]);
        into_.status.push_back(status);
        into_.failed.push_back(benefit.failed[row]);
        into_.replaced_by.push_back(benefit.replaced_by[row]);
        if (k < payments) {
          put_payment(benefit, row, k, event);
        } else {
          put_nothing();
        }
      }
    }
  }

 private:
  void put_payment(const BatchBenefit& benefit, uint32_t row, uint32_t k, int32_t event) {
    const law::PaymentRule& rule =
        program_.benefits[benefit.benefit].versions[benefit.version[row]].payments[k];
    const BatchPay& pay = benefit.pays[k];
    const auto wide = benefit.wide.find({row, k});
    const bool is_yearly = program_.nodes[rule.amount].type.per == law::Per::kYear;
    int64_t numerator = pay.numerator.empty() ? 0 : pay.numerator[row];
    int64_t denominator = pay.denominator.empty() ? 1 : pay.denominator[row];
    if (wide != benefit.wide.end() || is_yearly) {
      const Rational amount =
          (wide != benefit.wide.end() ? wide->second : Rational(numerator, denominator)) *
          Rational(is_yearly ? 12 : 1);
      if (!amount.to_int64_pair(numerator, denominator)) {
        numerator = 0;
        denominator = 1;
        into_.wide.emplace(into_.numerator.size(), amount);
      }
    }
    into_.payment.push_back(k + 1);
    into_.numerator.push_back(numerator);
    into_.denominator.push_back(denominator);
    into_.on.push_back(BatchPay::date_at(pay.on, row));
    into_.from.push_back(BatchPay::date_at(pay.from, row));
    into_.until.push_back(BatchPay::date_at(pay.until, row));
    const int64_t length_under =
        pay.duration_denominator.empty() ? 1 : pay.duration_denominator[row];
    into_.duration.push_back(pay.duration_numerator.empty() || length_under == 0
                                 ? Rational(0)
                                 : Rational(pay.duration_numerator[row], length_under));
    into_.counted.push_back(
        payment_of(program_, benefit, row, k, event, block_.on()).is_counted ? 1 : 0);
  }

  void put_nothing() {
    into_.payment.push_back(ResultTable::kNoPayment);
    into_.numerator.push_back(0);
    into_.denominator.push_back(1);
    for (auto* dates : {&into_.on, &into_.from, &into_.until})
      dates->push_back(ResultTable::kNoDate);
    into_.duration.emplace_back(0);
    into_.counted.push_back(0);
  }

  const law::Program& program_;
  PeopleBlock& block_;
  uint64_t first_tree_;
  ResultTable& into_;
};

bool holds(const law::Program& program, law::NodeId within, law::NodeId node) {
  if (within == node) return true;
  const law::Node& here = program.nodes[within];
  if (here.op != law::Op::kAnd) return false;
  for (const law::NodeId arg : here.args)
    if (holds(program, arg, node)) return true;
  return false;
}

void put_number(std::string& line, int64_t number) {
  char digits[24];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  line.append(digits, end);
}

void put_date(std::string& line, int32_t date) {
  line += ',';
  if (date != ResultTable::kNoDate) line += Date{date}.to_string();
}

}  // namespace

const char* word_of(Status status) {
  switch (status) {
    case Status::kEntitled:
      return "entitled";
    case Status::kNotEntitled:
      return "not entitled";
    case Status::kCannotTell:
      return "cannot tell";
    case Status::kIncomplete:
      return "incomplete";
    case Status::kError:
      return "error";
  }
  return "";
}

const char* word_of(law::Frequency each) {
  switch (each) {
    case law::Frequency::kOnce:
      return "once";
    case law::Frequency::kDay:
      return "day";
    case law::Frequency::kMonth:
      return "month";
    case law::Frequency::kYear:
      return "year";
  }
  return "";
}

void append_results(const law::Program& program, PeopleBlock& block,
                    const engine::BatchResult& result, uint64_t first_tree, bool all,
                    ResultTable& into) {
  Appender appender(program, block, first_tree, into);
  for (const BatchBenefit& benefit : result.benefits) appender.append(benefit, all);
}

ReasonWords::ReasonWords(const law::Program& program, Language language)
    : program_(program), language_(language) {}

ReasonWords::Words ReasonWords::of(law::BenefitId benefit, uint32_t version, Status status,
                                   law::NodeId failed, law::BenefitId replaced_by) const {
  const bool vi = language_ == Language::kVietnamese;
  if (status != Status::kNotEntitled) return {};
  if (version == law::kNoId)
    return {vi ? "không có quy định có hiệu lực" : "no law in force provides it", ""};
  const law::BenefitVersion& rule = program_.benefits[benefit].versions[version];
  const auto articles = [&](const law::Cites& cites) {
    std::string text;
    for (const law::Cite& cite : cites)
      text += (text.empty() ? "" : "; ") + law::sentence(cite, program_, language_);
    return text;
  };
  if (replaced_by != law::kNoId) {
    return {(vi ? "được hưởng thay bằng: " : "paid instead: ") +
                in_language(program_.benefits[replaced_by].label, language_),
            articles(rule.cite)};
  }
  if (failed == law::kNoId)
    return {vi ? "mức hưởng bị từ chối" : "its amount is refused", articles(rule.cite)};
  for (const law::ConditionRule& condition : rule.conditions) {
    if (!holds(program_, condition.node, failed)) continue;
    return {condition.because ? in_language(*condition.because, language_)
                              : (vi ? "không thỏa: " : "does not hold: ") +
                                    law::sentence(failed, program_, language_),
            articles(condition.cite.empty() ? rule.cite : condition.cite)};
  }
  return {law::sentence(failed, program_, language_), articles(rule.cite)};
}

CsvResults::CsvResults(const law::Program& program, Language language)
    : program_(program), words_(program, language) {}

std::string CsvResults::head() const {
  return "tree,name,person,row,benefit,status,reason,article,payment,amount,currency,each,on,from,"
         "until,duration,party,fund,counted\n";
}

std::string CsvResults::chunk(const ResultTable& table) const {
  std::string text;
  // The same few reasons come again and again.
  std::unordered_map<uint64_t, std::string> reasons;
  for (size_t i = 0; i < table.size(); ++i) {
    const law::BenefitInfo& info = program_.benefits[table.benefit[i]];
    put_number(text, static_cast<int64_t>(table.tree[i]));
    text += ',';
    facts::put_csv_cell(text, table.name[i]);
    text += ',';
    if (table.person[i] != 0) put_number(text, table.person[i]);
    text += ',';
    put_number(text, table.row[i]);
    text += ',' + info.name + ',' + word_of(table.status[i]) + ',';
    if (table.status[i] == Status::kNotEntitled) {
      const bool is_replaced = table.replaced_by[i] != law::kNoId;
      const uint64_t what = is_replaced ? table.replaced_by[i] : table.failed[i];
      const uint64_t key = (uint64_t{table.benefit[i]} << 48) ^ (uint64_t{table.version[i]} << 34) ^
                           (uint64_t{is_replaced} << 33) ^ what;
      auto [at, is_new] = reasons.try_emplace(key);
      if (is_new) {
        const ReasonWords::Words words =
            words_.of(table.benefit[i], table.version[i], table.status[i], table.failed[i],
                      table.replaced_by[i]);
        facts::put_csv_cell(at->second, words.reason);
        at->second += ',';
        facts::put_csv_cell(at->second, words.article);
      }
      text += at->second;
    } else {
      text += ',';
    }
    text += ',';
    if (table.payment[i] == ResultTable::kNoPayment) {
      text.append(10, ',') += "0\n";
      continue;
    }
    const law::PaymentRule& rule = info.versions[table.version[i]].payments[table.payment[i] - 1];
    put_number(text, table.payment[i]);
    text += ',';
    const auto wide = table.wide.find(i);
    if (wide != table.wide.end()) {
      text += wide->second.to_string();
    } else if (table.denominator[i] == 1) {
      put_number(text, table.numerator[i]);
    } else {
      text += Rational(table.numerator[i], table.denominator[i]).to_string();
    }
    text += ',' + program_.currency + ',' + word_of(rule.each);
    put_date(text, table.on[i]);
    put_date(text, table.from[i]);
    put_date(text, table.until[i]);
    text += ',';
    if (!table.duration[i].is_zero()) {
      text += table.duration[i].to_string() +
              (program_.nodes[rule.duration].type.month != 0 ? " months" : " days");
    }
    text += ',';
    if (rule.party != law::kNoId) text += program_.parties[rule.party].name;
    text += ',';
    if (rule.fund != law::kNoId) text += program_.funds[rule.fund].name;
    text += table.counted[i] != 0 ? ",1\n" : ",0\n";
  }
  return text;
}

}  // namespace ansinh::lab
