// Random numbers that are the same on every machine: whole numbers only, no libm.
//
// A population is made in blocks, and each block draws from a stream of its own: xoshiro256++
// (Blackman and Vigna) whose state is filled by SplitMix64 from the seed and the block's number. So
// it does not matter which thread makes which block, or when.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace ansinh::lab {

__extension__ using Wide = __int128;
__extension__ using UnsignedWide = unsigned __int128;

// value × fraction / 2^64
inline uint64_t scaled_down(uint64_t value, uint64_t fraction) {
  return static_cast<uint64_t>((static_cast<UnsignedWide>(value) * fraction) >> 64);
}

// SplitMix64: the next state, and what it gives.
inline uint64_t split_mix(uint64_t& state) {
  state += 0x9E3779B97F4A7C15U;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

// A number that two others determine, for streams and starting points.
inline uint64_t mixed(uint64_t a, uint64_t b) {
  uint64_t state = a;
  state = split_mix(state) ^ (b * 0xD1342543DE82EF95U);
  return split_mix(state);
}

class Random {
 public:
  Random(uint64_t seed, uint64_t stream) {
    uint64_t state = mixed(seed, stream);
    for (uint64_t& part : state_) part = split_mix(state);
  }

  uint64_t next() {
    const uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
    const uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // 0 .. bound - 1, for bounds far below 2^32 (their bias, below bound / 2^32, is let stand).
  uint32_t below(uint32_t bound) {
    return static_cast<uint32_t>(((next() >> 32) * uint64_t{bound}) >> 32);
  }
  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(below(static_cast<uint32_t>(high - low + 1)));
  }
  // 0 .. 2^32 - 1
  uint32_t fraction() { return static_cast<uint32_t>(next() >> 32); }

 private:
  std::array<uint64_t, 4> state_{};
};

// How many of `share_of` units are meant, `part` of every `whole`, as a whole number for this
// block. What does not come out even is rounded up or down by a sequence that goes round evenly
// with the block's number (multiples of the golden ratio), so that the sum over blocks stays within
// a few of what is meant, whatever their number.
class Quota {
 public:
  Quota(uint64_t seed, uint64_t block) : seed_(seed), block_(block) {}

  uint64_t of(uint64_t step, uint64_t units, uint64_t part, uint64_t whole) const {
    const UnsignedWide product = static_cast<UnsignedWide>(units) * part;
    const auto count = static_cast<uint64_t>(product / whole);
    const auto left = static_cast<uint64_t>(product % whole);
    const auto fraction = static_cast<uint64_t>((static_cast<UnsignedWide>(left) << 64) / whole);
    const uint64_t start = phase(step);
    return count + (start + fraction < start ? 1 : 0);
  }
  // Where the sequence of a step stands in this block, as a fraction of 2^64.
  uint64_t phase(uint64_t step) const { return mixed(seed_, step) + block_ * 0x9E3779B97F4A7C15U; }

 private:
  uint64_t seed_, block_;
};

}  // namespace ansinh::lab
