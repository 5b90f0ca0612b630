// Expressions as sentences made from the labels, in Vietnamese and English.
#include <array>
#include <string_view>
#include <utility>

#include "law/check.h"
#include "law/types.h"

namespace ansinh::law {

namespace {

class Speaker {
 public:
  Speaker(const Program& program, Language language)
      : p_(program), vi_(language == Language::kVietnamese), language_(language) {}

  std::string say(NodeId id, int outer = 0) const {
    if (id == kNoId) return "?";
    const Node& node = p_.nodes[id];
    int inner = 0;
    std::string words = phrase(node, inner);
    return inner != 0 && inner < outer ? "(" + words + ")" : words;
  }

 private:
  static constexpr int kOr = 1, kAnd = 2, kCompare = 3, kAdd = 4, kMultiply = 5, kUnary = 6;

  std::string w(const char* vi, const char* en) const { return vi_ ? vi : en; }
  std::string label(const Text& text) const {
    const std::string& words = in_language(text, language_);
    if (words.empty()) return words;
    // "Tuổi" inside a sentence is "tuổi"; names in capitals stay ("BHXH").
    std::string lowered = words;
    const auto upper = [](unsigned char c) { return c >= 'A' && c <= 'Z'; };
    const bool acronym = words.size() > 1 && upper(static_cast<unsigned char>(words[0])) &&
                         upper(static_cast<unsigned char>(words[1]));
    if (!acronym && upper(static_cast<unsigned char>(words[0])))
      lowered[0] = static_cast<char>(words[0] - 'A' + 'a');
    return lowered;
  }
  std::string arg(const Node& node, size_t i, int outer = 0) const {
    return say(node.args.at(i), outer);
  }

  std::string joined(const Node& node, const char* vi, const char* en, int level) const {
    std::string words;
    for (size_t i = 0; i < node.args.size(); ++i)
      words += (i == 0 ? "" : w(vi, en)) + arg(node, i, level);
    return words;
  }

  std::string one_of(const Node& node) const {
    // "x is a, b or c" where every part asks the same of x.
    NodeId subject = kNoId;
    std::string members;
    for (size_t i = 0; i < node.args.size(); ++i) {
      const Node& part = p_.nodes[node.args[i]];
      if (part.op != Op::kEqual || p_.nodes[part.args[1]].op != Op::kConstant ||
          (subject != kNoId && part.args[0] != subject))
        return {};
      subject = part.args[0];
      members += (i == 0                      ? ""
                  : i + 1 == node.args.size() ? w(" hoặc ", " or ")
                                              : ", ") +
                 arg(part, 1);
    }
    return say(subject, kCompare) + w(" là ", " is ") + members;
  }

  std::string compare(const Node& node, const char* sign, const char* reversed) const {
    if (node.index == 1) return arg(node, 1, kAdd) + reversed + arg(node, 0, kAdd);
    return arg(node, 0, kAdd) + sign + arg(node, 1, kAdd);
  }

  std::string over(const Node& node, const char* vi, const char* en) const {
    return w(vi, en) + arg(node, 0, kUnary) + w(" trên ", " over ") + arg(node, 1);
  }

