// XML read in a stream: elements as they open and close, in little memory however long the text is.
//
// Over libexpat. Names come without their namespace. Refused: what is not well-formed, document
// types (and with them entities of their own), elements nested more than 64 deep, and text of one
// element longer than 64 KiB.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace ansinh::agency {

struct XmlAttribute {
  std::string_view name, value;
};

class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual void open(std::string_view name, const std::vector<XmlAttribute>& attributes) = 0;
  // `text`: that of the element itself, without blanks around it.
  virtual void close(std::string_view name, std::string_view text) = 0;
  // Asked after each element: false ends the reading without a fault.
  virtual bool goes_on() const { return true; }
};

struct XmlFault {
  uint64_t line = 0, column = 0;  // from 1
  Text text;
};

// Gives the next piece of the text; empty: the end.
using XmlSource = std::function<std::string_view()>;

std::expected<void, XmlFault> read_xml(const XmlSource& source, XmlHandler& handler);

}  // namespace ansinh::agency
