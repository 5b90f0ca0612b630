#include "lab/population_career.h"

#include <algorithm>

#include "facts/person_file.h"

namespace ansinh::lab {

void CareerMaker::draw_lives(const std::vector<uint8_t>& holds) {
  lives_.assign(block_.units(unit_), {});
  months_ = 0;
  const auto by =
      career_.by == kNone ? std::span<const uint8_t>() : block_.trait_of(career_.by, unit_);
  for (uint32_t i = 0; i < lives_.size(); ++i) {
    if (holds[i] == 0) continue;
    const Quantiles& quantiles = career_.months[by.empty() ? 0 : by[i]];
    if (quantiles.empty() || block_.amounts[career_.level][i] == kNoAmount) continue;
    const int64_t end_day =
        career_.end == kNone ? block_.model.on.days : block_.amounts[career_.end][i];
    if (end_day == kNoAmount) continue;
    const int32_t end = Month::of(Date{static_cast<int32_t>(end_day)}).months;
    const int64_t most = end + 1 - first_month(i);
    const int64_t months = std::min(draw(quantiles), most);
    if (months <= 0) continue;
    lives_[i] = {end, static_cast<int32_t>(months)};
    months_ += months;
  }
}

int64_t CareerMaker::first_month(uint32_t unit) const {
  return Month::of(Date{static_cast<int32_t>(block_.amounts[kBirth][unit])}).months +
         career_.age_least;
}

int64_t CareerMaker::index_at(int32_t month) const {
  const auto after = std::ranges::upper_bound(career_.index, month, {}, &Career::Index::month);
  return after == career_.index.begin() ? career_.index.front().value : (after - 1)->value;
}

// Goes back from the end: row after row, and a gap where a job began.
void CareerMaker::cut(uint32_t unit, std::vector<LifeRow>& out) {
  out.clear();
  const Life life = lives_[unit];
  if (life.months == 0) return;
  const auto earliest = static_cast<int32_t>(first_month(unit));
  const int32_t now = Month::of(block_.model.on).months;
  int64_t wanted = 0;
  if (row_length_ != 0) {
    const auto odd =
        static_cast<int64_t>(scaled_down(static_cast<uint64_t>(row_length_), block_.random.next()));
    wanted = std::clamp<int64_t>((int64_t{life.months} * 256 + odd) / row_length_, 1, life.months);
  }
  int32_t left = life.months;
  int32_t end = life.end;
  int64_t job_left = draw(career_.job_months);
  while (left > 0 && end >= earliest) {
    const int32_t length = std::min({row_months(left, wanted), left, end - earliest + 1});
    LifeRow row;
    row.from = end - length + 1;
    row.to = out.empty() && career_.end == kNone ? facts::Instance::kOpen : end;
    row.level = std::max(block_.amounts[career_.level][unit] -
                             career_.step * ((now - row.from) / career_.step_months),
                         career_.level_least);
    const Wide scaled = static_cast<Wide>(row.level) * index_at(row.from) / career_.index_unit;
    row.scaled =
        static_cast<int64_t>((scaled + career_.round_to / 2) / career_.round_to * career_.round_to);
    out.push_back(row);
    left -= length;
    end = row.from - 1;
    job_left -= length;
    if (!career_.job_months.empty() && job_left <= 0) {
      end -= static_cast<int32_t>(draw(career_.gap_months));
      job_left = draw(career_.job_months);
    }
  }
}

int64_t CareerMaker::draw(const Quantiles& quantiles) {
  return quantiles.empty() ? 0 : value_at(quantiles, block_.random.fraction());
}

// The length of the next row; counts `wanted` down.
int32_t CareerMaker::row_months(int32_t left, int64_t& wanted) {
  if (wanted == 0) return static_cast<int32_t>(draw(career_.row_months));
  if (wanted == 1) return left;
  const auto mean = static_cast<int32_t>(left / wanted);
  const int32_t most = left - static_cast<int32_t>(wanted) + 1;
  --wanted;
  const int32_t spread = mean / 3;
  return std::clamp(mean + static_cast<int32_t>(block_.random.between(-spread, spread)), 1, most);
}

}  // namespace ansinh::lab
