#include "engine/batch_kernels.h"

// The sanitizers' start-up code does not stand functions that are chosen at load time.
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__) && !defined(__clang__)
#define WIDTHS __attribute__((target_clones("arch=skylake-avx512", "avx2", "default")))
#else
#define WIDTHS
#endif

namespace ansinh::engine::batch {

WIDTHS uint64_t bits_of(const int64_t* a, size_t n) {
  uint64_t bits = 0;
  for (size_t i = 0; i < n; ++i) bits |= static_cast<uint64_t>(a[i] < 0 ? ~a[i] : a[i]);
  return bits;
}

WIDTHS bool add_columns(const int64_t* a, const int64_t* b, int64_t* out, size_t n) {
  uint64_t over = 0;
  for (size_t i = 0; i < n; ++i) {
    const auto x = static_cast<uint64_t>(a[i]);
    const auto y = static_cast<uint64_t>(b[i]);
    const uint64_t sum = x + y;
    over |= (x ^ sum) & (y ^ sum);
    out[i] = static_cast<int64_t>(sum);
  }
  return over >> 63 == 0;
}

WIDTHS bool subtract_columns(const int64_t* a, const int64_t* b, int64_t* out, size_t n) {
  uint64_t over = 0;
  for (size_t i = 0; i < n; ++i) {
    const auto x = static_cast<uint64_t>(a[i]);
    const auto y = static_cast<uint64_t>(b[i]);
    const uint64_t difference = x - y;
    over |= (x ^ y) & (x ^ difference);
    out[i] = static_cast<int64_t>(difference);
  }
  return over >> 63 == 0;
}

WIDTHS void multiply_columns(const int64_t* a, const int64_t* b, int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    out[i] = static_cast<int64_t>(static_cast<uint64_t>(a[i]) * static_cast<uint64_t>(b[i]));
  }
}

WIDTHS void multiply_by(const int64_t* a, int64_t by, int64_t* out, size_t n) {
  const auto factor = static_cast<uint64_t>(by);
  for (size_t i = 0; i < n; ++i)
    out[i] = static_cast<int64_t>(static_cast<uint64_t>(a[i]) * factor);
}

WIDTHS void less_columns(const int64_t* a, const int64_t* b, int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = a[i] < b[i] ? 1 : 0;
}

WIDTHS void equal_columns(const int64_t* a, const int64_t* b, int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = a[i] == b[i] ? 1 : 0;
}

WIDTHS void less_than(const int64_t* a, int64_t bound, int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = a[i] < bound ? 1 : 0;
}

WIDTHS void equal_to(const int64_t* a, int64_t value, int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = a[i] == value ? 1 : 0;
}

WIDTHS void invert(int64_t* out, size_t n) {
  for (size_t i = 0; i < n; ++i) out[i] = 1 - out[i];
}

WIDTHS void gravest(const uint8_t* a, const uint8_t* b, uint8_t* out, size_t n) {
  constexpr uint8_t kBoth = 3;
  for (size_t i = 0; i < n; ++i) {
    const uint8_t most = a[i] < b[i] ? b[i] : a[i];
    out[i] = most > kBoth ? most : static_cast<uint8_t>(a[i] | b[i]);
  }
}

}  // namespace ansinh::engine::batch
