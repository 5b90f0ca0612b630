// For tests: what the batch executor gives, row by row beside what the explaining one gives.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "engine/batch.h"
#include "engine/explain.h"
#include "facts/columns.h"
#include "facts/to_json.h"

namespace ansinh::engine {

// What one row is due, in words that can be compared.
inline std::string words_of(const law::Program& program, const BatchBenefit& benefit,
                            uint32_t row) {
  std::string words = std::to_string(static_cast<int>(benefit.status[row]));
  if (benefit.status[row] == Status::kNotEntitled) {
    words += " failed " + std::to_string(benefit.failed[row]) + " replaced " +
             std::to_string(benefit.replaced_by[row]);
  }
  if (benefit.status[row] != Status::kEntitled) return words;
  const law::BenefitVersion& version =
      program.benefits[benefit.benefit].versions[benefit.version[row]];
  for (uint32_t k = 0; k < version.payments.size(); ++k) {
    const BatchPay& pay = benefit.pays[k];
    const auto at = [row](const auto& values, auto none) {
      return values.empty() ? none : values[row];
    };
    const auto wide = benefit.wide.find({row, k});
    const Rational amount = wide != benefit.wide.end() ? wide->second
                                                       : Rational(at(pay.numerator, int64_t{0}),
                                                                  at(pay.denominator, int64_t{1}));
    words += " pays " + amount.to_string();
    for (const auto* dates : {&pay.on, &pay.from, &pay.until}) {
      words += " " + std::to_string(at(*dates, BatchPay::kNoDate));
    }
  }
  return words;
}

inline std::string words_of(const Outcome& outcome) {
  std::string words = std::to_string(static_cast<int>(outcome.status));
  if (outcome.status == Status::kNotEntitled) {
    const bool by_condition = outcome.replaced_by == law::kNoId && !outcome.failed.empty();
    words += " failed " + std::to_string(by_condition ? outcome.failed.front().node : law::kNoId) +
             " replaced " + std::to_string(outcome.replaced_by);
  }
  if (outcome.status != Status::kEntitled) return words;
  for (const Pay& pay : outcome.pays) {
    words += " pays " + std::get<Rational>(pay.amount).to_string();
    for (const auto& date : {pay.on, pay.from, pay.until}) {
      words += " " + std::to_string(date ? date->days : BatchPay::kNoDate);
    }
  }
  return words;
}

struct Compared {
  size_t rows = 0, explained = 0, differ = 0;
};

// Decides all files by both executors. Each of the first differences is a failure of the test.
inline Compared compare(const law::Program& program, const std::deque<facts::PersonFile>& files,
                        Date on) {
  facts::Columns columns(program);
  for (const facts::PersonFile& file : files) columns.append(file);
  const BatchResult result = Batch(program, on).decide(columns);
  Compared compared;
  compared.explained = result.explained.size();
  for (uint32_t tree = 0; tree < files.size(); ++tree) {
    Explainer explainer(program, files[tree], on);
    std::vector<uint32_t> next(program.benefits.size(), 0);
    for (const Outcome& outcome : explainer.outcomes()) {
      const auto [first, last] = columns.rows_of(tree, program.benefits[outcome.benefit].entity);
      const uint32_t row = first + next[outcome.benefit]++;
      EXPECT_LT(row, last);
      ++compared.rows;
      const std::string ours = words_of(program, result.benefits[outcome.benefit], row);
      if (ours == words_of(outcome)) continue;
      if (++compared.differ <= 3) {
        ADD_FAILURE() << program.benefits[outcome.benefit].name << " on " << on.to_string()
                      << "\nbatch   " << ours << "\nexplain " << words_of(outcome) << "\n"
                      << facts::to_json(program, files[tree]);
      }
    }
  }
  return compared;
}

}  // namespace ansinh::engine
