// A column of plain values: what the batch executor works on and what it gives.
//
// Copies share their cells until one of them is written (a copy costs nothing), and a column in
// which all places are alike has one cell, however long it is: read by [i] either way. A view reads
// cells that somebody else owns. Not to be written by two threads at once.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>

namespace ansinh::engine {

template <typename T>
class Column {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  using value_type = T;

  Column() = default;
  static Column alike(size_t size, T value) {
    Column out;
    out.size_ = size;
    out.one_ = value;
    out.is_alike_ = true;
    return out;
  }
  // Cells to be written through writable() before they are read.
  static Column raw(size_t size) {
    Column out;
    out.size_ = size;
    out.owner_ = std::make_shared_for_overwrite<T[]>(size);
    out.cells_ = out.owner_.get();
    return out;
  }
  static Column view(const T* cells, size_t size) {  // the cells must outlive all copies
    Column out;
    out.size_ = size;
    out.cells_ = const_cast<T*>(cells);  // never written: no owner, so that set() copies first
    return out;
  }
  static Column of(const std::vector<T>& values) {
    Column out = raw(values.size());
    std::copy(values.begin(), values.end(), out.cells_);
    return out;
  }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  bool is_alike() const { return is_alike_; }
  bool is_alike(T value) const { return is_alike_ && one_ == value; }
  T operator[](size_t i) const { return is_alike_ ? one_ : cells_[i]; }
  // The same cells, or the same value: known without a look at them.
  bool is_same(const Column& other) const {
    if (size_ != other.size_ || is_alike_ != other.is_alike_) return false;
    return is_alike_ ? one_ == other.one_ : cells_ == other.cells_;
  }
  // size() cells, in a column that is not alike.
  const T* cells() const {
    assert(!is_alike_);
    return cells_;
  }

  // size() cells of its own.
  T* writable() {
    if (is_alike_) {
      const T value = one_;
      *this = raw(size_);
      std::fill_n(cells_, size_, value);
    } else if (owner_.use_count() != 1) {
      const T* from = cells_;
      const std::shared_ptr<T[]> before = owner_;
      *this = raw(size_);
      if (size_ != 0) std::memcpy(cells_, from, size_ * sizeof(T));
    }
    return cells_;
  }
  void set(size_t i, T value) {
    assert(i < size_);
    if (is_alike_ && one_ == value) return;
    writable()[i] = value;
  }
  // Alike, if all cells happen to be equal.
  void settle() {
    if (is_alike_ || size_ == 0) return;
    for (size_t i = 1; i < size_; ++i) {
      if (cells_[i] != cells_[0]) return;
    }
    *this = alike(size_, cells_[0]);
  }
  // Writes cell i of `from` to places[i].
  template <typename Places>
  void scatter(const Places& places, const Column& from) {
    const size_t n = places.size();
    T* to = writable();
    if (from.is_alike_) {
      for (size_t i = 0; i < n; ++i) to[places[i]] = from.one_;
    } else {
      for (size_t i = 0; i < n; ++i) to[places[i]] = from.cells_[i];
    }
  }
  // A column of one place becomes one of `size` places alike.
  void stretch(size_t size) {
    assert(size_ == 1);
    *this = alike(size, (*this)[0]);
  }

  // The cells at these places.
  template <typename Places>
  Column pick(const Places& places) const {
    const size_t n = places.size();
    if (is_alike_) return alike(n, one_);
    Column out = raw(n);
    T* to = out.cells_;
    for (size_t i = 0; i < n; ++i) to[i] = cells_[places[i]];
    return out;
  }

 private:
  std::shared_ptr<T[]> owner_;  // null: a view, or alike
  T* cells_ = nullptr;
  size_t size_ = 0;
  T one_{};
  bool is_alike_ = false;
};

}  // namespace ansinh::engine
