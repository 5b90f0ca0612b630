// The law room: from the text of the law to a checked program.
//
//   read_law  folders and files             -> Sources
//   check     Sources                       -> Program, with every refusal as a Diagnostic
//   parse     one SourceFile                -> File (the syntax tree)
//   format    File                          -> canonical text, in either language's keywords
//   syntax_json   File <-> JSON             (docs/law.schema.json)
//   sentence, show, write                   nodes and values in words
//
// The way through the room: markdown -> token -> syntax (parse_*) -> program (check_*). No file
// outside read_law is touched, nothing is global, a Program is immutable and may be shared.
#pragma once

#include "law/check.h"
#include "law/format.h"
#include "law/parse.h"
#include "law/program.h"
#include "law/syntax.h"
#include "law/syntax_json.h"
