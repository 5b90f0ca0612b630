// The lab room: made populations, runs of the law over a nation, comparisons of laws.
//
//   population  a model and published figures -> a snapshot of made people (docs/population.md)
//   run         a law over many people: tables by group, everyone's results (docs/reforms.md)
//   compare     a law and a reform of it over the same people: cost, gains, poverty
//   report      a comparison as one HTML page
//
// Nothing here knows a country: what is drawn, and from which figures, stands in a model beside the
// law.
#pragma once

#include "lab/compare.h"
#include "lab/population.h"
#include "lab/report.h"
#include "lab/run.h"
