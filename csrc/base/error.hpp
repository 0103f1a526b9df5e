#pragma once

#include <stdexcept>
#include <string>

namespace imgmine {

/// A damaged or hostile file: imgmine.FormatError in Python, IMGMINE_BAD_FORMAT in C.
struct FormatError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Throws std::invalid_argument unless `ok`: ValueError in Python, IMGMINE_INVALID_ARGUMENT in C.
inline void require(bool ok, const char* message) {
    if (!ok) throw std::invalid_argument(message);
}

inline void require(bool ok, const std::string& message) {
    if (!ok) throw std::invalid_argument(message);
}

}  // namespace imgmine
