#include "card/fault.h"

namespace ansinh::card {

namespace {

struct FaultWords {
  CardFault fault;
  std::string_view code, vi, en;
};

constexpr FaultWords kFaultWords[] = {
    {CardFault::kTooLong, "too-long", "mã dài hơn một thẻ có thể có; quét lại mã trên thẻ",
     "the code is longer than a card can be; scan the code on the card again"},
    {CardFault::kNotBase45, "not-base45", "đây không phải mã của thẻ; quét lại mã trên thẻ",
     "this is not the code of a card; scan the code on the card again"},
    {CardFault::kNotZlib, "damaged", "mã bị hỏng hoặc bị sửa; quét lại, hoặc xin cấp lại thẻ",
     "the code is damaged or altered; scan it again, or ask for a new card"},
    {CardFault::kTooLarge, "too-large", "mã mở ra quá lớn; đây không phải thẻ, không dùng",
     "the code unpacks to too much; this is no card, do not use it"},
    {CardFault::kNotCbor, "not-cbor", "nội dung mã không đọc được; đây không phải thẻ của ta",
     "the content of the code cannot be read; this is none of our cards"},
    {CardFault::kNotSigned, "not-signed", "mã không có chữ ký của cơ quan cấp; không dùng",
     "the code has no signature of an issuer; do not use it"},
    {CardFault::kWrongAlgorithm, "wrong-algorithm", "chữ ký không phải Ed25519; không dùng",
     "it is not signed with Ed25519; do not use it"},
    {CardFault::kUnknownKey, "unknown-key",
     "khóa ký không có trong danh sách tin cậy; cập nhật danh sách khóa, nếu vẫn vậy thì thẻ giả",
     "the signing key is not among those that are trusted; update the keys, and if it stays so the "
     "card is a fake"},
    {CardFault::kRetiredKey, "retired-key", "khóa ký đã thôi được tin cậy; người giữ cần thẻ mới",
     "the signing key is no longer trusted; the holder needs a new card"},
    {CardFault::kForged, "forged", "chữ ký không đúng: thẻ giả hoặc đã bị sửa; không dùng",
     "the signature is wrong: the card is forged or altered; do not use it"},
    {CardFault::kNotCard, "not-a-card", "chữ ký đúng nhưng đây không phải thẻ an sinh",
     "the signature is right, but this is not a card of social protection"},
    {CardFault::kNotYetValid, "not-yet-valid", "thẻ chưa có hiệu lực; xem ngày cấp",
     "the card is not valid yet; see its date of issue"},
    {CardFault::kExpired, "expired", "thẻ đã hết hạn; người giữ cần thẻ mới",
     "the card has expired; the holder needs a new card"},
    {CardFault::kRevoked, "revoked", "thẻ đã bị thu hồi; không dùng",
     "the card was revoked; do not use it"},
    {CardFault::kNoStatus, "no-status",
     "không có danh sách thu hồi của thẻ này; tải danh sách mà thẻ nêu",
     "there is no status list for this card; fetch the one that it names"},
    {CardFault::kNotStatusList, "not-a-status-list", "tệp không phải danh sách thu hồi; tải lại",
     "the file is not a status list; fetch it again"},
    {CardFault::kStatusExpired, "status-expired", "danh sách thu hồi đã cũ; tải lại",
     "the status list is too old; fetch it again"},
    {CardFault::kBadKeyFile, "bad-key-file",
     "không phải khóa riêng Ed25519 (PKCS #8, PEM) mà chỉ chủ tệp đọc được; kiểm tra tệp, chmod "
     "600",
     "not an Ed25519 private key (PKCS #8, PEM) that only its owner can read; check the file, "
     "chmod 600"},
    {CardFault::kBadKeySet, "bad-key-set",
     "không phải danh sách khóa công khai; dùng tệp của `ansinh card keys export`",
     "not a set of public keys; use the file of `ansinh card keys export`"},
};

const FaultWords& fault_words(CardFault fault) {
  for (const FaultWords& one : kFaultWords) {
    if (one.fault == fault) return one;
  }
  return kFaultWords[0];
}

}  // namespace

std::string_view code_of(CardFault fault) { return fault_words(fault).code; }

Text text_of(CardFault fault) {
  const FaultWords& words = fault_words(fault);
  return {std::string(words.vi), std::string(words.en)};
}

}  // namespace ansinh::card
