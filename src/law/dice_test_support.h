// For tests that try many values: the same ones in every run.
#pragma once

#include <cstdint>
#include <random>

namespace ansinh::law {

inline constexpr unsigned kSeed = 20'260'101;

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  int64_t roll(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(engine_);
  }
  bool coin() { return roll(0, 1) == 1; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace ansinh::law
