#include "agency/xml_events.h"

#include <expat.h>

#include <memory>
#include <optional>
#include <utility>

namespace ansinh::agency {

namespace {

constexpr size_t kDepthMax = 64;
constexpr size_t kTextMax = size_t{64} << 10;

struct ParserFree {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

struct Reading {
  XML_Parser parser;
  XmlHandler& handler;
  std::vector<std::string> texts;  // of the elements that are open
  std::vector<XmlAttribute> attributes;
  std::optional<Text> fault;
  bool is_ended = false;

  void stop(Text why) {
    if (!fault) fault = std::move(why);
    XML_StopParser(parser, XML_FALSE);
  }
};

// expat gives "namespace name".
std::string_view local_name(const XML_Char* name) {
  const std::string_view whole(name);
  const size_t blank = whole.rfind(' ');
  return blank == std::string_view::npos ? whole : whole.substr(blank + 1);
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

void on_open(void* data, const XML_Char* name, const XML_Char** attributes) {
  Reading& reading = *static_cast<Reading*>(data);
  if (reading.texts.size() >= kDepthMax) {
    reading.stop({"các phần tử lồng nhau quá sâu", "elements are nested too deep"});
    return;
  }
  reading.texts.emplace_back();
  reading.attributes.clear();
  for (; *attributes != nullptr; attributes += 2) {
    reading.attributes.push_back({local_name(attributes[0]), attributes[1]});
  }
  reading.handler.open(local_name(name), reading.attributes);
}

void on_close(void* data, const XML_Char* name) {
  Reading& reading = *static_cast<Reading*>(data);
  if (reading.fault || reading.texts.empty()) return;
  const std::string text = std::move(reading.texts.back());
  reading.texts.pop_back();
  reading.handler.close(local_name(name), trimmed(text));
  if (!reading.handler.goes_on()) {
    reading.is_ended = true;
    XML_StopParser(reading.parser, XML_FALSE);
  }
}

void on_text(void* data, const XML_Char* text, int size) {
  Reading& reading = *static_cast<Reading*>(data);
  if (reading.fault || reading.texts.empty()) return;
  std::string& all = reading.texts.back();
  if (all.size() + static_cast<size_t>(size) > kTextMax) {
    reading.stop({"một phần tử chứa văn bản quá dài", "the text of an element is too long"});
    return;
  }
  all.append(text, static_cast<size_t>(size));
}

void on_document_type(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  static_cast<Reading*>(data)->stop(
      {"tệp khai báo kiểu tài liệu (DOCTYPE), không được phép",
       "the file declares a document type (DOCTYPE), which is not allowed"});
}

}  // namespace

std::expected<void, XmlFault> read_xml(const XmlSource& source, XmlHandler& handler) {
  const std::unique_ptr<XML_ParserStruct, ParserFree> parser(XML_ParserCreateNS(nullptr, ' '));
  Reading reading{parser.get(), handler, {}, {}, std::nullopt, false};
  XML_SetUserData(parser.get(), &reading);
  XML_SetElementHandler(parser.get(), on_open, on_close);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_document_type);
  for (bool is_last = false; !is_last;) {
    const std::string_view piece = source();
    is_last = piece.empty();
    const auto status =
        XML_Parse(parser.get(), piece.data(), static_cast<int>(piece.size()), is_last ? 1 : 0);
    if (reading.is_ended) return {};
    if (status == XML_STATUS_OK) continue;
    XmlFault fault{.line = XML_GetCurrentLineNumber(parser.get()),
                   .column = XML_GetCurrentColumnNumber(parser.get()) + 1,
                   .text = {}};
    if (reading.fault) {
      fault.text = std::move(*reading.fault);
    } else {
      const std::string why = XML_ErrorString(XML_GetErrorCode(parser.get()));
      fault.text = {"tệp XML hỏng (" + why + ")", "the XML is broken (" + why + ")"};
    }
    return std::unexpected(std::move(fault));
  }
  return {};
}

}  // namespace ansinh::agency
