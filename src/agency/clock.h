// Record time: when something became known here.
//
// Microseconds since 1970 UTC that never decrease and never repeat, whatever the machine's clock
// does: each is the later of the clock and the last one plus one, and the last one stands in the
// store. Taking one makes other writers wait until the transaction ends, so that record times grow
// in the order of commits: who reads at last_record_time() sees all that has a time up to it.
#pragma once

#include <cstdint>

#include "agency/agency.h"

namespace ansinh::agency {

// The machine's clock, in microseconds since 1970 UTC. It may jump.
int64_t machine_time_us();

// A new record time, inside a write transaction; take one for all rows of one act.
Expected<int64_t> record_time(store::Connection& connection,
                              int64_t machine_us = machine_time_us());

// The latest record time that was given out and committed; 0 if there is none.
Expected<int64_t> last_record_time(store::Connection& connection);

// The civil date of a record time, in the country's zone (hours east of UTC).
Date date_of_record_time(int64_t record_time_us, int hours_east = 7);

// The first of `count` new numbers of the series `counter` ("person", "job", …), inside a write
// transaction. Numbers of a transaction that is rolled back are given again.
Expected<int64_t> take_numbers(store::Connection& connection, std::string_view counter,
                               int64_t count = 1);

}  // namespace ansinh::agency
