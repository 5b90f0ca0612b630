// "steps" of a model: what is drawn, in order.

#include <algorithm>

#include "lab/model_reader.h"

namespace ansinh::lab {

namespace {

constexpr int64_t kAmountMax = 1'000'000'000'000;
constexpr int64_t kWeightMax = 1'000'000'000;

// A share as a fraction of whole numbers.
void set_share(const Rational& share, uint64_t& part, uint64_t& whole) {
  int64_t numerator = 0;
  int64_t denominator = 1;
  share.to_int64_pair(numerator, denominator);
  part = static_cast<uint64_t>(numerator);
  whole = static_cast<uint64_t>(denominator);
}

Pick read_pick(const Cursor& at, const Names& names) {
  at.only({"pick", "of", "value", "among", "share", "target", "people", "weights", "fill"});
  Pick pick;
  pick.unit = names.unit(at);
  pick.trait = names.trait(at.at("pick"), pick.unit);
  pick.value = names.value(at.at("value"), pick.trait);
  pick.among = names.condition(at.find("among"), pick.unit);
  pick.weights = names.factors(at.find("weights"), pick.unit, 1, kFactorMax);
  if (const auto people = at.find("people")) pick.counts_people = people->yes_no();
  const auto share = at.find("share");
  const auto target = at.find("target");
  if (share && target) {
    at.fail(
        "both", {"chỉ được có một trong “share”, “target”", "only one of “share” and “target”"},
        {"bỏ một mục; không có mục nào là tất cả", "take one out; without either all are meant"});
  }
  if (share) {
    pick.size = Pick::Size::kShare;
    set_share(share->share(), pick.part, pick.whole);
  } else if (target) {
    const Target* found = names.target(*target);
    if (found == nullptr) return pick;
    const bool is_people = pick.unit == Unit::kPerson || pick.counts_people;
    if (found->measure != Measure::kCount || (found->unit == Unit::kPerson) != is_people) {
      target->fail("target",
                   {"chỉ tiêu này không đếm cùng đơn vị", "this target counts other units"},
                   {"dùng chỉ tiêu đếm người (hoặc hộ) như bước này",
                    "use one that counts people (or households) as this step does"});
    }
    pick.size = Pick::Size::kTarget;
    pick.part = found->figure;
    pick.whole = std::max<uint64_t>(found->per, 1);
    const auto fill = at.find("fill");
    if (fill && fill->yes_no()) {
      pick.fill = static_cast<uint32_t>(found - names.model().targets.data());
    }
  }
  return pick;
}

void add_weights(const Cursor& at, const Names& names, TraitId trait,
                 std::vector<uint64_t>& up_to) {
  std::vector<uint64_t> weights(names.model().traits[trait].values.size(), 0);
  at.each_member([&](const std::string& key, const Cursor& member) {
    const auto weight = static_cast<uint64_t>(member.whole(0, kWeightMax));
    names.mark(member, trait, key, [&](size_t value) { weights[value] = weight; });
  });
  uint64_t sum = 0;
  for (const uint64_t weight : weights) up_to.push_back(sum += weight);
  if (sum == 0) {
    at.fail("weights", {"tổng trọng số bằng 0", "the weights add up to 0"},
            {"cho ít nhất một giá trị trọng số dương", "give at least one value a weight above 0"});
  }
}

Choose read_choose(const Cursor& at, const Names& names) {
  at.only({"choose", "of", "among", "by", "weights", "even"});
  Choose choose;
  choose.unit = names.unit(at);
  choose.trait = names.trait(at.at("choose"), choose.unit);
  choose.among = names.condition(at.find("among"), choose.unit);
  if (const auto even = at.find("even")) choose.is_even = even->yes_no();
  const Cursor weights = at.at("weights");
  if (const auto by = at.find("by")) {
    choose.by = names.trait(*by, choose.unit);
    choose.up_to.resize(names.model().traits[choose.by].values.size());
    weights.each_member([&](const std::string& key, const Cursor& member) {
      std::vector<uint64_t> up_to;
      add_weights(member, names, choose.trait, up_to);
      names.mark(member, choose.by, key, [&](size_t value) { choose.up_to[value] = up_to; });
    });
    for (size_t value = 0; value < choose.up_to.size() && !at.has_fault(); ++value) {
      if (choose.up_to[value].empty()) choose.up_to[value] = {1};  // the first value
    }
  } else {
    add_weights(weights, names, choose.trait, choose.up_to.emplace_back());
  }
  if (choose.is_even && (choose.by != kNone || choose.unit != Unit::kHousehold)) {
    at.fail("even",
            {"“even” chỉ dùng cho hộ, không có “by”", "“even” is for households without “by”"},
            {"bỏ “even”", "take “even” out"});
  }
  return choose;
}

void read_draw_targets(const Cursor& at, const Names& names, Draw& draw) {
  at.each_item([&](const Cursor& item) {
    const Target* target = names.target(item);
    if (target == nullptr) return;
    if (target->measure != Measure::kMean || target->amount != draw.amount) {
      item.fail(
          "target",
          {"chỉ tiêu này không phải bình quân của số lượng này",
           "this target is no mean of this amount"},
          {"dùng chỉ tiêu có \"mean\" là số lượng này", "use one whose \"mean\" is this amount"});
    }
    draw.targets.push_back(static_cast<uint32_t>(target - names.model().targets.data()));
  });
  if (draw.targets.size() > kFactorsMax) {
    at.fail("too-many", {"nhiều hơn 6 chỉ tiêu", "more than 6 targets"},
            {"bớt đi", "take some out"});
  }
  draw.millionths.assign(draw.targets.size(), 1'000'000);
}

Draw read_draw(const Cursor& at, const Names& names) {
  at.only({"amount", "of", "among", "quantiles", "percent", "round", "days_before", "days_after",
           "from", "month_end", "targets"});
  Draw draw;
  draw.unit = names.unit(at);
  draw.amount = names.amount(at.at("amount"), draw.unit);
  draw.among = names.condition(at.find("among"), draw.unit);
  const auto before = at.find("days_before");
  const auto after = at.find("days_after");
  if (before || after) {
    draw.is_before = before.has_value();
    draw.quantiles =
        names.quantiles(before ? *before : *after, draw.unit, draw.by, -200'000, 200'000);
    const auto from = at.find("from");
    draw.from = from ? names.amount(*from, draw.unit) : AmountId{kOn};
    if (const auto end = at.find("month_end")) draw.is_month_end = end->yes_no();
  } else {
    draw.quantiles =
        names.quantiles(at.at("quantiles"), draw.unit, draw.by, -kAmountMax, kAmountMax);
  }
  draw.percent = names.factors(at.find("percent"), draw.unit, 100, kFactorMax);
  draw.round_to = at.whole_or("round", 1, kAmountMax, 1);
  if (const auto targets = at.find("targets")) read_draw_targets(*targets, names, draw);
  return draw;
}

PerHead read_per_head(const Cursor& at, const Names& names) {
  at.only({"amount", "of", "per_head", "plus"});
  PerHead sum;
  sum.amount = names.amount(at.at("amount"), Unit::kHousehold);
  at.at("per_head").each_item([&](const Cursor& item) {
    sum.people.push_back(names.amount(item, Unit::kPerson));
  });
  if (const auto plus = at.find("plus")) sum.household = names.amount(*plus, Unit::kHousehold);
  return sum;
}

Rank read_rank(const Cursor& at, const Names& names) {
  at.only({"rank", "of", "amount"});
  Rank rank;
  rank.unit = names.unit(at);
  rank.trait = names.trait(at.at("rank"), rank.unit);
  rank.amount = names.amount(at.at("amount"), rank.unit);
  return rank;
}

Group read_group(const Cursor& at, const Names& names) {
  at.only({"amount", "groups", "among"});
  Group group;
  group.amount = names.amount(at.at("amount"), Unit::kPerson);
  group.among = names.condition(at.find("among"), Unit::kPerson);
  const Cursor groups = at.at("groups");
  const Target* target = names.target(groups);
  if (target == nullptr) return group;
  if (target->measure != Measure::kDistinct || target->amount != group.amount) {
    groups.fail("target",
                {"chỉ tiêu này không đếm các nhóm này", "this target does not count these groups"},
                {"dùng chỉ tiêu có \"distinct\" là số lượng này",
                 "use one whose \"distinct\" is this amount"});
  }
  group.part = target->figure;
  group.whole = std::max<uint64_t>(target->per, 1);
  return group;
}

Copy read_copy(const Cursor& at, const Names& names) {
  at.only({"copy", "of_partner"});
  Copy copy;
  copy.trait = names.trait(at.at("copy"), Unit::kPerson);
  copy.of_partner = names.trait(at.at("of_partner"), Unit::kPerson);
  const Model& model = names.model();
  if (!at.has_fault() && model.traits[copy.trait].values != model.traits[copy.of_partner].values) {
    at.fail("copy",
            {"hai đặc điểm phải có cùng các giá trị", "both traits must have the same values"},
            {"khai báo bằng \"like\"", "declare it with \"like\""});
  }
  return copy;
}

void check_drawn(const Cursor& at, const Model& model, const Pick& pick) {
  if (pick.trait >= kBuiltInTraits) return;
  at.fail(
      "built-in",
      {"đặc điểm “" + model.traits[pick.trait].name + "” có sẵn, không gán được",
       "the trait “" + model.traits[pick.trait].name + "” is built in and cannot be given"},
      {"khai báo một đặc điểm riêng trong \"traits\"", "declare one of your own in \"traits\""});
}

}  // namespace

void read_steps(const Cursor& at, Names& names) {
  Model& model = names.model();
  at.each_item([&](const Cursor& step) {
    if (step.find("pick")) {
      const Pick pick = read_pick(step, names);
      check_drawn(step.at("pick"), model, pick);
      model.steps.emplace_back(pick);
    } else if (step.find("choose")) {
      Choose choose = read_choose(step, names);
      Pick same;
      same.trait = choose.trait;
      check_drawn(step.at("choose"), model, same);
      model.steps.emplace_back(std::move(choose));
    } else if (step.find("copy")) {
      const Copy copy = read_copy(step, names);
      Pick same;
      same.trait = copy.trait;
      check_drawn(step.at("copy"), model, same);
      model.steps.emplace_back(copy);
    } else if (step.find("rank")) {
      model.steps.emplace_back(read_rank(step, names));
    } else if (step.find("per_head")) {
      model.steps.emplace_back(read_per_head(step, names));
    } else if (step.find("groups")) {
      model.steps.emplace_back(read_group(step, names));
    } else if (step.find("amount")) {
      model.steps.emplace_back(read_draw(step, names));
    } else if (!step.has_fault()) {
      step.fail("step", {"không rõ bước này làm gì", "it is not clear what this step does"},
                {"phải có một trong: pick, choose, amount, rank, copy",
                 "one of these must be there: pick, choose, amount, rank, copy"});
    }
  });
}

}  // namespace ansinh::lab
