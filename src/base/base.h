// The base room: what every other room stands on, and which itself stands on nothing of ours.
//
// Exact rational numbers (rational.h), civil dates and months (date.h), Unicode text, digests and
// files (text.h), and bilingual diagnostics that point into a source text (error.h). Everything
// here is a value or a free function: no global state, safe to use from any thread as long as no
// two threads change the same object. What a user or a file can get wrong comes back as a value;
// only a programmer's error stops the process.
#pragma once

#include "base/date.h"
#include "base/error.h"
#include "base/rational.h"
#include "base/text.h"
