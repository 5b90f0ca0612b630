// The facts room: what is known of a person, read against what the law declares.
//
//   from_json  a file or a request            -> PersonFile
//   from_case  a case beside the law          -> PersonFile
//   to_json    PersonFile -> canonical text   (what the digest is made of)
//   schema     the law's declarations         -> JSON Schema of such files
//
// Nothing is guessed: an unknown name, a wrong unit, an impossible date or a value out of range is
// a diagnostic with its place, and no file is made. No file, network or global state is touched.
#pragma once

#include "facts/from_case.h"
#include "facts/from_json.h"
#include "facts/person_file.h"
#include "facts/schema.h"
#include "facts/to_json.h"
