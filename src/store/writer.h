// Many small writes made durable together: one thread, one connection, one commit for all that
// wait (group commit). This is how requests write: thousands a second on one disk, one after the
// other, so that two of them can never meet in the middle.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "store/database.h"

namespace ansinh::store {

class Writer {
 public:
  struct Options {
    size_t together_max = 256;    // writes in one transaction
    size_t waiting_max = 20'000;  // beyond: kBusy at once
  };
  // What to write. If it fails, only it is undone. It may run several times (after kBusy, a broken
  // connection, or when another that is written with it has failed): it must touch nothing but the
  // connection and what it captured for its result, which it sets anew each time. It must not use
  // savepoints.
  using Work = std::function<Expected<void>(Connection&)>;
  // Called once, on the writer's thread, when the work is durable, or has failed.
  using Done = std::function<void(Expected<void>)>;

  static Expected<std::unique_ptr<Writer>> start(Store& store, const Options& options);
  virtual ~Writer() = default;  // finishes what waits

  virtual void submit(Work work, Done done) = 0;
  // Submits and waits.
  Expected<void> write(Work work);
};

}  // namespace ansinh::store
