// Private to the JSON form: how enumerated values are called in it, and what the templates of the
// writer, the reader and the schema ask of a type.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "law/syntax.h"

namespace ansinh::law::json_form {

using Json = nlohmann::ordered_json;

template <typename T>
using Names = std::span<const std::pair<T, std::string_view>>;

template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <typename T>
struct IsVector : std::false_type {};
template <typename T>
struct IsVector<std::vector<T>> : std::true_type {};
template <typename T>
struct IsVariant : std::false_type {};
template <typename... T>
struct IsVariant<std::variant<T...>> : std::true_type {};

Names<Rounding> names_of(Rounding);
Names<ShortMonth> names_of(ShortMonth);
Names<EntityForm> names_of(EntityForm);
Names<Frequency> names_of(Frequency);
Names<StepForm> names_of(StepForm);
Names<ExpectForm> names_of(ExpectForm);
Names<ExprKind> names_of(ExprKind);

// The form of a file without the spelling of cells that were read as values.
Json without_spellings(const File& file);

}  // namespace ansinh::law::json_form
