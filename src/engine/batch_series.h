// Private to the room: series of every place, built place by place.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "engine/batch_vec.h"
#include "law/program.h"

namespace ansinh::engine::batch {

// In which the spells or dates of a list are counted; kRows: it has none.
law::Grain unit_of(law::ListForm form);

// Joins neighbours that touch and have the same row, from `first` on.
void join_neighbours(std::vector<Item>& items, size_t first);

// Builds a series place by place: `make(i, items, mark)` appends to items and may change the mark.
// `alike`: what it is made from is alike in all places.
template <typename Make>
Vec build_series(Column<Mark>&& marks, bool alike, law::Grain grain, law::Grain unit,
                 const Make& make) {
  const size_t size = marks.size();
  const size_t n = alike && size != 0 ? 1 : size;
  auto series = std::make_shared<Ragged>();
  series->grain = grain;
  series->unit = unit;
  series->items = std::make_shared<std::vector<Item>>();
  series->begin = Column<uint32_t>::raw(n);
  series->end = Column<uint32_t>::raw(n);
  uint32_t* begin = series->begin.writable();
  uint32_t* end = series->end.writable();
  std::vector<Item>& items = *series->items;
  Vec out;
  out.mark = n == size ? std::move(marks) : Column<Mark>::alike(1, marks[0]);
  for (size_t i = 0; i < n; ++i) {
    begin[i] = static_cast<uint32_t>(items.size());
    if (out.mark[i] == Mark::kKnown) {
      Mark mark = Mark::kKnown;
      make(i, items, mark);
      if (mark != Mark::kKnown) {
        items.resize(begin[i]);
        out.mark.set(i, mark);
      }
    }
    end[i] = static_cast<uint32_t>(items.size());
  }
  out.value = Column<int64_t>::alike(n, 0);
  out.series = std::move(series);
  return alike ? std::move(out).stretch(size) : std::move(out);
}

}  // namespace ansinh::engine::batch
