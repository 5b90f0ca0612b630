// Base45 (RFC 9285): bytes in the 45 letters that a QR code holds in 5.5 bits each.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ansinh::card {

std::string base45(std::string_view bytes);

// Nothing if it is not what base45() gives for some bytes: another letter, a length that leaves one
// over, a group beyond 65535 (three letters) or 255 (two).
std::optional<std::string> bytes_of_base45(std::string_view text);

}  // namespace ansinh::card
