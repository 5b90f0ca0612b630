// Private to the room: WIDTHS before a function compiles it for several widths of vectors.
#pragma once

// The sanitizers' start-up code does not stand functions that are chosen at load time.
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__) && !defined(__clang__)
#define WIDTHS __attribute__((target_clones("arch=skylake-avx512", "avx2", "default")))
#else
#define WIDTHS
#endif
