// For tests that start a process to kill it, or to take the disk away from it.
#pragma once

#include <cstdlib>

namespace ansinh::test {

// In the child: its counts for coverage would be cut off on the way, and spoil those of the others.
inline void leave_counts_out() { ::setenv("GCOV_PREFIX", "/dev/null", 1); }

}  // namespace ansinh::test
