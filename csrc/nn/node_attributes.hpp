#pragma once

#include <cmath>
#include <limits>
#include <set>

#include "base/error.hpp"
#include "nn/node.hpp"

namespace imgmine {

/// Reads a node's attributes; what is wrong names the node and the attribute.
class NodeAttributes {
  public:
    NodeAttributes(std::size_t index, const NodeSpec& spec)
        : spec_(spec), where_("nodes[" + std::to_string(index) + "] (" + spec.op + "): ") {}

    void require_that(bool ok, const std::string& message) const {
        if (!ok) throw std::invalid_argument(where_ + message);
    }

    std::ptrdiff_t whole(const char* name) {
        const auto* value = found<std::int64_t>(name, "a whole number");
        require_that(value != nullptr, std::string(name) + " is missing");
        check_extent(name, *value);
        return *value;
    }

    std::ptrdiff_t whole(const char* name, std::ptrdiff_t otherwise) {
        return spec_.attributes.count(name) ? whole(name) : otherwise;
    }

    std::vector<std::ptrdiff_t> extents(const char* name) {
        const auto* values = found<std::vector<std::int64_t>>(name, "a list of whole numbers");
        require_that(values != nullptr, std::string(name) + " is missing");
        for (const std::int64_t value : *values) check_extent(name, value);
        return {values->begin(), values->end()};
    }

    /// [height, width], each at least `lowest`; `otherwise` where it is not given.
    std::array<std::ptrdiff_t, 2> pair(const char* name, std::int64_t lowest,
                                       const std::array<std::ptrdiff_t, 2>* otherwise = nullptr) {
        const auto* values = found<std::vector<std::int64_t>>(name, "[height, width]");
        require_that(values || otherwise, std::string(name) + " is missing");
        if (!values) return *otherwise;
        require_that(values->size() == 2,
                     std::string(name) + " must be [height, width], got " + text_of(*values));
        for (const std::int64_t value : *values)
            require_that(value >= lowest && value <= most,
                         std::string(name) + " must be between " + std::to_string(lowest) +
                             " and " + std::to_string(most) + ", got " + text_of(*values));
        return {(*values)[0], (*values)[1]};
    }

    double number(const char* name, double otherwise) {
        double value = otherwise;
        const auto at = given(name);
        if (at == spec_.attributes.end()) return value;
        if (const auto* real = std::get_if<double>(&at->second))
            value = *real;
        else if (const auto* whole_number = std::get_if<std::int64_t>(&at->second))
            value = static_cast<double>(*whole_number);
        else
            require_that(false, std::string(name) + " must be a number");
        require_that(std::isfinite(value) &&
                         std::abs(value) <= static_cast<double>(std::numeric_limits<float>::max()),
                     std::string(name) + " must be finite, got " + std::to_string(value));
        return value;
    }

    /// At least 0 and below 1.
    double fraction(const char* name, double otherwise) {
        const double value = number(name, otherwise);
        require_that(
            value >= 0 && value < 1,
            std::string(name) + " must be at least 0 and below 1, got " + std::to_string(value));
        return value;
    }

    bool flag(const char* name, bool otherwise) {
        const auto* value = found<bool>(name, "True or False");
        return value ? *value : otherwise;
    }

    std::string text(const char* name, const char* otherwise) {
        const auto* value = found<std::string>(name, "a text");
        return value ? *value : otherwise;
    }

    /// Whether the attribute is given, and as a text.
    bool is_text_or_missing(const char* name) const {
        const auto at = spec_.attributes.find(name);
        return at == spec_.attributes.end() || std::holds_alternative<std::string>(at->second);
    }

    std::array<std::ptrdiff_t, 4> sides(const char* name) {
        const auto* values =
            found<std::vector<std::int64_t>>(name, "'valid', 'same' or [top, left, bottom, right]");
        require_that(values && values->size() == 4,
                     std::string(name) + " must be 'valid', 'same' or [top, left, bottom, right]");
        for (const std::int64_t value : *values)
            require_that(value >= 0 && value <= most,
                         std::string(name) + " must not be negative, got " + text_of(*values));
        return {(*values)[0], (*values)[1], (*values)[2], (*values)[3]};
    }

    /// Every attribute must have been asked for.
    void finish() const {
        for (const auto& [name, value] : spec_.attributes)
            require_that(known_.count(name) > 0, "there is no attribute '" + name + "'");
    }

    template <class T>
    static std::string text_of(const std::vector<T>& values) {
        std::string text;
        for (const T value : values) text += (text.empty() ? "" : ", ") + std::to_string(value);
        return "[" + text + "]";
    }

    static constexpr std::int64_t most = (std::int64_t{1} << 31) - 1;

  private:
    std::map<std::string, NodeAttribute>::const_iterator given(const char* name) {
        known_.insert(name);
        return spec_.attributes.find(name);
    }

    template <class T>
    const T* found(const char* name, const char* kind) {
        const auto at = given(name);
        if (at == spec_.attributes.end()) return nullptr;
        const T* value = std::get_if<T>(&at->second);
        require_that(value != nullptr, std::string(name) + " must be " + kind);
        return value;
    }

    void check_extent(const char* name, std::int64_t value) const {
        require_that(value >= 1 && value <= most, std::string(name) + " must be between 1 and " +
                                                      std::to_string(most) + ", got " +
                                                      std::to_string(value));
    }

    const NodeSpec& spec_;
    std::string where_;
    std::set<std::string> known_;
};

}  // namespace imgmine
