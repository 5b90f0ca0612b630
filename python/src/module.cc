#include "module.h"

#include "engine/receipt.h"

NB_MODULE(_core, module) {
  using namespace ansinh::python;
  module.doc() = "The compiled part of ansinh; use the classes of ansinh itself.";
  module.attr("ENGINE_VERSION") = nb::str(ansinh::engine::kEngineVersion.data());
  bind_law(module);
  bind_decision(module);
  bind_people(module);
  bind_run(module);
  bind_compare(module);
  bind_population(module);
}
