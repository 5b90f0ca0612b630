// A value that most of its owners do not have.
//
// Rare<T> reads and compares as the T it stands for, and is as small as a pointer: T() takes no
// memory of its own. A copy is a copy of the value.
#pragma once

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace ansinh::law {

template <typename T>
class Rare {
 public:
  Rare() = default;
  template <typename U>
  requires(!std::same_as<std::remove_cvref_t<U>, Rare> && std::constructible_from<T, U&&>)
      // NOLINTNEXTLINE(google-explicit-constructor, bugprone-forwarding-reference-overload): a T
      Rare(U&& value) {
    T made(std::forward<U>(value));
    if (made != T()) value_ = std::make_unique<T>(std::move(made));
  }
  Rare(const Rare& other) : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  Rare(Rare&& other) noexcept = default;
  Rare& operator=(const Rare& other) {
    if (this != &other) value_ = other.value_ ? std::make_unique<T>(*other.value_) : nullptr;
    return *this;
  }
  Rare& operator=(Rare&& other) noexcept = default;
  ~Rare() = default;

  const T& operator*() const { return value_ ? *value_ : kNothing; }
  const T* operator->() const { return &**this; }
  // NOLINTNEXTLINE(google-explicit-constructor): it reads as the value
  operator const T&() const { return **this; }
  bool empty() const { return value_ == nullptr; }

  bool operator==(const Rare& other) const { return **this == *other; }
  template <typename U>
  requires(!std::same_as<U, Rare>) bool operator==(const U& other) const { return **this == other; }

 private:
  static inline const T kNothing = T();
  std::unique_ptr<T> value_;
};

}  // namespace ansinh::law