  std::string phrase(const Node& node, int& level) const {
    switch (node.op) {
      case Op::kConstant:
        return show(p_.constants[node.index], node.type, p_, language_);
      case Op::kFact:
        return label(p_.facts[node.index].label);
      case Op::kDefinition:
        return label(p_.definitions[node.index].label);
      case Op::kParam:
        return label(p_.params[node.index].label);
      case Op::kTable: {
        std::string words = label(p_.tables[node.index].label) + " (";
        for (size_t i = 0; i < node.args.size(); ++i) words += (i == 0 ? "" : "; ") + arg(node, i);
        return words + ")";
      }
      case Op::kToday:
        return w("ngày xét", "the day of decision");
      case Op::kMonthHere:
        return w("tháng đang xét", "the month");
      case Op::kYearHere:
        return w("năm đang xét", "the year");
      case Op::kOwn:
        return vi_ ? arg(node, 0, kUnary) + " của chính mình" : "its own " + arg(node, 0, kUnary);
      case Op::kBase:
        return w("mức thông thường", "the ordinary value");
      case Op::kPrevious:
        return w("mức trước đó", "the value before");
      case Op::kPosition:
        return w("thứ tự", "position");
      case Op::kSoFar:
        return label(p_.definitions[node.index].label) + w(" đã tính trước đó", " so far");
      case Op::kAnd: {
        if (node.args.size() == 2 && p_.nodes[node.args[0]].op == Op::kLessEqual &&
            p_.nodes[node.args[0]].index == 1) {
          const Node& low = p_.nodes[node.args[0]];
          const Node& high = p_.nodes[node.args[1]];
          if ((high.op == Op::kLess || high.op == Op::kLessEqual) && high.args[0] == low.args[1]) {
            level = kCompare;
            return say(low.args[1], kAdd) + w(" từ ", " from ") + say(low.args[0], kAdd) +
                   (high.op == Op::kLess ? w(" đến dưới ", " to under ") : w(" đến ", " to ")) +
                   say(high.args[1], kAdd);
          }
        }
        level = kAnd;
        return joined(node, " và ", " and ", kAnd);
      }
      case Op::kOr: {
        std::string members = one_of(node);
        level = members.empty() ? kOr : kCompare;
        return members.empty() ? joined(node, " hoặc ", " or ", kOr) : members;
      }
      case Op::kNot:
        level = kUnary;
        return w("không phải ", "not ") + arg(node, 0, kUnary);
      case Op::kEqual:
      case Op::kNotEqual: {
        level = kCompare;
        const bool equal = node.op == Op::kEqual;
        const Base base = p_.nodes[node.args[0]].type.base;
        if (base == Base::kEnum || base == Base::kText || base == Base::kYesNo)
          return arg(node, 0, kCompare) +
                 (equal ? w(" là ", " is ") : w(" không là ", " is not ")) + arg(node, 1, kCompare);
        return arg(node, 0, kAdd) + (equal ? " = " : " ≠ ") + arg(node, 1, kAdd);
      }
      case Op::kLess:
        level = kCompare;
        return compare(node, " < ", " > ");
      case Op::kLessEqual:
        level = kCompare;
        return compare(node, " ≤ ", " ≥ ");
      case Op::kHas:
        return w("có ", "there is a ") + label(p_.facts[node.index].label);
      case Op::kInPeriod:
        level = kCompare;
        return arg(node, 0, kAdd) + w(" trong ", " in ") + arg(node, 1);
      case Op::kMin:
      case Op::kMax: {
        const bool dates = !is_number(node.type);
        const bool min = node.op == Op::kMin;
        std::string words = dates ? (min ? w("ngày sớm hơn trong (", "the earlier of (")
                                         : w("ngày muộn hơn trong (", "the later of ("))
                                  : (min ? w("mức thấp hơn trong (", "the lower of (")
                                         : w("mức cao hơn trong (", "the higher of ("));
        for (size_t i = 0; i < node.args.size(); ++i) words += (i == 0 ? "" : "; ") + arg(node, i);
        return words + ")";
      }
      case Op::kRound: {
        level = kCompare;
        const char* const modes_vi[] = {" làm tròn nửa lên đến ", " làm tròn nửa chẵn đến ",
                                        " làm tròn lên đến ", " làm tròn xuống đến "};
        const char* const modes_en[] = {" rounded half up to ", " rounded half even to ",
                                        " rounded up to ", " rounded down to "};
        const auto mode = static_cast<size_t>(node.rounding);
        return arg(node, 0, kAdd) + w(modes_vi[mode], modes_en[mode]) + arg(node, 1);
      }
      case Op::kAdd:
        level = kAdd;
        return arg(node, 0, kAdd) + " + " + arg(node, 1, kAdd);
      case Op::kSubtract:
        level = kAdd;
        return arg(node, 0, kAdd) + " − " + arg(node, 1, kMultiply);
      case Op::kMultiply:
        level = kMultiply;
        return arg(node, 0, kMultiply) + " × " + arg(node, 1, kMultiply);
      case Op::kDivide:
        level = kMultiply;
        return arg(node, 0, kMultiply) + " ÷ " + arg(node, 1, kUnary);
      case Op::kNegate:
        level = kUnary;
        return "−" + arg(node, 0, kUnary);
      case Op::kAbsolute:
        return "|" + arg(node, 0) + "|";
      case Op::kAddMonths:
      case Op::kAddDays: {
        level = kAdd;
        const Node& amount = p_.nodes[node.args[1]];
        if (amount.op == Op::kNegate)
          return arg(node, 0, kAdd) + " − " + say(amount.args[0], kMultiply);
        return arg(node, 0, kAdd) + " + " + arg(node, 1, kAdd);
      }
      case Op::kOnDate:
        return arg(node, 0, kUnary) + w(" vào ngày ", " on ") + arg(node, 1, kUnary);
      case Op::kUnderLaw:
        return arg(node, 0, kUnary) + w(" theo luật ngày ", " under the law of ") +
               arg(node, 1, kUnary);
      case Op::kEntitledTo:
        return w("được hưởng ", "entitled to ") + label(p_.benefits[node.index].label);
      case Op::kAmountOf:
        return w("mức ", "amount of ") + label(p_.benefits[node.index].label);
      case Op::kBenefitStart:
        return w("ngày bắt đầu ", "start of ") + label(p_.benefits[node.index].label);
      case Op::kBenefitEnd:
        return w("ngày kết thúc ", "end of ") + label(p_.benefits[node.index].label);
      case Op::kYearOf:
        return w("năm của ", "year of ") + arg(node, 0, kUnary);
      case Op::kMonthOf:
        return w("tháng của ", "month of ") + arg(node, 0, kUnary);
      case Op::kDayOf:
        return w("ngày trong tháng của ", "day of the month of ") + arg(node, 0, kUnary);
      case Op::kWeekdayOf:
        return w("thứ trong tuần của ", "weekday of ") + arg(node, 0, kUnary);
      case Op::kFirstDayOf:
        return w("ngày đầu của ", "first day of ") + arg(node, 0, kUnary);
      case Op::kLastDayOf:
        return w("ngày cuối của ", "last day of ") + arg(node, 0, kUnary);
      case Op::kMonthsBetween:
        return w("số tháng từ ", "months from ") + arg(node, 0, kUnary) + w(" đến ", " to ") +
               arg(node, 1, kUnary);
      case Op::kYearsBetween:
        return w("số năm từ ", "years from ") + arg(node, 0, kUnary) + w(" đến ", " to ") +
               arg(node, 1, kUnary);
      case Op::kDaysBetween:
        return w("số ngày từ ", "days from ") + arg(node, 0, kUnary) + w(" đến ", " to ") +
               arg(node, 1, kUnary);
      case Op::kWorkingDaysAfter: {
        std::string words = arg(node, 0, kUnary) + w(" làm việc sau ", " working days after ") +
                            arg(node, 1, kUnary);
        if (node.args.size() > 2) words += w(" trừ ", " except ") + arg(node, 2, kUnary);
        return words;
      }
      case Op::kList:
        return label(p_.lists[node.index].label);
      case Op::kCalendar:
        return label(p_.calendars[node.index].label);
      case Op::kPeriod:
        level = kCompare;
        return w("từ ", "from ") + arg(node, 0, kAdd) + w(" đến ", " to ") + arg(node, 1, kAdd);
      case Op::kPeriodEndingWith:
        return arg(node, 0, kUnary) + w(" tính đến ", " up to ") + arg(node, 1, kUnary);
      case Op::kPeriodBefore:
        return arg(node, 0, kUnary) + w(" trước ", " before ") + arg(node, 1, kUnary);
      case Op::kCalendarYear:
        return w("năm dương lịch của ", "the calendar year of ") + arg(node, 0, kUnary);
      case Op::kCalendarMonth:
        return w("tháng dương lịch của ", "the calendar month of ") + arg(node, 0, kUnary);
      case Op::kWhere:
        return arg(node, 0, kUnary) + w(" mà ", " where ") + arg(node, 1, kAnd);
      case Op::kClip:
        return arg(node, 0, kUnary) + w(" trong ", " in ") + arg(node, 1, kUnary);
      case Op::kBeforeDate:
        return arg(node, 0, kUnary) + w(" trước ", " before ") + arg(node, 1, kUnary);
      case Op::kAfterDate:
        return arg(node, 0, kUnary) + w(" sau ", " after ") + arg(node, 1, kUnary);
      case Op::kFromDate:
        return arg(node, 0, kUnary) + w(" từ ", " from ") + arg(node, 1, kUnary);
      case Op::kUntilDate:
        return arg(node, 0, kUnary) + w(" đến hết ", " until ") + arg(node, 1, kUnary);
      case Op::kAsMonths:
        return w("các tháng ", "the months of ") + arg(node, 0, kUnary);
      case Op::kAsDays:
        return w("các ngày ", "the days of ") + arg(node, 0, kUnary);
      case Op::kTakeLast:
        return arg(node, 1, kUnary) + w(" cuối của ", " last of ") + bare(node.args[0]);
      case Op::kTakeFirst:
        return arg(node, 1, kUnary) + w(" đầu của ", " first of ") + bare(node.args[0]);
      case Op::kBest:
        return arg(node, 1, kUnary) + w(" có ", " with the highest ") + arg(node, 2, kUnary) +
               w(" cao nhất của ", " of ") + bare(node.args[0]);
      case Op::kLastRun:
        return w("giai đoạn liên tục cuối của ", "the last unbroken stretch of ") +
               bare(node.args[0]);
      case Op::kLongestRun:
        return w("giai đoạn liên tục dài nhất của ", "the longest unbroken stretch of ") +
               bare(node.args[0]);
      case Op::kBridge:
        return bare(node.args[0]) + w(" (gián đoạn không quá ", " (gaps up to ") +
               arg(node, 1, kUnary) + ")";
      case Op::kUnion:
        return "(" + bare(node.args[0]) + w(" và ", " and ") + bare(node.args[1]) + ")";
      case Op::kExcept:
        return bare(node.args[0]) + w(" trừ ", " except ") + bare(node.args[1]);
      case Op::kWithin:
        return bare(node.args[0]) + w(" trong ", " within ") + bare(node.args[1]);
      case Op::kSum:
        return over(node, "tổng ", "sum of ");
      case Op::kMean:
        return over(node, "bình quân ", "mean of ");
      case Op::kHighest:
        return over(node, "cao nhất của ", "highest of ");
      case Op::kLowest:
        return over(node, "thấp nhất của ", "lowest of ");
      case Op::kFirst:
        return over(node, "đầu tiên của ", "first of ");
      case Op::kLast:
        return over(node, "cuối cùng của ", "last of ");
      case Op::kAny:
        return w("có ", "any ") + arg(node, 1, kUnary) + w(" mà ", " with ") + arg(node, 0, kAnd);
      case Op::kAll:
        return w("mọi ", "all ") + arg(node, 1, kUnary) + w(" đều ", " with ") + arg(node, 0, kAnd);
      case Op::kCount:
        return w("số ", "number of ") + arg(node, 0, kUnary);
      case Op::kMonthsIn:
        return w("số tháng của ", "months of ") + bare(node.args[0]);
      case Op::kDaysIn:
        return w("số ngày ", "days ") + bare(node.args[0]);
      case Op::kStart:
        return w("bắt đầu của ", "start of ") + bare(node.args[0]);
      case Op::kEnd:
        return w("kết thúc của ", "end of ") + bare(node.args[0]);
      case Op::kLongestGap:
        return w("khoảng gián đoạn dài nhất của ", "longest gap of ") + bare(node.args[0]);
      case Op::kNotEntitled:
        return w("không được hưởng: ", "not entitled: ") +
               in_language(p_.reasons[node.index], language_);
      case Op::kNotYet:
        return w("chưa thể hiện được: ", "not yet expressed: ") +
               in_language(p_.reasons[node.index], language_);
    }
    return "?";
  }

