// The facts room: what is known of a person, read against what the law declares.
//
//   from_json  a file or a request            -> PersonFile
//   from_case  a case beside the law          -> PersonFile
//   to_json    PersonFile -> canonical text   (what the digest is made of)
//   schema     the law's declarations         -> JSON Schema of such files
//   columns    many people's facts as typed columns, PersonFile in and out
//   rows       JSON Lines and CSV             -> PersonFile after PersonFile, and back
//   snapshot   columns                        -> a checked file of a nation, and back
//
// Nothing is guessed: an unknown name, a wrong unit, an impossible date or a value out of range is
// a diagnostic with its place, and no file is made. Only rows and snapshot touch files; nothing
// here touches a network or global state.
#pragma once

#include "facts/columns.h"
#include "facts/from_case.h"
#include "facts/from_json.h"
#include "facts/person_file.h"
#include "facts/rows.h"
#include "facts/schema.h"
#include "facts/snapshot.h"
#include "facts/to_json.h"
