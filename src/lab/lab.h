// The lab room: made populations, runs of the law over a nation, comparisons of laws.
//
//   population  a model and published figures -> a snapshot of made people (docs/population.md)
//
// Nothing here knows a country: what is drawn, and from which figures, stands in a model beside the
// law.
#pragma once

#include "lab/population.h"
