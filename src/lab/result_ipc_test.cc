// The messages of an Arrow file are framed as the format says. That Arrow's own libraries read the
// same table from it is tested where they are (python/tests/test_ipc.py).
#include "lab/result_ipc.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <flatbuffers/flatbuffers.h>

#include "lab/lab_test_support.h"

namespace ansinh::lab {

namespace {

struct Message {
  uint8_t kind = 0;
  int64_t rows = 0;  // of record batches
};

// Fails where a message does not end where the next begins.
std::vector<Message> messages_of(const std::string& bytes) {
  std::vector<Message> messages;
  size_t at = 0;
  while (at < bytes.size()) {
    uint32_t mark = 0;
    uint32_t length = 0;
    std::memcpy(&mark, &bytes.at(at), sizeof(mark));
    std::memcpy(&length, &bytes.at(at + 4), sizeof(length));
    EXPECT_EQ(mark, 0xFFFFFFFFU);
    EXPECT_EQ(length % 8, 0U);
    at += 8;
    if (length == 0) break;  // the end of the stream
    const auto* table = flatbuffers::GetRoot<flatbuffers::Table>(&bytes.at(at));
    Message message;
    message.kind = table->GetField<uint8_t>(6, 0);
    if (message.kind == 3) {
      const auto* batch = table->GetPointer<const flatbuffers::Table*>(8);
      message.rows = batch->GetField<int64_t>(4, 0);
    }
    const auto body = table->GetField<int64_t>(10, 0);
    EXPECT_EQ(body % 8, 0);
    at += length + static_cast<size_t>(body);
    messages.push_back(message);
  }
  EXPECT_EQ(at, bytes.size());
  return messages;
}

TEST(ResultIpc, IsASchemaItsWordsAndTheRowsOfEveryChunk) {
  const LabFolder folder;
  const auto program = lab_law();
  const PeopleSource source =
      open_source(make_snapshot(folder, *program, random_lines(3, 200), 37), *program);
  const IpcResults format(*program);
  RunOptions options;
  options.on = kLabDay;
  options.all = true;
  options.format = &format;
  std::string bytes;
  options.sink = [&](std::string_view more) -> std::optional<Diagnostic> {
    bytes += more;
    return std::nullopt;
  };
  ASSERT_TRUE(run(*program, lab_statistics(*program), source, options).has_value());
  const CsvResults csv(*program, Language::kEnglish);
  options.format = &csv;
  std::string lines;
  options.sink = [&](std::string_view more) -> std::optional<Diagnostic> {
    lines += more;
    return std::nullopt;
  };
  ASSERT_TRUE(run(*program, lab_statistics(*program), source, options).has_value());

  const std::vector<Message> messages = messages_of(bytes);
  ASSERT_GE(messages.size(), 9U);
  EXPECT_EQ(messages[0].kind, 1);                                      // the schema
  for (size_t i = 1; i < 8; ++i) EXPECT_EQ(messages[i].kind, 2) << i;  // seven dictionaries
  int64_t rows = 0;
  for (size_t i = 8; i < messages.size(); ++i) {
    EXPECT_EQ(messages[i].kind, 3) << i;
    rows += messages[i].rows;
  }
  EXPECT_GT(rows, 0);
  EXPECT_EQ(rows, std::ranges::count(lines, '\n') - 1);
}

}  // namespace

}  // namespace ansinh::lab
