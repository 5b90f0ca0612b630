// A card on paper and on a screen: the QR code as a picture, and the page to print.
#pragma once

#include <string>

#include "agency/card.h"
#include "card/card.h"

namespace ansinh::agency {

// The QR code of a text, with error correction M and the quiet zone of four modules around it;
// black on white. Refused: "card-too-long" (no QR code holds it).
Expected<std::string> card_svg(const std::string& text);  // a module is one unit
Expected<std::string> card_png(const std::string& text);  // a module is eight dots

// An A4 page: the card in the size of a bank card's height and twice its width, to be folded; below
// it what covers the holder and how to check it. Refused: "no-font", "card-too-long".
Expected<std::string> card_pdf(const card::Card& card, const IssuedCard& issued, Language language);

}  // namespace ansinh::agency
