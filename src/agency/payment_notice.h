// What a person is told about a payment that could not be made.
#pragma once

#include "agency/payment.h"

namespace ansinh::agency {

// Queues a notice of the kind "payment" (about "payment 3"), in the transaction that suspends it.
Expected<void> tell_suspended(store::Connection& connection, const Payment& payment,
                              int64_t recorded_at);

// In plain words: what happened, why, and what to do.
Text text_of_suspended(const Payment& payment);

}  // namespace ansinh::agency
