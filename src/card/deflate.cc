#include "card/deflate.h"

#include <zlib.h>

#include <cassert>
#include <limits>

namespace ansinh::card {

namespace {

class Inflater {
 public:
  Inflater() { is_ready_ = inflateInit(&stream_) == Z_OK; }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() {
    if (is_ready_) inflateEnd(&stream_);
  }
  z_stream& operator*() { return stream_; }
  bool is_ready() const { return is_ready_; }

 private:
  z_stream stream_{};
  bool is_ready_ = false;
};

}  // namespace

std::string deflated(std::string_view bytes) {
  assert(bytes.size() <= std::numeric_limits<uint32_t>::max());
  uLongf size = compressBound(static_cast<uLong>(bytes.size()));
  std::string out(size, '\0');
  [[maybe_unused]] const int done = compress2(reinterpret_cast<Bytef*>(out.data()), &size,
                                              reinterpret_cast<const Bytef*>(bytes.data()),
                                              static_cast<uLong>(bytes.size()), Z_BEST_COMPRESSION);
  assert(done == Z_OK);
  out.resize(size);
  return out;
}

std::expected<std::string, InflateFault> inflated(std::string_view stream, size_t bytes_max) {
  Inflater inflater;
  if (!inflater.is_ready() || stream.size() > std::numeric_limits<uInt>::max() ||
      bytes_max >= std::numeric_limits<uInt>::max()) {
    return std::unexpected(InflateFault::kNotZlib);
  }
  std::string out(bytes_max + 1, '\0');  // one more: to see that it goes on
  z_stream& z = *inflater;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): zlib does not write into it
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(stream.data()));
  z.avail_in = static_cast<uInt>(stream.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  const int done = inflate(&z, Z_FINISH);
  if (z.avail_out == 0) return std::unexpected(InflateFault::kTooLarge);
  if (done != Z_STREAM_END || z.avail_in != 0) return std::unexpected(InflateFault::kNotZlib);
  out.resize(out.size() - z.avail_out);
  return out;
}

}  // namespace ansinh::card
