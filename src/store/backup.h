// Private to the room: a copy of every row in one file, of either kind of store, for either kind.
//
// The file: "ANSINH BACKUP 1\n", then records of a 64-bit length (little-endian) and that many
// bytes, then "END\n" and the SHA-256 of all before it in hex. Records: 'T' table name, NUL, column
// names joined with ", "; 'R' a row of that table: each cell a letter (n: null, i: 8 bytes,
// t and b: a 32-bit length and the bytes). Tables stand in the order of their names, and
// `migration` first: a restore knows what tables there must be.
#pragma once

#include <string>

#include "store/database.h"

namespace ansinh::store {

// Of one moment: what others write meanwhile is not in it. kRefused if the file exists.
Expected<void> write_backup(Store& store, const std::string& path);

}  // namespace ansinh::store