  // A series without "the months of".
  std::string bare(NodeId id) const {
    const Node& node = p_.nodes[id];
    if (node.op == Op::kAsMonths || node.op == Op::kAsDays) return bare(node.args[0]);
    return say(id, kUnary);
  }

  const Program& p_;
  bool vi_;
  Language language_;
};

// A citation in free text is written in English: "Decree 115/2015 art 7(3)". In Vietnamese the
// article comes first: "Điều 7(3) Nghị định 115/2015".
std::string in_vietnamese(const std::string& cite) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kKinds = {
      {{"Law on ", "Luật "},
       {"Law ", "Luật "},
       {"Decree ", "Nghị định "},
       {"Circular ", "Thông tư "},
       {"Decision ", "Quyết định "},
       {"Resolution ", "Nghị quyết "},
       {"Labour Code", "Bộ luật Lao động"},
       {"Civil Code", "Bộ luật Dân sự"}}};
  std::string text = cite;
  std::string article;
  for (const std::string_view mark : {" arts ", " art "}) {
    const size_t at = text.find(mark);
    if (at == std::string::npos) continue;
    article = "Điều " + text.substr(at + mark.size()) + " ";
    text.resize(at);
    break;
  }
  for (const auto& [en, vi] : kKinds) {
    if (!text.starts_with(en)) continue;
    text = std::string(vi) + text.substr(en.size());
    break;
  }
  return article + text;
}

}  // namespace

std::string sentence(NodeId node, const Program& program, Language language) {
  return Speaker(program, language).say(node);
}

std::string sentence(const Cite& cite, const Program& program, Language language) {
  const bool vi = language == Language::kVietnamese;
  if (cite.act == kNoId) return vi ? in_vietnamese(cite.text) : cite.text;
  const ActInfo& act = program.acts[cite.act];
  return vi ? "Điều " + cite.text + " " + act.label.vi : act.label.en + " art " + cite.text;
}

}  // namespace ansinh::law
