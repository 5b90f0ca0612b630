// Work on chunks by several threads, its results taken in the order of the chunks.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "base/error.h"

namespace ansinh::lab {

struct ChunkWork {
  // On any thread, one chunk at a time for each `worker` (0 … threads - 1); looks at `stop` often
  // and may leave early when it is set. `bytes`: what is taken afterwards.
  std::function<std::optional<Diagnostic>(size_t chunk, size_t worker,
                                          const std::atomic<bool>& stop, std::string& bytes)>
      work;
  // On the calling thread, in the order of the chunks. May be empty.
  std::function<std::optional<Diagnostic>(const std::string& bytes)> take;
  // On the calling thread, ten times a second and at the end; false ends the work.
  std::function<bool()> tick;
};

inline constexpr size_t kThreadsMax = 256;

// As many as the machine has processors.
size_t usual_threads();

// The first error in the order of the chunks that were done, if any; "interrupted" if tick ended
// it.
std::optional<Diagnostic> run_chunks(size_t chunks, size_t threads, const ChunkWork& work);

}  // namespace ansinh::lab
