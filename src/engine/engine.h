// The engine room: a checked program applied to facts.
//
//   explain     one person's file on a date    -> outcomes, and the trace of every step
//   trace_text, trace_json, receipt            what was found, in words, as JSON, to be replayed
//   batch       many people's columns          -> the same outcomes, column by column
//   cases       what stands beside the articles, run and compared
//   boundaries  both sides of every condition, as cases
//
// One meaning, two executors: Explainer says why, Batch is fast, and what Batch cannot decide it
// gives to Explainer. No file, network or global state is touched.
#pragma once

#include "engine/batch.h"
#include "engine/boundaries.h"
#include "engine/cases.h"
#include "engine/explain.h"
#include "engine/receipt.h"
#include "engine/trace_json.h"
#include "engine/trace_text.h"
