// zlib streams (RFC 1950), with a limit on what comes out of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace ansinh::card {

// At the level that makes the least bytes. At most 4 GiB, or it is our error.
std::string deflated(std::string_view bytes);

enum class InflateFault : uint8_t {
  kNotZlib,  // not one whole zlib stream: a wrong sum, cut off, something after it
  kTooLarge  // more than `bytes_max` would come out
};

// No more memory than bytes_max is taken, whatever the stream says. Several streams may give the
// same bytes: what is signed are the bytes, not the stream.
std::expected<std::string, InflateFault> inflated(std::string_view stream, size_t bytes_max);

}  // namespace ansinh::card
